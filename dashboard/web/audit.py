"""Who did and saw what: rows that compliance reads, and that sign-in throttling counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from dashboard.tables import audit_event

THROTTLE_WINDOW = timedelta(minutes=15)
THROTTLE_LIMIT = 10


def record(
    connection: Connection, actor: str, action: str, detail: Mapping[str, object] | None = None, *, now: datetime
) -> None:
    """``detail`` never holds a secret or unredacted text."""
    connection.execute(insert(audit_event).values(at=now, actor=actor[:100], action=action, detail=dict(detail or {})))


def first_sign_in(connection: Connection, name: str) -> bool:
    """Whether ``name`` never signed in so far."""
    query = select(audit_event.c.id).where(audit_event.c.actor == name[:100], audit_event.c.action == "sign_in")
    return connection.execute(query.limit(1)).first() is None


def throttled(connection: Connection, name: str, now: datetime) -> bool:
    """Whether ``name`` failed to sign in too often lately. Counted from stored rows, so that a restart or a second
    web process does not forget."""
    failures = connection.execute(
        select(func.count())
        .select_from(audit_event)
        .where(
            audit_event.c.at > now - THROTTLE_WINDOW,
            audit_event.c.action == "sign_in_failed",
            audit_event.c.actor == name[:100],
        )
    ).scalar_one()
    return failures >= THROTTLE_LIMIT
