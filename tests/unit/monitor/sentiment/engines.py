"""Small engines of our own for tests of what surrounds an engine."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.mention import Channel, Reason, Sentiment


class WordEngine:
    """Negative where the text says 差, positive where it says 好; remembers what it was asked."""

    name = "word"
    version = "1"

    def __init__(self) -> None:
        self.calls: list[tuple[Channel, tuple[str, ...]]] = []

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        self.calls.append((channel, tuple(texts)))
        return [self._verdict(text) for text in texts]

    def _verdict(self, text: str) -> Sentiment:
        reasons = tuple(Reason((at, at + 1), -1.0) for at, ch in enumerate(text) if ch == "差")
        if reasons:
            return Sentiment("negative", -0.8, 0.9, reasons)
        return Sentiment("positive", 0.8, 0.9) if "好" in text else Sentiment("neutral", 0.0, 1.0)


class BrittleEngine(WordEngine):
    """Raises on any batch that holds the word 毒."""

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        if any("毒" in text for text in texts):
            raise RuntimeError("cannot digest")
        return super().score(texts, channel)


class ForgetfulEngine(WordEngine):
    """Answers one verdict too few, as a faulty plug-in would."""

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        return super().score(texts, channel)[: len(texts) - 1]
