"""From what was written to a verdict: which words the engine reads, by which channel, with whose corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from monitor.mention import Channel, Kind, Reason, Sentiment
from monitor.sentiment.batch import score_batch
from monitor.sentiment.engine import BySource, SentimentEngine

CHANNELS: tuple[Channel, ...] = ("review", "social")


class Wording(Protocol):
    """An item as far as an engine reads it; redacted."""

    @property
    def kind(self) -> Kind: ...
    @property
    def title(self) -> str | None: ...
    @property
    def text(self) -> str: ...


def score_wordings(engine: SentimentEngine, items: Sequence[Wording], source_id: str) -> list[Sentiment]:
    """Verdicts in the order of the items of one source, one engine call a channel; spans are in the items' texts."""
    if isinstance(engine, BySource):
        engine = engine.for_source(source_id)
    verdicts: dict[int, Sentiment] = {}
    for channel in CHANNELS:
        places = [place for place, item in enumerate(items) if channel_of(item.kind) == channel]
        heads = [head_of(items[place]) for place in places]
        texts = [head + items[place].text for head, place in zip(heads, places, strict=True)]
        scored = score_batch(engine, texts, channel)
        for place, head, verdict in zip(places, heads, scored, strict=True):
            verdicts[place] = _shifted(verdict, len(head))
    return [verdicts[place] for place in range(len(items))]


def channel_of(kind: Kind) -> Channel:
    return "review" if kind == "review" else "social"


def read_text(item: Wording) -> str:
    """All that an engine reads of an item."""
    return head_of(item) + item.text


def head_of(item: Wording) -> str:
    """The title, scored before the text where its writer wrote both. A comment's title is its thread's."""
    if item.kind == "comment" or not item.title or item.text.startswith(item.title):
        return ""
    return f"{item.title}\n"


def _shifted(verdict: Sentiment, head: int) -> Sentiment:
    """Reasons refer to the stored text: those in the title go, the others move back."""
    if not head or not verdict.reasons:
        return verdict
    kept = (reason for reason in verdict.reasons if reason.span[0] >= head)
    moved = tuple(Reason((reason.span[0] - head, reason.span[1] - head), reason.weight) for reason in kept)
    return replace(verdict, reasons=moved)
