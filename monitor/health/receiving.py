"""Measures what is particular to a source that nobody asks: its inbox, what was refused, what people are late with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from monitor.config.schema import Source
from monitor.health.measures import NO_INBOX, Duty, Inbox, Refused, Run
from monitor.inbox.draining import backlog
from monitor.inbox.tables import inbound_refusal
from monitor.outlets.overdue import facts_of, overdue_boxes, overdue_items
from monitor.outlets.source import TranscriptsSource

LONG_AGO = datetime.fromtimestamp(0, UTC)


def received(
    connection: Connection, source: Source, runs: Sequence[Run], zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """Those fields of ``Measures``. ``zone`` is the configuration's: days are those of the source's own, if it has
    one."""
    since = next((run.finished_at for run in runs if run.state == "done"), LONG_AGO)
    found: dict[str, Any] = {
        "inbox": inbox_of(connection, source.id),
        "refused": refused_since(connection, source.id, since),
    }
    if isinstance(source, TranscriptsSource):
        found["slack"] = source.transcribe_within
        found["duty"] = duty_of(connection, source, ZoneInfo(source.timezone) if source.timezone else zone, now)
    return found


def inbox_of(connection: Connection, source_id: str) -> Inbox:
    held = next(iter(backlog(connection, source_id)), None)
    return NO_INBOX if held is None else Inbox(held.waiting, held.dead, held.oldest, held.reason)


def refused_since(connection: Connection, source_id: str, since: datetime) -> Refused:
    """Refusals are counted by day: of the days that had one since then, all are."""
    table = inbound_refusal.c
    number = func.sum(table.number)
    rows = connection.execute(
        select(table.reason, number)
        .where(table.source_id == source_id, table.last_at > since)
        .group_by(table.reason)
        .order_by(number.desc(), table.reason)
    ).all()
    return Refused(sum(int(row[1]) for row in rows), rows[0][0]) if rows else Refused()


def duty_of(connection: Connection, source: TranscriptsSource, zone: tzinfo, now: datetime) -> Duty | None:
    if items := overdue_items(connection, source, now):
        return Duty("transcription", items[0].since, facts_of(items, now))
    if boxes := overdue_boxes(connection, source, zone, now):
        return Duty("box", boxes[0].since, facts_of(boxes, now))
    return None
