"""Measures a source from what is stored. Every read is served by an index and bounded, however much is stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Integer, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from monitor.config.schema import Source
from monitor.health.measures import NO_WEEK, Delay, Measures, Run, Way
from monitor.health.receiving import received
from monitor.health.week import HOUR, WEEK, WEEKS, Week, expected, learn
from monitor.store.rollups import EVERY_BRAND
from monitor.store.tables import crawl_run, mention, rollup, source_state

#: Closed crawls that are looked at, newest first.
RUNS = 80
#: What was brought to a source that is read has fields of its own and says nothing of its pages; of the others it is
#: what counts.
TRIGGERS: Mapping[Way, tuple[str, ...]] = {
    "crawled": ("schedule", "manual", "command"),
    "polled": ("schedule", "manual", "command"),
    "sent": ("inbox",),
    "brought": ("import",),
}
CLOSED = ("done", "failed", "blocked", "empty", "unavailable")
DELAY_SPAN = timedelta(days=7)
#: Of a very busy source the newest items stand for the rest.
DELAY_ITEMS = 10_000


def measure(
    connection: Connection,
    source: Source,
    step_seconds: int,
    zone: tzinfo,
    now: datetime,
    first_success: datetime | None = None,
    way: Way = "crawled",
) -> Measures:
    """``first_success``, where it is known from an earlier look, is not looked for again."""
    runs = runs_of(connection, source.id, way)
    state = connection.execute(select(source_state).where(source_state.c.source_id == source.id)).one_or_none()
    first = first_success or first_success_of(connection, source.id, way)
    last = last_published(connection, source.id, now)
    week = NO_WEEK if last is None else week_before(connection, source.id, step_seconds, last, zone)
    until = int(now.timestamp())
    return Measures(
        every=source.every,
        runs=runs,
        due_at=state.due_at if state else None,
        failures=state.failures if state else 0,
        first_success=first,
        last_item=last,
        delay=None if first is None else delay_of(connection, source.id, first, now),
        week=week,
        expected_24h=expected(week, until - 24 * HOUR, until, zone),
        got_24h=published_since(connection, source.id, until - 24 * HOUR, until),
        way=way,
        **received(connection, source, runs, zone, now) if way == "sent" else {},
    )


def runs_of(connection: Connection, source_id: str, way: Way = "crawled") -> tuple[Run, ...]:
    """The last closed runs of the source's own way, newest first."""
    table = crawl_run.c
    query = (
        select(table.state, table.finished_at, table.reason, table.counts)
        .where(table.source_id == source_id, table.state.in_(CLOSED), table.trigger.in_(TRIGGERS[way]))
        .order_by(table.id.desc())
        .limit(RUNS)
    )
    return tuple(to_run(*row) for row in connection.execute(query))


def to_run(state: str, finished_at: datetime, reason: str, counts: Mapping[str, Any]) -> Run:
    """Counts that an earlier version stored have no fields and no pages."""
    return Run(
        state=state,
        finished_at=finished_at,
        reason=reason,
        fetched=counts.get("fetched", 0),
        pages=counts.get("pages", 0),
        rejected=counts.get("rejected", {}),
        fill=counts.get("fields", {}),
    )


def first_success_of(connection: Connection, source_id: str, way: Way = "crawled") -> datetime | None:
    query = select(crawl_run.c.finished_at).where(
        crawl_run.c.source_id == source_id, crawl_run.c.state == "done", crawl_run.c.trigger.in_(TRIGGERS[way])
    )
    return connection.scalar(query.order_by(crawl_run.c.id).limit(1))


def last_published(connection: Connection, source_id: str, now: datetime) -> datetime | None:
    """A shop's clock may be ahead of ours; such an item was published now at the latest, and waits its turn."""
    query = select(mention.c.published_at).where(
        mention.c.source_id == source_id,
        mention.c.timeline_epoch <= int(now.timestamp()),
        mention.c.published_at.is_not(None),
    )
    return connection.scalar(query.order_by(mention.c.timeline_epoch.desc(), mention.c.id.desc()).limit(1))


def week_before(connection: Connection, source_id: str, step_seconds: int, last: datetime, zone: tzinfo) -> Week:
    """The weeks up to and with the hour of the last item, from the first item in them on."""
    end = (int(last.timestamp()) // HOUR + 1) * HOUR
    counts = hourly(connection, source_id, step_seconds, end - WEEKS * WEEK, end)
    return learn(counts, min(counts, default=end), end, zone)


def hourly(connection: Connection, source_id: str, step_seconds: int, start: int, end: int) -> dict[int, int]:
    """Items by the hour (epoch s) they were published in: from the rollup, whose steps make up the hours; where they
    do not, from the mentions."""
    if HOUR % step_seconds == 0:
        table = rollup.c
        hour = whole_hour(table.step_start)
        query = select(hour, func.sum(table.n)).where(
            table.step_seconds == step_seconds,
            table.brand_id == EVERY_BRAND,
            table.source_id == source_id,
            table.step_start >= start,
            table.step_start < end,
        )
    else:
        column = mention.c.timeline_epoch
        hour = whole_hour(column)
        query = select(hour, func.count()).where(
            mention.c.source_id == source_id, column >= start, column < end, mention.c.published_at.is_not(None)
        )
    return {int(start): int(n) for start, n in connection.execute(query.group_by(literal_column("hour")))}


def whole_hour(epoch: ColumnElement[int]) -> Any:
    return (epoch - epoch % HOUR).cast(Integer).label("hour")


def published_since(connection: Connection, source_id: str, start: int, end: int) -> int:
    query = select(func.count()).where(
        mention.c.source_id == source_id,
        mention.c.timeline_epoch >= start,
        mention.c.timeline_epoch < end,
        mention.c.published_at.is_not(None),
    )
    return int(connection.execute(query).scalar_one())


def delay_of(connection: Connection, source_id: str, first_success: datetime, now: datetime) -> Delay | None:
    """Of items that were collected first within seven days and published after the first crawl that worked: what was
    there before it came in late for another reason. An item of the future has no delay."""
    table = mention.c
    query = (
        select(table.published_at, table.collected_at)
        .where(table.source_id == source_id, table.collected_at >= now - DELAY_SPAN)
        .where(table.published_at >= first_success)
        .order_by(table.collected_at.desc())
        .limit(DELAY_ITEMS)
    )
    delays = sorted(max(0.0, (row[1] - row[0]).total_seconds()) for row in connection.execute(query))
    return Delay(quantile(delays, 0.5), quantile(delays, 0.95), len(delays)) if delays else None


def quantile(values: list[float], share: float) -> float:
    """The smallest of the sorted values that at least this share of them does not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
