"""From what a clerk typed in to the inbox: the same way as everything that is sent to us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from crawlers.inbound.acceptance import examine
from monitor.inbox.receiving import Arrived, receive
from monitor.inbox.sealing import InboxKey
from monitor.mention import RawMention, Rejection
from monitor.normalise.item import SourceContext
from monitor.outlets.keeping import transcribed
from monitor.outlets.reading import Item
from monitor.outlets.source import Outlet, TranscriptsSource
from monitor.store.database import writing
from monitor.vault.consent import Notice, agree
from monitor.vault.enclosure import Place, keep_contact
from monitor.vault.keys import MasterKey

#: What clerks ask before they write down how to reach somebody; there is no page that the person saw.
NOTICE = Notice(
    "zh-CN",
    "员工记录：本人同意其意见被引用，并同意就此事被回访；联系方式只用于回访，加密保存，到期删除。",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed in. ``rating`` is 1–5; ``answers`` by question, in the words of forms: frequency, since, wish,
    consent."""

    text: str
    rating: str | None = None
    product: str | None = None
    lang: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    #: How to reach the person, who agreed to be called back: by phone, email or wechat. Kept sealed, apart.
    contact: Mapping[str, str] = field(default_factory=dict, repr=False)


def mention_of(item: Item, draft: Draft, outlet: Outlet | None) -> RawMention:
    """It was said when it was received; typing it in later does not make it newer. Where and how it came stands among
    its answers, so that it can be filtered by."""
    came = {"medium": item.medium}
    if outlet is not None:
        came |= {"outlet": outlet.name} | ({"region": outlet.region} if outlet.region else {})
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
        answers={**draft.answers, **came},
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
    master: MasterKey | None = None,
) -> Rejection | None:
    """Ends the item's waiting, hands its text to the workers, and does ``also``: all or nothing. Or says why the text
    cannot be used.

    A contact is kept in the same transaction, sealed under ``master`` (without one none may be given), with the consent
    that it was given with. Raises ``DoneBeforeError`` where somebody else was first: nothing is stored then.
    """
    context = SourceContext(source.id, timezone, source.lang, source.product)
    outcome = examine(mention_of(item, draft, source.outlet(item.outlet_id)), context, now)
    if isinstance(outcome, Rejection):
        return outcome
    with writing(engine) as connection:
        transcribed(connection, item.id, by, now)
        receive(connection, source.id, [Arrived(outcome.external_id, outcome.found)], key, now)
        if draft.contact and master is not None:
            place = Place(source.id, outcome.external_id, item.received_at, item.received_at + source.keep)
            agree(connection, place, NOTICE, may_contact=True)
            keep_contact(connection, place, draft.contact, master)
        also(connection)
    return None
