"""How good verdicts are, measured on labels of people, with how far chance alone could have moved each figure.

Where no label is neutral the verdicts are read two-way, by the sign of the score, with (1 + |score|) / 2 as confidence;
else as they are. Shares have Wilson's interval (E. B. Wilson, JASA 22, 1927); macro-F1 and calibration error the
percentiles of 1,000 bootstrap resamples with a fixed seed. All intervals are of 95 %.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from monitor.mention import Label, Sentiment

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
BINS = 15
RESAMPLES = 1_000
SEED = 20261123
Z = 1.959963984540054
#: A source with fewer labels is named the worst only where none has so many.
TELLING = 20

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mode = Literal["two-way", "three-way"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A text of ``source``: what a person says it is, and the engine's verdict."""

    source: str
    truth: Label
    verdict: Sentiment


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` and its 95 % interval; all ``None`` where there is nothing to measure it on."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """``calibration_error``: ECE over 15 bins of equal width. ``confusion[truth][said]`` counts."""

    n: int
    accuracy: Figure
    macro_f1: Figure
    calibration_error: Figure
    negative_recall: Figure
    confusion: Mapping[Label, Mapping[Label, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``worst_source`` has the lowest accuracy of those with 20 labels or more, else of all."""

    mode: Mode
    overall: Quality
    by_source: Mapping[str, Quality]
    worst_source: str


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    """Of at least one judged text; the same for the same texts in the same order. Raises ``ValueError`` for none."""
    if not judged:
        raise ValueError("there are no labels to measure on")
    mode: Mode = "three-way" if any(each.truth == "neutral" for each in judged) else "two-way"
    groups: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        groups[each.source].append(each)
    by_source = {source: quality(groups[source], mode) for source in sorted(groups)}
    telling = [source for source in by_source if by_source[source].n >= TELLING] or list(by_source)
    worst = min(telling, key=lambda source: (by_source[source].accuracy.value or 0.0, source))
    return Evaluation(mode, quality(judged, mode), by_source, worst)


def quality(judged: Sequence[Judged], mode: Mode) -> Quality:
    truth = np.array([LABELS.index(each.truth) for each in judged])
    if mode == "two-way":
        scores = np.array([each.verdict.score for each in judged])
        said = np.where(scores > 0, 2, 0)
        confidence = (1 + np.abs(scores)) / 2
    else:
        said = np.array([LABELS.index(each.verdict.label) for each in judged])
        confidence = np.array([each.verdict.confidence for each in judged])
    right = said == truth
    counts = np.bincount(truth * 3 + said, minlength=9).reshape(3, 3)
    drawn = np.random.default_rng(SEED).integers(0, len(judged), (RESAMPLES, len(judged)))
    return Quality(
        len(judged),
        wilson(int(right.sum()), len(judged)),
        resampled(macro_f1(counts), [macro_f1(tally(truth[row], said[row])) for row in drawn]),
        resampled(
            calibration_error(confidence, right), [calibration_error(confidence[row], right[row]) for row in drawn]
        ),
        wilson(int(counts[0, 0]), int(counts[0].sum())),
        {one: {other: int(counts[i, j]) for j, other in enumerate(LABELS)} for i, one in enumerate(LABELS)},
    )


def wilson(hits: int, n: int) -> Figure:
    if n == 0:
        return Figure(None)
    share, square = hits / n, Z * Z
    centre = (share + square / (2 * n)) / (1 + square / n)
    reach = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Figure(round(share, 4), round(max(0.0, centre - reach), 4), round(min(1.0, centre + reach), 4))


def tally(truth: Codes, said: Codes) -> Codes:
    """``[truth, said]`` counts of codes 0, 1, 2."""
    return np.bincount(truth * 3 + said, minlength=9).reshape(3, 3)


def macro_f1(counts: Codes) -> float:
    """The mean F1 of the labels that people gave; of a label nobody gave there is nothing to find."""
    hits, given, said = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    found = given > 0
    return float((2 * hits[found] / (given[found] + said[found])).mean())


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Σ over the bins of their share · |share that is right − mean confidence| (Naeini et al., AAAI 2015)."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def resampled(value: float, found: Sequence[float]) -> Figure:
    low, high = np.percentile(np.array(found), [2.5, 97.5])
    return Figure(round(value, 4), round(float(low), 4), round(float(high), 4))
