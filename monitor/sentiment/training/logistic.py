"""Logistic regression on hashed n-grams: full-batch Adam, a fixed number of steps, exact sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.codes import Codes, encode
from monitor.sentiment.default.ngrams import ORDERS, buckets
from monitor.sentiment.training.exact import Floats, grained, segment_sums, sigmoid

_FIRST, _SECOND, _TINY = 0.9, 0.99, 1e-8


@dataclass(frozen=True, slots=True)
class Design:
    """The buckets of all texts: text i has ``places[ends[i-1]:ends[i]]``, each of which counts ``1/√length``."""

    places: NDArray[np.int32]
    ends: NDArray[np.intp]
    scale: Floats
    bits: int


@dataclass(frozen=True, slots=True)
class Settings:
    """``penalty``: of ½·w² against the summed loss; ``rate``: Adam's step."""

    penalty: float = 0.5
    rate: float = 0.1
    steps: int = 60


def design(texts: Sequence[str], table: Codes, bits: int) -> Design:
    """As the engine sees the texts, separators before and after each included."""
    batch = encode(texts, table)
    firsts, lasts = batch.starts - 1, batch.ends
    found = buckets(batch.codes, bits).astype(np.int32)
    places = np.concatenate([found[:, first:last].ravel() for first, last in zip(firsts, lasts, strict=True)])
    ends = np.cumsum(ORDERS * (lasts - firsts))
    return Design(places, ends, 1 / np.sqrt(np.maximum(batch.ends - batch.starts, 1)), bits)


def fit(design: Design, targets: Floats, importance: Floats, settings: Settings) -> tuple[Floats, float]:
    """Weights by bucket and the bias that make ``sigmoid(w·x + b)`` the probability ``targets`` (0 … 1)."""
    size = 1 << design.bits
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    bias = bias_first = bias_second = 0.0
    lengths = np.diff(design.ends, prepend=0)
    short = long = 1.0
    for _ in range(settings.steps):
        sums = segment_sums(grained(weights)[design.places], design.ends)
        off = (sigmoid(sums * design.scale + bias) - targets) * importance
        spread = np.repeat(grained(off * design.scale), lengths)
        slope = np.bincount(design.places, weights=spread, minlength=size) + settings.penalty * weights
        bias_slope = float(np.cumsum(grained(off))[-1])
        first = _FIRST * first + (1 - _FIRST) * slope
        second = _SECOND * second + (1 - _SECOND) * slope * slope
        bias_first = _FIRST * bias_first + (1 - _FIRST) * bias_slope
        bias_second = _SECOND * bias_second + (1 - _SECOND) * bias_slope * bias_slope
        short, long = short * _FIRST, long * _SECOND
        weights = weights - settings.rate * (first / (1 - short)) / (np.sqrt(second / (1 - long)) + _TINY)
        bias -= settings.rate * (bias_first / (1 - short)) / (float(np.sqrt(bias_second / (1 - long))) + _TINY)
    return weights, bias


def rows(design: Design, chosen: NDArray[np.intp]) -> Design:
    """The design of some of its texts, in the order of ``chosen``."""
    lengths = np.diff(design.ends, prepend=0)[chosen]
    ends = np.cumsum(lengths)
    places = np.repeat(design.ends[chosen] - ends, lengths) + np.arange(int(ends[-1]))
    return Design(design.places[places], ends, design.scale[chosen], design.bits)


def linear(design: Design, weights: Floats) -> Floats:
    """``w·x`` of each text."""
    sums: Floats = segment_sums(grained(weights)[design.places], design.ends) * design.scale
    return sums
