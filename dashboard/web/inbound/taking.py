"""From what was read to the inbox and the answer: the part that every route shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from crawlers.inbound.acceptance import Acceptable, examine
from crawlers.inbound.refusal import RefusedError
from dashboard.web.access import services_of
from dashboard.web.inbound.rate import RateLimit
from dashboard.web.shell import config_of
from monitor.config.schema import Inbound
from monitor.inbox.receiving import Arrived, KeyReusedError, earlier_answer, receive, remember_answer
from monitor.inbox.sealing import inbox_key
from monitor.mention import RawMention, Rejection
from monitor.normalise.item import SourceContext
from monitor.store.database import writing

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request that was proved to be its sender's. ``name`` is the sender's own for it, the same at each attempt."""

    source_id: str
    name: str | None
    body: bytes


def context_of(request: Request, source_id: str, entry: Inbound) -> SourceContext:
    """Raises ``NoConfigurationError``: before the first valid configuration nothing can be stored."""
    timezone = entry.timezone or config_of(request).settings.timezone
    return SourceContext(source_id, timezone, entry.lang, entry.product, entry.date_order)


def sifted(
    items: Iterable[RawMention | Rejection], context: SourceContext, now: datetime
) -> tuple[list[Arrived], list[tuple[int, Rejection]]]:
    """What can be stored, and what cannot with its place."""
    arrived: list[Arrived] = []
    rejected: list[tuple[int, Rejection]] = []
    for index, item in enumerate(items):
        outcome = examine(item, context, now) if isinstance(item, RawMention) else item
        if isinstance(outcome, Acceptable):
            arrived.append(Arrived(outcome.external_id, outcome.found))
        else:
            rejected.append((index, outcome))
    return arrived, rejected


def in_rate(request: Request, sender: str, now: datetime) -> None:
    """Raises :class:`RefusedError` with the seconds to wait."""
    limit: RateLimit = request.app.state.rate_limit
    if wait := limit.wait(sender, now):
        raise RefusedError(429, "too many requests", f"at most {limit.per_minute} a minute", retry_after=wait)


def take(
    request: Request,
    delivery: Delivery,
    arrived: Iterable[Arrived],
    answer: Answer,
    also: Callable[[Connection, datetime], None] = lambda _connection, _now: None,
) -> tuple[Answer, bool]:
    """One transaction: the items, what is answered, and ``also``. A request that came before is not taken twice: its
    own answer is given again, and ``True`` with it.

    Raises :class:`RefusedError` where the sender's name stands for another body, and where the store does not answer.
    """
    services = services_of(request)
    now = services.clock()
    if services.author_key is None:
        raise RefusedError(503, "not ready", "TINGFENG_AUTHOR_KEY is not set")
    try:
        with writing(services.engine) as connection:
            if delivery.name is not None:
                before = earlier_answer(connection, delivery.source_id, delivery.name, delivery.body)
                if before is not None:
                    return before, True
                remember_answer(connection, delivery.source_id, delivery.name, delivery.body, answer, now)
            receive(connection, delivery.source_id, arrived, inbox_key(services.author_key), now)
            also(connection, now)
    except KeyReusedError:
        raise RefusedError(409, "id used before", "with another body: each request needs an id of its own") from None
    except OperationalError as error:
        raise RefusedError(503, "busy", "try again", retry_after=5) from error
    return answer, False
