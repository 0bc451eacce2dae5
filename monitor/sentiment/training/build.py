"""From the sources to the weights file, in one deterministic pass of one to two minutes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.codes import Codes, encode
from monitor.sentiment.default.lexicon import Entries, Lexicon, totals
from monitor.sentiment.default.scoring import folding_table
from monitor.sentiment.default.weights import Head, Weights, dump
from monitor.sentiment.training.calibration import best_band, clauses, domains, fit_head, posts, shares
from monitor.sentiment.training.corpora import reviews, whole
from monitor.sentiment.training.exact import Floats
from monitor.sentiment.training.folding import folding_pairs
from monitor.sentiment.training.logistic import Settings, design, fit, linear, rows
from monitor.sentiment.training.vocabulary import vocabulary

BITS = 17
#: Weights beyond ±127 of these steps are cut.
NGRAM_STEP = 1 / 24
#: Steps of a fit that only calibrates.
SHORT = Settings(steps=40)
#: P(positive) between 0.4 and 0.6. Reviews that say nothing are not in the corpus, so that it is set by hand.
REVIEW_BAND = 0.2
_CHUNK = 512


def build() -> bytes:
    """The content of the weights file. Raises ``CorpusError`` where a source is absent or another one."""
    pairs = folding_pairs()
    table = folding_table(pairs)
    lines = reviews()
    entries = vocabulary(table, lines)
    samples = [*lines, *whole(lines)]
    texts = [sample.text for sample in samples]
    targets = np.array([sample.positive for sample in samples])
    matrix = design(texts, table, BITS)
    weights, _ = fit(matrix, targets, np.ones(len(texts)), Settings())
    kept = quantised(weights)

    domain = np.array(domains(samples))
    unseen = np.zeros(len(texts))
    for number in range(int(domain.max()) + 1):
        others, own = np.flatnonzero(domain != number), np.flatnonzero(domain == number)
        apart, _ = fit(rows(matrix, others), targets[others], np.ones(len(others)), SHORT)
        unseen[own] = linear(rows(matrix, own), restored(quantised(apart)))
    review = fit_head(unseen, lexicon_sums(entries, table, texts, 0), targets, np.ones(len(texts)))

    written = posts()
    said = [sample.text for sample in written]
    felt = np.array([sample.positive for sample in written])
    social = fit_head(
        linear(design(said, table, BITS), restored(kept)),
        lexicon_sums(entries, table, said, 1),
        felt,
        shares(felt),
    )
    alone, labels = clauses()
    band = best_band(
        linear(design(alone, table, BITS), restored(kept)), lexicon_sums(entries, table, alone, 1), social, labels
    )
    heads = tuple(
        Head(NGRAM_STEP * scales[0], scales[1], scales[2], width)
        for scales, width in ((review, REVIEW_BAND), (social, band))
    )
    return dump(Weights(pairs, np.stack([kept, kept]), entries, heads))


def lexicon_sums(entries: Entries, table: Codes, texts: Sequence[str], channel: int) -> Floats:
    """The lexicon's total of each text."""
    lexicon = Lexicon(entries)
    sums = []
    for first in range(0, len(texts), _CHUNK):
        batch = encode(texts[first : first + _CHUNK], table)
        sums.append(totals(lexicon.find(batch, channel), len(batch.starts)))
    return np.concatenate(sums)


def quantised(weights: Floats) -> NDArray[np.int8]:
    """int8 in steps of ``NGRAM_STEP``."""
    return np.clip(np.rint(weights / NGRAM_STEP), -127, 127).astype(np.int8)


def restored(steps: NDArray[np.int8]) -> Floats:
    """The weights as the engine knows them."""
    return steps.astype(np.float64) * NGRAM_STEP
