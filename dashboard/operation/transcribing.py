"""From what a clerk typed in to the inbox: the same way as everything that is sent to us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from crawlers.inbound.acceptance import examine
from monitor.inbox.receiving import Arrived, receive
from monitor.inbox.sealing import InboxKey
from monitor.mention import RawMention, Rejection
from monitor.normalise import SourceContext
from monitor.outlets.keeping import transcribed
from monitor.outlets.reading import Item
from monitor.outlets.source import TranscriptsSource
from monitor.store.database import writing


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed in. ``rating`` is 1–5."""

    text: str
    rating: str | None = None
    product: str | None = None
    lang: str | None = None


def mention_of(item: Item, draft: Draft) -> RawMention:
    """It was said when it was received; typing it in later does not make it newer."""
    return RawMention(
        text=draft.text,
        external_id=item.number,
        kind="review",
        published=item.received_at.isoformat(),
        rating=draft.rating,
        rating_best="5",
        rating_worst="1",
        lang=draft.lang,
        product=draft.product,
    )


def transcribe(
    engine: Engine,
    source: TranscriptsSource,
    timezone: str,
    item: Item,
    draft: Draft,
    key: InboxKey,
    by: str,
    now: datetime,
    also: Callable[[Connection], None],
) -> Rejection | None:
    """Ends the item's waiting, hands its text to the workers, and does ``also``: all or nothing. Or says why the text
    cannot be used.

    Raises ``DoneBeforeError`` where somebody else was first: nothing is stored then.
    """
    context = SourceContext(source.id, timezone, source.lang, source.product)
    outcome = examine(mention_of(item, draft), context, now)
    if isinstance(outcome, Rejection):
        return outcome
    with writing(engine) as connection:
        transcribed(connection, item.id, by, now)
        receive(connection, source.id, [Arrived(outcome.external_id, outcome.found)], key, now)
        also(connection)
    return None
