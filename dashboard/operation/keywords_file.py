"""keywords.yaml on disk, written by a program: whole or not at all, and a version of it brought back."""

from __future__ import annotations

from datetime import datetime

from dashboard.operation.home import Home
from dashboard.operation.installation import Installation
from monitor.config.history import Version, text_of
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


def roll_back(installation: Installation, version: Version, *, author: str, now: datetime) -> Applied:
    """An earlier version as the newest one, with its text as the file. Raises ``InvalidConfig`` where this program no
    longer takes it, and ``OSError`` where the version is in force and the file could not be written.

    In force first: until the file is written it is the one that was looked at already, which changes nothing.
    """
    with reading(installation.engine) as connection:
        text = text_of(connection, version)
    note = f"rolled back to version {version.id}"
    with installation.home.lock():
        applied = apply_text(installation.engine, text, installation.kinds, author=author, note=note, now=now)
        write_keywords(installation.home, text)
    return applied
