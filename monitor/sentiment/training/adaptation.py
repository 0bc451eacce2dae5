"""From a source's corrected labels to weights for that source: the shipped ones, moved as far as the labels prove.

Two steps on top of what is shipped: the head's three numbers (a prior that differs, words that say less here), then a
residual on the n-grams (what only this source says). How strongly each is held back is chosen by cross-validation, and
"not at all changed" is among the choices, so that few or odd labels change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monitor.mention import Channel
from monitor.sentiment.default.codes import encode
from monitor.sentiment.default.scoring import Model, parts
from monitor.sentiment.default.weights import CHANNELS, Head, Weights, dump, load
from monitor.sentiment.training.corpora import Sample
from monitor.sentiment.training.exact import Floats, sigmoid
from monitor.sentiment.training.logistic import Design, design, rows

#: Fewer labels than this, or labels of one kind only, prove nothing.
LEAST_LABELS = 20
FOLDS = 5
_STEPS = 80


@dataclass(frozen=True, slots=True)
class Restraint:
    """Penalties on moving the head and on the residual; ``None`` leaves the part as it is."""

    head: float | None
    ngrams: float | None


#: From "as shipped" to "as the labels say".
CHOICES = (
    Restraint(None, None),
    Restraint(20.0, None),
    Restraint(5.0, None),
    Restraint(20.0, 2.0),
    Restraint(10.0, 0.5),
    Restraint(5.0, 0.15),
)


@dataclass(frozen=True, slots=True)
class Adapted:
    """``content`` is a weights file. ``loss_before`` and ``loss_after`` are cross-validated log-losses on the labels;
    ``changed`` is false where no change was proved: the content is then that of the weights given."""

    content: bytes
    labels: int
    loss_before: float
    loss_after: float
    changed: bool


@dataclass(frozen=True, slots=True)
class _Evidence:
    """``sums``: by text the scaled n-gram part, the scaled lexicon part and 1."""

    sums: Floats
    ngrams: Design
    targets: Floats


def adapt(content: bytes, samples: Sequence[Sample], channel: Channel) -> Adapted:
    """Weights for the source that the samples come from; texts labelled neutral have ``positive`` 0.5. The same samples
    in the same order give the same weights. Raises ``ValueError`` for too few labels or labels of one kind."""
    poles = {sample.positive > 0.5 for sample in samples if sample.positive != 0.5}
    if len(samples) < LEAST_LABELS or len(poles) < 2:
        raise ValueError(
            f"adapting needs at least {LEAST_LABELS} labels, negative and positive ones: {len(samples)} given"
        )
    weights = load(content)
    place = CHANNELS.index(channel)
    head = weights.heads[place]
    given = _evidence(weights, samples, place)
    losses = [_validated(given, head, choice) for choice in CHOICES]
    best = min(range(len(CHOICES)), key=losses.__getitem__)
    if not best:
        return Adapted(content, len(samples), losses[0], losses[0], changed=False)
    scales, residual = _fit(given, head, CHOICES[best])
    moved = replace(
        head, ngram_scale=head.ngram_scale * scales[0], lexicon_scale=head.lexicon_scale * scales[1], bias=scales[2]
    )
    ngrams = weights.ngrams.astype(np.int64)
    ngrams[place] += np.rint(residual / moved.ngram_scale).astype(np.int64)
    heads = tuple(moved if number == place else each for number, each in enumerate(weights.heads))
    changed = replace(weights, ngrams=np.clip(ngrams, -127, 127).astype(np.int8), heads=heads)
    return Adapted(dump(changed), len(samples), losses[0], losses[best], changed=True)


def _evidence(weights: Weights, samples: Sequence[Sample], place: int) -> _Evidence:
    model, head = Model(weights), weights.heads[place]
    texts = [sample.text for sample in samples]
    batch = encode(texts, model.table)
    evidence = model.weigh(batch, place)
    ngrams, lexicon = parts(batch, evidence.by_code, evidence.found)
    sums = np.stack([ngrams * head.ngram_scale, lexicon * head.lexicon_scale, np.ones(len(texts))], axis=1)
    bits = weights.ngrams.shape[1].bit_length() - 1
    targets = np.array([sample.positive for sample in samples])
    return _Evidence(sums, design(texts, model.table, bits), targets)


def _validated(given: _Evidence, head: Head, choice: Restraint) -> float:
    """Mean log-loss of each text by what the other folds say."""
    fold = np.arange(len(given.targets)) % FOLDS
    total = 0.0
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        scales, residual = _fit(_chosen(given, inside), head, choice)
        rest = _chosen(given, outside)
        chance = np.clip(sigmoid(rest.sums @ scales + _residuals(rest.ngrams, residual)), 1e-6, 1 - 1e-6)
        total -= float(np.sum(rest.targets * np.log(chance) + (1 - rest.targets) * np.log(1 - chance)))
    return total / len(given.targets)


def _chosen(given: _Evidence, places: NDArray[np.intp]) -> _Evidence:
    return _Evidence(given.sums[places], rows(given.ngrams, places), given.targets[places])


def _fit(given: _Evidence, head: Head, choice: Restraint) -> tuple[Floats, Floats]:
    """The head's scales (1, 1, bias as shipped) and the residual by bucket, each moved against its penalty."""
    prior = np.array([1.0, 1.0, head.bias])
    scales, residual = prior, np.zeros(1 << given.ngrams.bits)
    if choice.head is not None:
        for _ in range(_STEPS // 4):
            chance = sigmoid(given.sums @ scales)
            slope = given.sums.T @ (chance - given.targets) + choice.head * (scales - prior)
            curve = (given.sums.T * (chance * (1 - chance))) @ given.sums + choice.head * np.eye(3)
            scales = scales - np.linalg.solve(curve, slope)
    if choice.ngrams is not None:
        lengths = np.diff(given.ngrams.ends, prepend=0)
        fixed = given.sums @ scales
        rate = 1 / (choice.ngrams + 1.0)
        for _ in range(_STEPS):
            off = sigmoid(fixed + _residuals(given.ngrams, residual)) - given.targets
            spread = np.repeat(off * given.ngrams.scale, lengths)
            slope = np.bincount(given.ngrams.places, weights=spread, minlength=len(residual))
            residual = residual - rate * (slope + choice.ngrams * residual)
    return scales, residual


def _residuals(ngrams: Design, residual: Floats) -> Floats:
    running = np.concatenate(([0.0], np.cumsum(residual[ngrams.places])))[ngrams.ends]
    found: Floats = np.diff(running, prepend=0.0) * ngrams.scale
    return found
