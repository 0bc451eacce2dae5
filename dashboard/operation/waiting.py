"""Messages that did not reach their channel: those that still wait, and those that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from alerts.tables import delivery, outbox

#: A message leaves within a second or two; one that is older and was never tried waits for a scheduler.
SOON = timedelta(minutes=1)
#: A message that was given up is told of for this long.
REMEMBERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``number`` messages for ``channel``, the oldest made at ``since``; ``reason`` of the last attempt, "" if none."""

    channel: str
    number: int
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """``number`` messages for ``channel`` that nobody will send any more, the last given up at ``at``."""

    channel: str
    number: int
    at: datetime
    reason: str


def waiting(connection: Connection, now: datetime) -> tuple[Waiting, ...]:
    """By channel. Those that were only just made and have not failed are on their way and left out."""
    query = (
        select(outbox.c.channel, func.count().label("number"), func.min(outbox.c.created_at).label("since"))
        .where(outbox.c.state == "queued")
        .group_by(outbox.c.channel)
        .order_by(outbox.c.channel)
    )
    found = []
    for row in connection.execute(query).all():
        failure = last_failure(connection, row.channel, "queued")
        if failure or row.since <= now - SOON:
            found.append(Waiting(row.channel, row.number, row.since, failure[1] if failure else ""))
    return tuple(found)


def dead(connection: Connection, now: datetime) -> tuple[Dead, ...]:
    """By channel, of the last 30 days."""
    query = (
        select(outbox.c.channel, func.count(outbox.c.id.distinct()).label("number"))
        .join(delivery, delivery.c.outbox_id == outbox.c.id)
        .where(outbox.c.state == "dead", delivery.c.at >= now - REMEMBERED)
        .group_by(outbox.c.channel)
        .order_by(outbox.c.channel)
    )
    rows = connection.execute(query).all()
    failures = [(row, last_failure(connection, row.channel, "dead")) for row in rows]
    return tuple(Dead(row.channel, row.number, *failure) for row, failure in failures if failure)


def last_failure(connection: Connection, channel: str, state: str) -> tuple[datetime, str] | None:
    """When the newest attempt at a message of this channel and state failed, and why."""
    row = connection.execute(
        select(delivery.c.at, outbox.c.reason)
        .join(outbox, outbox.c.id == delivery.c.outbox_id)
        .where(outbox.c.channel == channel, outbox.c.state == state, delivery.c.ok.is_(False))
        .order_by(delivery.c.id.desc())
        .limit(1)
    ).first()
    return (row.at, row.reason) if row else None
