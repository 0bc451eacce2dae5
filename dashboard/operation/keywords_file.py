"""keywords.yaml on disk, written by a program: whole or not at all, and a version of it brought back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from dashboard.operation.home import Home
from monitor.config.history import Version, text_of
from monitor.config.schema import Kinds
from monitor.config.versions import Applied, apply_text
from monitor.store.database import reading


def write_keywords(home: Home, text: str) -> None:
    """Replaces the file at once, so that nobody ever reads half of it; it keeps its permissions."""
    file = home.keywords_file
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text, encoding="utf-8")
    if file.exists():
        draft.chmod(file.stat().st_mode & 0o777)
    draft.replace(file)


def put_in_force(
    engine: Engine, kinds: Kinds, home: Home, text: str, *, author: str, note: str, now: datetime
) -> Applied:
    """A text as the newest version and as the file. Raises ``InvalidConfig`` for a text that is wrong, and ``OSError``
    where it is in force and the file could not be written.

    In force first: until the file is written it is the one that was looked at already, which changes nothing.
    """
    with home.lock():
        applied = apply_text(engine, text, kinds, author=author, note=note, now=now)
        write_keywords(home, text)
    return applied


def roll_back(engine: Engine, kinds: Kinds, home: Home, version: Version, *, author: str, now: datetime) -> Applied:
    """An earlier version as the newest one. Raises as :func:`put_in_force`: this program may take it no longer."""
    with reading(engine) as connection:
        text = text_of(connection, version)
    return put_in_force(engine, kinds, home, text, author=author, note=f"rolled back to version {version.id}", now=now)
