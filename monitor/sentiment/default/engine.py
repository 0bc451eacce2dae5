"""The default engine: hashed n-grams and a lexicon, offline, numpy and an automaton, explainable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.mention import Channel, Sentiment
from monitor.sentiment.default.codes import encode
from monitor.sentiment.default.reasons import reasons_of
from monitor.sentiment.default.scoring import Model
from monitor.sentiment.default.weights import CHANNELS, load, shipped

#: A batch is cut where it reaches this many characters, so that memory stays flat.
MOST_CHARACTERS = 65_536
NEUTRAL = Sentiment("neutral", 0.0, 1.0)


class DefaultEngine:
    """See :class:`~monitor.sentiment.engine.SentimentEngine`. Linear in the length of the text."""

    name = "default"

    def __init__(self, *, with_reasons: bool = True) -> None:
        weights = load(shipped())
        self.version = f"1-{weights.digest[:12]}"
        self._model = Model(weights)
        self._with_reasons = with_reasons

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        """A text without letters, digits or symbols that say anything is neutral."""
        verdicts: list[Sentiment] = []
        start = characters = 0
        for end, text in enumerate(texts):
            if end > start and characters + len(text) > MOST_CHARACTERS:
                verdicts += self._scored(texts[start:end], channel)
                start, characters = end, 0
            characters += len(text)
        if start < len(texts):
            verdicts += self._scored(texts[start:], channel)
        return verdicts

    def _scored(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        index = CHANNELS.index(channel)
        batch = encode(texts, self._model.table)
        evidence = self._model.weigh(batch, index)
        head = self._model.heads[index]
        scores = np.tanh(evidence.log_odds / 2).tolist()
        matched = np.bincount(evidence.found.documents, minlength=len(texts)).tolist()
        verdicts = [
            verdict(score, head.neutral_band) if known or any(map(str.isalpha, text)) else NEUTRAL
            for score, known, text in zip(scores, matched, texts, strict=True)
        ]
        if not self._with_reasons:
            return verdicts
        reasons = reasons_of(batch, evidence, head, [each.label for each in verdicts])
        return [
            Sentiment(each.label, each.score, each.confidence, why) if why else each
            for each, why in zip(verdicts, reasons, strict=True)
        ]


def verdict(score: float, neutral_band: float) -> Sentiment:
    """P(label): of the two poles (1 + |score|) / 2; of the neutral label the complement, weighed by how deep in the
    band the score lies."""
    size = abs(score)
    if size < neutral_band:
        return Sentiment("neutral", score, 1 - size)
    return Sentiment("positive" if score > 0 else "negative", score, (1 + size) / 2)
