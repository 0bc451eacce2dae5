"""Server-side sessions: the cookie holds a random token, the table only its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from dashboard.tables import session, user
from dashboard.web.accounts import User, read_role
from dashboard.web.i18n import known_language

COOKIE = "tingfeng_session"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user and the token that their forms must carry, masked (:mod:`dashboard.web.forms`)."""

    user: User
    csrf: str


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(connection: Connection, user_id: int, now: datetime) -> str:
    """Starts a session and sweeps the expired ones away; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(session).where(session.c.expires_at <= now))
    connection.execute(
        insert(session).values(
            token_hash=_hash(token),
            user_id=user_id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def find(connection: Connection, token: str, now: datetime) -> Visitor | None:
    """Whose session this token is; ``None`` when it is unknown or expired."""
    row = connection.execute(
        select(session.c.csrf, user.c.id, user.c.name, user.c.role, user.c.language)
        .join(user, user.c.id == session.c.user_id)
        .where(session.c.token_hash == _hash(token), session.c.expires_at > now)
    ).first()
    if row is None:
        return None
    return Visitor(User(row.id, row.name, read_role(row.role), known_language(row.language) or "zh-CN"), row.csrf)


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(session).where(session.c.token_hash == _hash(token)))
