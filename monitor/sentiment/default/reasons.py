"""Which words decided: the lexicon's matches, each with all that the model reads in its characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.mention import Label, Reason
from monitor.sentiment.default.codes import Batch
from monitor.sentiment.default.scoring import Evidence
from monitor.sentiment.default.weights import Head

MOST_REASONS = 6
#: A word that moves the log-odds by less is no reason.
LEAST_WEIGHT = 0.15


def reasons_of(batch: Batch, evidence: Evidence, head: Head, labels: Sequence[Label]) -> list[tuple[Reason, ...]]:
    """For each text the words that moved its score most towards its label (of a neutral text: either way), in the order
    of the text. A reason's weight is the word's own 2·P(positive) − 1; its span includes the 不 or 很 before it."""
    found = evidence.found
    reasons: list[tuple[Reason, ...]] = [()] * len(labels)
    if not len(found.documents):
        return reasons
    odds = _odds(batch, evidence, head)
    wanted = np.fromiter(map(_SIGN.__getitem__, labels), np.int8, len(labels))[found.documents]
    kept = np.flatnonzero((np.abs(odds) >= LEAST_WEIGHT) & (found.effects != 0) & (wanted * odds >= 0))
    if not len(kept):
        return reasons
    strongest = kept[np.lexsort((-np.abs(odds[kept]), found.documents[kept]))]
    owners = found.documents[strongest]
    rank = np.arange(len(strongest)) - np.searchsorted(owners, owners)
    chosen = np.sort(strongest[rank < MOST_REASONS])
    owners = found.documents[chosen]
    shift = batch.offsets[owners]
    starts = (batch.places[found.origins[chosen]] - shift).tolist()
    ends = (batch.places[found.ends[chosen] - 1] + 1 - shift).tolist()
    weights = np.round(np.tanh(odds[chosen] / 2), 4).tolist()
    listed = [Reason((start, end), weight) for start, end, weight in zip(starts, ends, weights, strict=True)]
    texts, firsts = np.unique(owners, return_index=True)
    lasts = [*firsts[1:].tolist(), len(listed)]
    for text, first, last in zip(texts.tolist(), firsts.tolist(), lasts, strict=True):
        reasons[text] = tuple(listed[first:last])
    return reasons


_SIGN = {"negative": -1, "neutral": 0, "positive": 1}


def _odds(batch: Batch, evidence: Evidence, head: Head) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What each match adds to its text's log-odds."""
    found = evidence.found
    counts = np.bincount(found.documents, minlength=len(batch.starts))[found.documents]
    lengths = np.maximum(batch.ends - batch.starts, 1)[found.documents]
    summed = np.concatenate(([0], np.cumsum(evidence.by_code, dtype=np.int64)))
    ngrams = summed[found.ends] - summed[found.starts]
    odds: np.ndarray[tuple[int], np.dtype[np.float64]] = head.lexicon_scale * found.effects / np.sqrt(
        counts
    ) + head.ngram_scale * ngrams / np.sqrt(lengths)
    return odds
