"""How good scores are against labels: the usual measures, without a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Bins of the calibration error.
BINS = 15


@dataclass(frozen=True, slots=True)
class Scores:
    """``labels`` are −1, 0 or 1; ``scores`` −1 … 1 with (1 + score) / 2 = P(positive). Measures of two classes leave
    out what is labelled 0."""

    labels: Sequence[int]
    scores: Sequence[float]

    def pairs(self) -> list[tuple[int, float]]:
        return [(label, score) for label, score in zip(self.labels, self.scores, strict=True) if label]


def accuracy(given: Scores) -> float:
    """Share of texts on the right side of 0; a score of 0 is negative."""
    pairs = given.pairs()
    return sum((score > 0) == (label > 0) for label, score in pairs) / len(pairs)


def negative_recall(given: Scores) -> float:
    """Share of the negative texts whose score is not above 0."""
    scores = [score for label, score in given.pairs() if label < 0]
    return sum(score <= 0 for score in scores) / len(scores)


def calibration_error(given: Scores) -> float:
    """Expected calibration error of P(positive) over equal bins (Guo et al. 2017, equation 3)."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    pairs = given.pairs()
    for label, score in pairs:
        chance = (1 + score) / 2
        bins[min(BINS - 1, int(chance * BINS))].append((chance, label > 0))
    gaps = (abs(sum(chance for chance, _ in each) - sum(right for _, right in each)) for each in bins)
    return sum(gaps) / len(pairs)


def macro_f1(labels: Sequence[int], told: Sequence[int]) -> float:
    """Mean F1 of negative, neutral and positive."""
    parts = []
    for label in (-1, 0, 1):
        both = sum(one == two == label for one, two in zip(labels, told, strict=True))
        parts.append(2 * both / max(1, sum(one == label for one in labels) + sum(one == label for one in told)))
    return sum(parts) / len(parts)
