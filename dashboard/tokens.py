"""API tokens: shown once, kept as their SHA-256, each for one source."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from dashboard.tables import api_token, audit_event

PREFIX = "tf_"


class TokenError(ValueError):
    """The message says what to do."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    id: int
    name: str
    source_id: str
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None


COLUMNS = [api_token.c[name] for name in ApiToken.__dataclass_fields__]


def add_token(connection: Connection, name: str, source_id: str, actor: str, now: datetime) -> str:
    """The new token, which cannot be shown again. Raises :class:`TokenError` for a name that is taken."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 100 or not cleaned.isprintable():
        raise TokenError("a token's name has 1 to 100 visible characters: say who will use it")
    if connection.execute(select(api_token.c.id).where(api_token.c.name == cleaned)).first():
        raise TokenError(f"there is a token {cleaned!r} already: choose another name")
    token = PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        insert(api_token).values(
            name=cleaned, token_hash=digest(token), source_id=source_id, created_at=now, created_by=actor[:100]
        )
    )
    audit(connection, actor, "token_add", {"token": cleaned, "source": source_id}, now)
    return token


def list_tokens(connection: Connection) -> list[ApiToken]:
    return [ApiToken(**row._asdict()) for row in connection.execute(select(*COLUMNS).order_by(api_token.c.name))]


def revoke_token(connection: Connection, name: str, actor: str, now: datetime) -> None:
    """Raises :class:`TokenError` where there is no such token in force."""
    revoked = connection.execute(
        update(api_token).where(api_token.c.name == name, api_token.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    if revoked.rowcount != 1:
        raise TokenError(f"no token {name!r} is in force: see tingfeng token list")
    audit(connection, actor, "token_revoke", {"token": name}, now)


def find_token(connection: Connection, token: str) -> ApiToken | None:
    """Whose token this is; ``None`` where it is unknown or revoked."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    row = connection.execute(
        select(*COLUMNS).where(api_token.c.token_hash == digest(token), api_token.c.revoked_at.is_(None))
    ).first()
    return None if row is None else ApiToken(**row._asdict())


def used(connection: Connection, token: ApiToken, now: datetime) -> None:
    connection.execute(update(api_token).where(api_token.c.id == token.id).values(last_used_at=now))


def digest(token: str) -> str:
    """A token is random and long: no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def audit(connection: Connection, actor: str, action: str, detail: dict[str, object], now: datetime) -> None:
    connection.execute(insert(audit_event).values(at=now, actor=actor[:100], action=action, detail=detail))
