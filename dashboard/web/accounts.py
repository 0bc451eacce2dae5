"""Users: names, Argon2id password hashes, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, insert, select, update

from dashboard.tables import user
from dashboard.web.i18n import Language, known_language

Role = Literal["viewer", "agent", "analyst", "admin"]
#: From least to most; each role may do what those before it may.
ROLES: tuple[Role, ...] = get_args(Role)
MINIMUM_PASSWORD = 10

_hasher = PasswordHash((Argon2Hasher(),))
#: Verified when no such user exists, so that the answer takes as long and does not tell who exists.
_NOBODY = _hasher.hash("nobody has this password")


class AccountError(ValueError):
    """The user cannot be made as asked; the message says what to change."""


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    role: Role
    language: Language


def read_role(value: str) -> Role:
    for role in ROLES:
        if role == value:
            return role
    raise AccountError(f"unknown role {value!r}: choose one of {', '.join(ROLES)}")


def may(role: Role, least: Role) -> bool:
    """Whether ``role`` is at least ``least``."""
    return ROLES.index(role) >= ROLES.index(least)


def add_user(
    connection: Connection, name: str, password: str, role: str, *, language: Language = "zh-CN", now: datetime
) -> User:
    """Inserts a user. Raises :class:`AccountError` for a taken or empty name, a short password, an unknown role."""
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise AccountError("a user name has 1 to 100 characters")
    if len(password) < MINIMUM_PASSWORD:
        raise AccountError(f"the password is too short: use at least {MINIMUM_PASSWORD} characters")
    if connection.execute(select(user.c.id).where(user.c.name == name)).first():
        raise AccountError(f"user {name!r} exists already: choose another name")
    known = read_role(role)
    result = connection.execute(
        insert(user).values(
            name=name, password_hash=_hasher.hash(password), role=known, language=language, created_at=now
        )
    )
    key = result.inserted_primary_key
    return User(int(key[0]) if key else 0, name, known, language)


def any_user(connection: Connection) -> bool:
    """Whether anybody can sign in at all."""
    return connection.execute(select(user.c.id).limit(1)).first() is not None


def list_users(connection: Connection) -> tuple[User, ...]:
    rows = connection.execute(select(user.c.id, user.c.name, user.c.role, user.c.language).order_by(user.c.name))
    return tuple(User(row.id, row.name, read_role(row.role), known_language(row.language) or "zh-CN") for row in rows)


def authenticate(connection: Connection, name: str, password: str) -> User | None:
    """The user with this name and password; ``None`` otherwise, after the same amount of work."""
    row = connection.execute(select(user).where(user.c.name == name.strip())).first()
    if row is None:
        _hasher.verify(password, _NOBODY)
        return None
    if not _hasher.verify(password, row.password_hash):
        return None
    return User(row.id, row.name, read_role(row.role), known_language(row.language) or "zh-CN")


def set_language(connection: Connection, user_id: int, language: Language) -> None:
    connection.execute(update(user).where(user.c.id == user_id).values(language=language))
