"""From the sources to the weights file, in one deterministic pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.scoring import folding_table
from monitor.sentiment.default.weights import Head, Weights, dump
from monitor.sentiment.training.corpora import reviews
from monitor.sentiment.training.exact import Floats
from monitor.sentiment.training.folding import folding_pairs
from monitor.sentiment.training.logistic import Settings, design, fit
from monitor.sentiment.training.vocabulary import Origins, vocabulary

BITS = 17
#: Weights beyond ±127 of these steps are cut.
NGRAM_STEP = 1 / 24


def build(origins: Origins | None = None) -> bytes:
    """The content of the weights file."""
    pairs = folding_pairs()
    table = folding_table(pairs)
    samples = reviews()
    matrix = design([sample.text for sample in samples], table, BITS)
    targets = np.array([sample.positive for sample in samples])
    weights, _ = fit(matrix, targets, np.ones(len(samples)), Settings())
    ngrams = np.stack([quantised(weights), quantised(weights)])
    entries = vocabulary(table, origins or Origins())
    heads = (
        Head(NGRAM_STEP, 1.0, -0.6, 0.1),
        Head(NGRAM_STEP * 0.5, 1.0, -0.6, 0.1),
    )
    return dump(Weights(pairs, ngrams, entries, heads))


def quantised(weights: Floats) -> NDArray[np.int8]:
    return np.clip(np.rint(weights / NGRAM_STEP), -127, 127).astype(np.int8)
