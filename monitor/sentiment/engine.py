"""The contract of a sentiment engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from monitor.mention import Channel, Sentiment


class SentimentEngine(Protocol):
    """``name`` and ``version`` are stored beside every score; a changed result needs a changed version."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        """One verdict a text, in order; equal texts get equal verdicts, white space alone is neutral with score 0.

        Reasons are half-open code-point spans into the text as given. Never raises on any text.
        """
        ...


@runtime_checkable
class BySource(Protocol):
    """An engine that knows more of some sources; an addition to the contract, not a part of it."""

    def for_source(self, source: str) -> SentimentEngine:
        """The same engine (name, version) for the texts of one source."""
        ...
