"""What a hundred labels of a new source are worth: learned from a random hundred of each labelled set, measured on the
rest of it, beside doing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import mean
from typing import Final

from dashboard.bench.keywords import Figure
from dashboard.bench.sentiment import SEED, LabelledSet, labelled
from monitor.mention import Label, Sentiment
from monitor.sentiment.adaptation.engine import Corrected, label_of
from monitor.sentiment.adaptation.fitting import Example, NothingLearnedError, learn
from monitor.sentiment.registry import load_engine

#: Labels that are learned from, and texts of the rest that are measured, in each draw.
LABELS: Final = 100
MEASURED: Final = 2_000
#: Points of accuracy that a hundred labels must bring.
GAIN: Final = 1.5
NAMES: Final[dict[int, Label]] = {-1: "negative", 0: "neutral", 1: "positive"}


def run(folder: Path | None, draws: int) -> list[Figure]:
    """Points of accuracy gained in each set, the mean over ``draws``; then over all sets. Of labels as they are shown,
    and of polarity alone (the sign of the score, neutral texts left out)."""
    engine = load_engine(with_reasons=False)
    shown: list[float] = []
    signs: list[float] = []
    figures: list[Figure] = []
    for each in labelled(folder):
        verdicts = engine.score(each.texts, each.channel)
        gains = [gain(each, verdicts, Random(SEED + draw)) for draw in range(draws)]  # noqa: S311 - the same each time
        by_label, by_sign = (mean(found) for found in zip(*gains, strict=True))
        shown.append(by_label)
        signs.append(by_sign)
        figures.append(figure(f"gain of {LABELS} labels {each.name}", by_label))
        figures.append(figure(f"gain of {LABELS} labels {each.name}, polarity alone", by_sign))
    if shown:
        figures.append(figure(f"mean gain of {LABELS} labels", mean(shown), GAIN))
        figures.append(figure(f"mean gain of {LABELS} labels, polarity alone", mean(signs)))
    return figures


def figure(name: str, value: float, must: float = 0.0) -> Figure:
    return Figure(name, round(value, 2), "points", must, value >= must, {"nothing learned": 0.0})


def gain(given: LabelledSet, verdicts: Sequence[Sentiment], random: Random) -> tuple[float, float]:
    """Points of accuracy that one draw brings, by label and by sign; 0 where nothing is learned."""
    places = random.sample(range(len(given.texts)), min(len(given.texts), LABELS + MEASURED))
    seen, rest = places[:LABELS], places[LABELS:]
    examples = [
        Example(given.texts[place], verdicts[place].score, verdicts[place].label, NAMES[given.labels[place]])
        for place in seen
    ]
    try:
        corrected = Corrected(learn(examples))
    except NothingLearnedError:
        return 0.0, 0.0
    after = [corrected.verdict(given.texts[place], verdicts[place]) for place in rest]
    before = [verdicts[place] for place in rest]
    truth = [NAMES[given.labels[place]] for place in rest]
    return points(truth, before, after), points(
        truth, [polar(each) for each in before], [polar(each) for each in after]
    )


def polar(verdict: Sentiment) -> Label:
    return label_of(verdict.score, 0.0)


def points(truth: Sequence[Label], before: Sequence[object], after: Sequence[object]) -> float:
    """Gained accuracy in points; of polarity (labels handed in, not verdicts) without the neutral texts."""
    told = [
        (label, getattr(one, "label", one), getattr(two, "label", two))
        for label, one, two in zip(truth, before, after, strict=True)
    ]
    if before and isinstance(before[0], str):
        told = [each for each in told if each[0] != "neutral"]
    return 100 * sum((two == label) - (one == label) for label, one, two in told) / len(told)
