"""The versions of the configuration: what was in force, since when, and by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.tables import config_version

#: So much of a hash names a version; a shorter one could be a number.
SHORTEST_HASH = 6


@dataclass(frozen=True, slots=True)
class Version:
    """A version of keywords.yaml. ``hash`` is the SHA-256 of its text."""

    id: int
    hash: str
    author: str
    note: str
    created_at: datetime


def versions(connection: Connection, limit: int | None = None) -> list[Version]:
    """Newest first; the first is in force."""
    columns = config_version.c
    wanted = select(columns.id, columns.hash, columns.author, columns.note, columns.created_at)
    rows = connection.execute(wanted.order_by(columns.id.desc()).limit(limit))
    return [Version(*row) for row in rows]


def find_version(connection: Connection, name: str) -> Version | None:
    """By its number, or else the newest whose hash begins like this."""
    known = versions(connection)
    if re.fullmatch(r"[0-9]{1,15}", name) and (found := next((v for v in known if v.id == int(name)), None)):
        return found
    if len(name) < SHORTEST_HASH:
        return None
    return next((version for version in known if version.hash.startswith(name.lower())), None)


def text_of(connection: Connection, version: Version) -> str:
    """The file as it was, comments and all."""
    wanted = select(config_version.c.text).where(config_version.c.id == version.id)
    return str(connection.execute(wanted).scalar_one())
