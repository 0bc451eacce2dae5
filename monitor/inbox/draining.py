"""Taking out of the inbox: what waits, what became of it, and what is deleted because it was stored.

Whoever drains a source holds the lease of a run of it, so that two workers never drain the same one. Each function
that writes belongs in a write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, func, or_, select, true, update

from monitor.inbox.tables import inbound_refusal, inbox
from monitor.store.chunks import in_chunks
from monitor.vault.erasure import overwriting

BATCH = 500
#: 10 s, 40 s, 160 s, … up to an hour; then the item is put aside, never deleted.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
MAX_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    source_id: str
    received_at: datetime
    payload: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """``dead`` items were tried often enough; they stay until somebody looks."""

    source_id: str
    waiting: int
    dead: int
    oldest: datetime
    reason: str


def waiting_sources(connection: Connection, now: datetime) -> list[str]:
    """Ids of the sources with an item to be stored now, the longest waiting first."""
    query = (
        select(inbox.c.source_id)
        .where(inbox.c.state == "waiting", inbox.c.retry_at <= now)
        .group_by(inbox.c.source_id)
        .order_by(func.min(inbox.c.id))
    )
    return list(connection.scalars(query))


def next_batch(connection: Connection, source_id: str, now: datetime) -> list[Waiting]:
    """The oldest items, at most 500. One that failed before comes alone: it may be what made the others fail."""
    query = (
        select(*(inbox.c[name] for name in Waiting.__dataclass_fields__))
        .where(inbox.c.state == "waiting", inbox.c.source_id == source_id, inbox.c.retry_at <= now)
        .order_by(inbox.c.id)
        .limit(BATCH)
    )
    found = [Waiting(**row._asdict()) for row in connection.execute(query)]
    fresh = [item for item in found if not item.attempts]
    return fresh or found[:1]


def settle(connection: Connection, ids: Sequence[int]) -> None:
    """Deletes what was stored, or refused for good, and overwrites where it stood."""
    with overwriting(connection):
        for chunk in in_chunks(ids):
            connection.execute(delete(inbox).where(inbox.c.id.in_(chunk)))


def put_off(connection: Connection, items: Sequence[Waiting], reason: str, now: datetime) -> None:
    """Counts a failed attempt. After the last one an item is put aside as dead."""
    for item in items:
        attempts = item.attempts + 1
        wait = min(FIRST_WAIT * 4 ** min(item.attempts, 10), LONGEST_WAIT)
        connection.execute(
            update(inbox)
            .where(inbox.c.id == item.id)
            .values(
                attempts=attempts,
                retry_at=now + wait,
                reason=reason[:500],
                state="dead" if attempts >= MAX_ATTEMPTS else "waiting",
            )
        )


def put_aside(connection: Connection, ids: Sequence[int], reason: str) -> None:
    """Items that no further attempt can help."""
    for chunk in in_chunks(ids):
        connection.execute(update(inbox).where(inbox.c.id.in_(chunk)).values(state="dead", reason=reason[:500]))


def revive(connection: Connection, now: datetime) -> int:
    """Lets every item be tried at once, also those put aside; how many."""
    again = update(inbox).where(or_(inbox.c.attempts > 0, inbox.c.state == "dead"))
    return connection.execute(again.values(state="waiting", attempts=0, retry_at=now, reason="")).rowcount


def backlog(connection: Connection, source_id: str | None = None) -> list[Backlog]:
    """What is in the inbox, by source; or of one."""
    dead = case((inbox.c.state == "dead", 1), else_=0)
    query = (
        select(
            inbox.c.source_id,
            func.sum(1 - dead).label("waiting"),
            func.sum(dead).label("dead"),
            func.min(inbox.c.received_at).label("oldest"),
            func.max(inbox.c.reason).label("reason"),
        )
        .where(true() if source_id is None else inbox.c.source_id == source_id)
        .group_by(inbox.c.source_id)
        .order_by(inbox.c.source_id)
    )
    return [Backlog(**row._asdict()) for row in connection.execute(query)]


def refusals(connection: Connection, since: datetime) -> dict[str, dict[str, int]]:
    """Source → reason → how many requests were refused since that day."""
    query = (
        select(inbound_refusal.c.source_id, inbound_refusal.c.reason, func.sum(inbound_refusal.c.number))
        .where(inbound_refusal.c.day >= since.date())
        .group_by(inbound_refusal.c.source_id, inbound_refusal.c.reason)
    )
    found: dict[str, dict[str, int]] = {}
    for source_id, reason, number in connection.execute(query):
        found.setdefault(source_id, {})[reason] = int(number)
    return found
