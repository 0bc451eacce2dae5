"""Learning a correction from labels: penalised logistic regression around "change nothing", proved by cross-validation.

The labels are few (a hundred) and the n-grams many, so the fit is made in the space of the labels (kernel form of
Newton's method), every weight is drawn to what the engine says already (scale 1, all else 0), and what takes effect
must have made more labels right than wrong on labels that it had not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.mention import Label
from monitor.sentiment.adaptation.engine import log_odds
from monitor.sentiment.adaptation.features import fold, ngrams, share, vocabulary
from monitor.sentiment.adaptation.weights import Correction, Proof

Floats = NDArray[np.float64]

#: Fewer labels of a source prove nothing.
LEAST_LABELS = 30
MOST_NGRAMS = 3_000
#: Weights below this share of the largest are left out of the file.
KEPT_SHARE = 0.02
FOLDS, REPEATS = 5, 4
SEED = 20261123
#: Penalties of the n-grams that are tried, none of them first; then those of scale and bias.
PENALTIES = (float("inf"), 1.0, 0.3)
SCALE_PENALTY, BIAS_PENALTY = 30.0, 3.0
#: By so much less must the log-loss be than that of changing nothing.
MARGIN = 0.002
BANDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
TARGETS: dict[Label, float] = {"negative": 0.0, "neutral": 0.5, "positive": 1.0}
ORDER: tuple[Label, ...] = ("negative", "neutral", "positive")


class NothingLearnedError(ValueError):
    """Why these labels give no correction."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text as the engine read it, what it said, and what a person says. ``group``: its source."""

    text: str
    score: float
    said: Label
    label: Label
    group: str = ""


def learn(examples: Sequence[Example], *, by_group: bool = False) -> Correction:
    """The correction that cross-validation likes best. ``by_group`` holds whole groups back: for a correction that is
    to serve groups which gave no labels. Raises :class:`NothingLearnedError`; the same for the same examples."""
    if len(examples) < LEAST_LABELS:
        raise NothingLearnedError(f"{len(examples)} labels, {LEAST_LABELS} are needed")
    if len({each.label for each in examples}) < 2:
        raise NothingLearnedError(f"all {len(examples)} labels are {examples[0].label}")
    texts = [ngrams(fold(each.text)) for each in examples]
    known = vocabulary(texts, MOST_NGRAMS)
    given = Given.of(examples, texts, known)
    splits = group_splits(examples) if by_group else random_splits(len(examples))
    right = np.array([each.said == each.label for each in examples])
    tried: dict[float | None, Floats] = {None: np.tile(given.odds, (len(splits), 1))}  # changing nothing but the band
    tried |= {penalty: held_out(given, splits, penalty) for penalty in PENALTIES}
    penalty = min(tried, key=lambda each: loss(tried[each], given.targets) - (MARGIN if each is None else 0))
    # By label and band the share of the rounds in which it is right.
    shares = {band: (labels_of(tried[penalty], band) == given.truth).mean(axis=0) for band in BANDS}
    band = max(BANDS, key=lambda each: float(shares[each].mean()))
    after = shares[band]
    accuracy = float(after.mean())
    gained, lost = int(np.rint((after * ~right).sum())), int(np.rint(((1 - after) * right).sum()))
    proof = Proof(len(examples), round(float(right.mean()), 4), round(accuracy, 4), gained, lost)
    if gained - lost < max(1.0, np.sqrt(gained + lost)):
        raise NothingLearnedError(
            f"cross-validation on {proof.n} labels shows no gain: accuracy {proof.before:.3f} before, "
            f"{proof.after:.3f} after ({gained} labels made right, {lost} made wrong)"
        )
    fitted = unchanged(given) if penalty is None else fit(given.odds, given.ngrams, given.targets, penalty)
    weights = fitted[2:]
    least = KEPT_SHARE * float(np.abs(weights).max(initial=0.0))
    kept = {ngram: round(float(weight), 5) for ngram, weight in zip(known, weights, strict=True) if abs(weight) > least}
    return Correction(round(float(fitted[0]), 5), round(float(fitted[1]), 5), band, kept, proof)


@dataclass(frozen=True, slots=True)
class Given:
    """By example: the engine's log-odds, the n-gram features, the target probability and the label as 0, 1, 2."""

    odds: Floats
    ngrams: Floats
    targets: Floats
    truth: NDArray[np.int64]

    @classmethod
    def of(cls, examples: Sequence[Example], texts: Sequence[set[str]], known: Sequence[str]) -> Given:
        places = {ngram: column for column, ngram in enumerate(known)}
        features = np.zeros((len(texts), len(known)))
        for row, text in enumerate(texts):
            columns = [places[ngram] for ngram in text if ngram in places]
            features[row, columns] = share(len(columns))
        return cls(
            np.array([log_odds(each.score) for each in examples]),
            features,
            np.array([TARGETS[each.label] for each in examples]),
            np.array([ORDER.index(each.label) for each in examples]),
        )


def random_splits(number: int) -> list[list[NDArray[np.intp]]]:
    """For each round, the folds that are held out in turn."""
    random = np.random.default_rng(SEED)
    return [np.array_split(random.permutation(number), FOLDS) for _ in range(REPEATS)]


def group_splits(examples: Sequence[Example]) -> list[list[NDArray[np.intp]]]:
    groups = np.array([each.group for each in examples])
    return [[(groups == group).nonzero()[0] for group in sorted(set(groups.tolist()))]]


def held_out(given: Given, splits: list[list[NDArray[np.intp]]], penalty: float) -> Floats:
    """By round and example the log-odds from a fit that has not seen the example."""
    odds = np.empty((len(splits), len(given.odds)))
    for row, folds in enumerate(splits):
        for fold_ in folds:
            seen = np.ones(len(given.odds), dtype=bool)
            seen[fold_] = False
            fitted = fit(given.odds[seen], given.ngrams[seen], given.targets[seen], penalty)
            odds[row, fold_] = fitted[0] * given.odds[fold_] + fitted[1] + given.ngrams[fold_] @ fitted[2:]
    return odds


def loss(odds: Floats, targets: Floats) -> float:
    """Mean log-loss, which tells more from few labels than how many of them are right."""
    return float((np.logaddexp(0, odds) - targets * odds).mean())


def unchanged(given: Given) -> Floats:
    return np.concatenate([[1.0], np.zeros(given.ngrams.shape[1] + 1)])


def labels_of(odds: Floats, band: float) -> NDArray[np.int64]:
    """0, 1, 2 for negative, neutral, positive."""
    scores = np.tanh(odds / 2)
    return np.where(np.abs(scores) < band, 1, np.where(scores > 0, 2, 0))


def fit(odds: Floats, features: Floats, targets: Floats, penalty: float) -> Floats:
    """Scale, bias and weight of each feature that minimise log-loss + ½ Σ penalty · (weight − prior)²; the prior is
    (1, 0, 0 …). Newton's method on the n dual variables: one n × n system a step."""
    columns = np.column_stack([odds, np.ones(len(odds)), features])
    spread = np.concatenate([[1 / SCALE_PENALTY, 1 / BIAS_PENALTY], np.full(features.shape[1], 1 / penalty)])
    kernel = (columns * spread) @ columns.T
    margin, dual = odds.copy(), np.zeros(len(odds))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-margin))
        curve = np.maximum(chance * (1 - chance), 1e-6)
        dual = np.linalg.solve(kernel + np.diag(1 / curve), (margin - odds) + (targets - chance) / curve)
        moved = odds + kernel @ dual
        done = float(np.abs(moved - margin).max()) < 1e-6
        margin = moved
        if done:
            break
    fitted: Floats = spread * (columns.T @ dual)
    fitted[0] += 1.0
    return fitted
