"""The contract of a sentiment engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
