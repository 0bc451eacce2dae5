"""Every kind of source that is not crawled, with its configuration model. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawlers.inbound.models import ApiInbound, ImapInbound, WebhookInbound, WechatInbound
from monitor.config.schema import Inbound, Source
from monitor.health.watched import Watched

INBOUND: Mapping[str, type[Inbound]] = {
    "api": ApiInbound,
    "imap": ImapInbound,
    "webhook": WebhookInbound,
    "wechat": WechatInbound,
}


def source_of(source_id: str, entry: Inbound) -> Source:
    """The entry as the source that its items are stored under."""
    source = Source(
        id=source_id,
        kind=entry.kind,
        enabled=entry.enabled,
        brand=entry.brand,
        product=entry.product,
        lang=entry.lang,
        timezone=entry.timezone,
        date_order=entry.date_order,
    )
    return source.model_copy(update={"every": entry.every}) if isinstance(entry, ImapInbound) else source


def inbound_sources(entries: Mapping[str, Inbound]) -> Iterator[Source]:
    """All of them, in the order of operator.yaml."""
    for source_id, entry in entries.items():
        yield source_of(source_id, entry)


def polled_sources(entries: Mapping[str, Inbound]) -> Iterator[Source]:
    """Those that we look at ourselves, by the clock."""
    for source_id, entry in entries.items():
        if isinstance(entry, ImapInbound):
            yield source_of(source_id, entry)


def watched_sources(entries: Mapping[str, Inbound]) -> list[Watched]:
    """All of them, with the way in which their items come, for ``monitor.health``."""
    return [
        Watched(source_of(source_id, entry), "polled" if isinstance(entry, ImapInbound) else "sent")
        for source_id, entry in entries.items()
    ]
