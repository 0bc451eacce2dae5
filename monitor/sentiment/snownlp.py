"""SnowNLP's naive Bayes over segmented words: works offline, no training, tells its reasons.

Only a worker or the command line loads it: its import takes about 3 s and 430 MB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from monitor.mention import Channel, Label, Reason, Sentiment

#: |score| below this is neutral: P(positive) between 0.45 and 0.55. The model is sure of itself and seldom in it.
NEUTRAL_BAND = 0.1
#: Only the head of a long text is scored; segmentation costs about 5,000 characters a second.
MAX_CHARACTERS = 2_000
MOST_REASONS = 6
#: A word that moves the log-odds by less is no reason: less than twice as frequent in one class as in the other, it
#: says what the training reviews were about (不, 充电, 手机) rather than what their writers felt.
LEAST_WEIGHT = math.log(2)
_HAN = re.compile("[\u4e00-\u9fa5]")
#: A model of two classes has no estimate of the third: a neutral verdict claims no more than chance among three.
NEUTRAL_CONFIDENCE = 1 / 3

NEUTRAL = Sentiment("neutral", 0.0, NEUTRAL_CONFIDENCE)


class SnowNlpEngine:
    """P(positive) = sigmoid(log prior odds + sum of the words' log-odds), as ``snownlp.sentiment`` computes it, with
    one difference: a word without Han characters that the model never saw is no evidence. (SnowNLP counts it towards
    one class, so that any long English text comes out extreme.) Texts without evidence are neutral.
    """

    name = "snownlp"
    version = "0.12.3-2"

    def __init__(self, *, with_reasons: bool = True) -> None:
        from snownlp import sentiment

        bayes: Any = sentiment.classifier.classifier
        positive, negative = bayes.d["pos"], bayes.d["neg"]
        self._words = sentiment.classifier.handle
        self._known = positive.d.keys() | negative.d.keys()
        self._positive, self._negative = positive, negative
        self._prior = math.log(positive.getsum()) - math.log(negative.getsum())
        self._with_reasons = with_reasons

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        """See :class:`~monitor.sentiment.engine.SentimentEngine`. The channel makes no difference to this model."""
        verdicts = {text: self._verdict(text[:MAX_CHARACTERS]) for text in dict.fromkeys(texts)}
        return [verdicts[text] for text in texts]

    def _tells(self, word: str) -> bool:
        return word in self._known or _HAN.search(word) is not None

    def _odds(self, word: str) -> float:
        return math.log(self._positive.freq(word)) - math.log(self._negative.freq(word))

    def _verdict(self, text: str) -> Sentiment:
        evidence = [(word, self._odds(word)) for word in self._words(text) if self._tells(word)]
        if not evidence:
            return NEUTRAL
        score = math.tanh((self._prior + sum(odds for _, odds in evidence)) / 2)  # 2·sigmoid(x) − 1
        label = label_of(score)
        confidence = NEUTRAL_CONFIDENCE if label == "neutral" else (1 + abs(score)) / 2
        return Sentiment(label, score, confidence, _reasons(text, evidence, label) if self._with_reasons else ())


def label_of(score: float) -> Label:
    if abs(score) < NEUTRAL_BAND:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _reasons(text: str, evidence: list[tuple[str, float]], label: Label) -> tuple[Reason, ...]:
    """The words that moved the score most towards its label (of a neutral text: either way), in the order of the text;
    weight is the word's own 2·P(positive) − 1. A word that pulled the other way is no reason: most are names of things
    that the training reviews complained about, such as 电话 and 半夜."""
    placed: list[Reason] = []
    position = 0
    for word, odds in evidence:
        start = text.find(word, position)
        if start < 0:
            continue
        position = start + len(word)
        against = (label == "positive" and odds < 0) or (label == "negative" and odds > 0)
        if abs(odds) >= LEAST_WEIGHT and not against:
            placed.append(Reason((start, position), round(math.tanh(odds / 2), 4)))
    strongest = sorted(placed, key=lambda reason: -abs(reason.weight))[:MOST_REASONS]
    return tuple(sorted(strongest, key=lambda reason: reason.span))
