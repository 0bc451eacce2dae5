"""From codes to log-odds, probabilities and labels: arithmetic on whole batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.codes import PLANES, Batch, Codes
from monitor.sentiment.default.lexicon import Found, Lexicon, totals
from monitor.sentiment.default.ngrams import sums
from monitor.sentiment.default.weights import Head, Weights

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a batch says: n-gram weights by code, lexicon matches, and the log-odds of each text."""

    by_code: NDArray[np.int16]
    found: Found
    log_odds: Floats


class Model:
    """The weights, ready to score. A batch's verdicts do not depend on what else is in it."""

    def __init__(self, weights: Weights) -> None:
        self.table = folding_table(weights.folding)
        self._ngrams = weights.ngrams
        self.lexicon = Lexicon(weights.entries)
        self.heads = weights.heads

    def weigh(self, batch: Batch, channel: int) -> Evidence:
        by_code = sums(batch.codes, self._ngrams[channel])
        found = self.lexicon.find(batch, channel)
        return Evidence(by_code, found, log_odds(self.heads[channel], *parts(batch, by_code, found)))


def parts(batch: Batch, by_code: NDArray[np.int16], found: Found) -> tuple[Floats, Floats]:
    """For each text the n-grams' sum over the root of its length, and the lexicon's total."""
    return ngram_parts(batch, by_code), totals(found, len(batch.starts))


def ngram_parts(batch: Batch, by_code: NDArray[np.int16]) -> Floats:
    """A text's n-grams may begin in the separators before it (they tell its beginning), none ends beyond them."""
    edges = np.empty(2 * len(batch.starts), np.intp)
    edges[0::2] = batch.starts - 1
    edges[1::2] = batch.ends
    summed = np.add.reduceat(by_code, edges, dtype=np.int64)[0::2]
    scaled: Floats = summed / np.sqrt(np.maximum(batch.ends - batch.starts, 1))
    return scaled


def log_odds(head: Head, ngrams: Floats, lexicon: Floats) -> Floats:
    """Of positive, before the sigmoid."""
    return head.ngram_scale * ngrams + head.lexicon_scale * lexicon + head.bias


def folding_table(pairs: NDArray[np.uint32]) -> Codes:
    """Each code point's folded form; 0 drops it."""
    table = np.arange(PLANES, dtype=np.uint32)
    table[pairs[:, 0]] = pairs[:, 1]
    return table
