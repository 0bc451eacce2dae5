"""An engine with what was learned from labels on top of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick

from monitor.mention import Channel, Label, Reason, Sentiment
from monitor.sentiment.adaptation.features import fold, share
from monitor.sentiment.adaptation.weights import Adaptation, Correction
from monitor.sentiment.engine import SentimentEngine

#: |score| is kept below this before it becomes log-odds.
CERTAIN = 0.9999
MOST_REASONS = 6
#: An n-gram that moves the log-odds by less is no reason (as in the default engine).
LEAST_WEIGHT = 0.15


class AdaptedEngine:
    """``version`` is the base's with the adaptation's digest, so that what is stored pins both. A source without
    corrections of its own is scored by those for any source of the channel, where there are some. Raises
    ``ValueError`` for an adaptation of another engine or version."""

    def __init__(self, base: SentimentEngine, adaptation: Adaptation, source: str | None = None) -> None:
        if (adaptation.engine, adaptation.engine_version) != (base.name, base.version):
            learned = f"{adaptation.engine} {adaptation.engine_version}"
            raise ValueError(f"the adaptation was learned on {learned}, this is {base.name} {base.version}")
        self.name = base.name
        self.version = f"{base.version}+{adaptation.digest[:8]}"
        self.base, self.adaptation = base, adaptation
        self._source = source
        self._ready: dict[str, Corrected] = {}

    def for_source(self, source: str) -> AdaptedEngine:
        """The same engine with the corrections of a source."""
        return AdaptedEngine(self.base, self.adaptation, source)

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        """See :class:`~monitor.sentiment.engine.SentimentEngine`."""
        verdicts = self.base.score(texts, channel)
        known = self.adaptation.corrections
        key = self._key(channel)
        if key is None:
            return verdicts
        if key not in self._ready:
            self._ready[key] = Corrected(known[key])
        correct = self._ready[key].verdict
        return [correct(text, verdict) for text, verdict in zip(texts, verdicts, strict=True)]

    def _key(self, channel: Channel) -> str | None:
        """Whose corrections apply. Where it is not said whose texts these are and only one source has taught anything,
        they are taken for that one's."""
        known = self.adaptation.corrections
        if self._source in known:
            return self._source
        if f"*{channel}" in known:
            return f"*{channel}"
        return next(iter(known)) if self._source is None and len(known) == 1 else None


def log_odds(score: float) -> float:
    """Of positive: the inverse of score = 2·sigmoid(x) − 1."""
    return 2 * math.atanh(min(max(score, -CERTAIN), CERTAIN))


class Corrected:
    """One correction, ready to apply."""

    def __init__(self, correction: Correction) -> None:
        self._correction = correction
        self._weights = list(correction.ngrams.values())
        self._automaton = AhoCorasick(list(correction.ngrams)) if correction.ngrams else None

    def verdict(self, text: str, said: Sentiment) -> Sentiment:
        if text.isspace() or not text:
            return said
        places = self._places(text)
        found = {ngram for ngram, _, _ in places}
        each = share(len(found))
        own = self._correction
        odds = own.scale * log_odds(said.score) + own.bias + each * sum(self._weights[ngram] for ngram in sorted(found))
        score = math.tanh(odds / 2)
        label = label_of(score, own.neutral_band)
        confidence = 1 - abs(score) if label == "neutral" else (1 + abs(score)) / 2
        return Sentiment(label, score, confidence, self._reasons(said, label, places, each))

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            return []
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(fold(text), overlapping=True)
        return found

    def _reasons(
        self, said: Sentiment, label: Label, places: list[tuple[int, int, int]], each: float
    ) -> tuple[Reason, ...]:
        """The base's, and what the corrections weigh where it saw nothing; none where the base is asked for none."""
        if not said.reasons:
            return ()
        wanted = {"negative": -1, "neutral": 0, "positive": 1}[label]
        reasons = [reason for reason in said.reasons if wanted * reason.weight >= 0]
        strongest = sorted(places, key=lambda place: (-abs(self._weights[place[0]]), place))
        for ngram, start, end in strongest:
            odds = self._weights[ngram] * each
            if len(reasons) >= MOST_REASONS or abs(odds) < LEAST_WEIGHT:
                break
            if wanted * odds >= 0 and not any(start < r.span[1] and r.span[0] < end for r in reasons):
                reasons.append(Reason((start, end), round(math.tanh(odds / 2), 4)))
        return tuple(sorted(reasons, key=lambda reason: reason.span))


def label_of(score: float, neutral_band: float) -> Label:
    if abs(score) < neutral_band or score == 0:
        return "neutral"
    return "positive" if score > 0 else "negative"
