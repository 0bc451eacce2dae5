"""The configuration in force: the newest ``config_version`` row, of which keywords.yaml is the editable form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine, select
from sqlalchemy import insert as plain_insert

from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.load import parse_config
from monitor.config.schema import Config, Kinds
from monitor.store.database import insert, reading, writing
from monitor.store.tables import config_status, config_version

log = structlog.get_logger()

T = TypeVar("T")
MISSING = "the file is missing: the last good version stays in force"


@dataclass(frozen=True, slots=True)
class Applied:
    """A configuration in force. ``hash`` is the SHA-256 of its text."""

    config: Config
    version_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class FileStatus:
    """The file as last looked at. ``errors`` are formatted lines; empty when the file was taken into force."""

    file_hash: str
    errors: tuple[str, ...]
    checked_at: datetime


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ParserFaultError(InvalidConfig):
    """A text that our own reading stumbled over: a fault of the program, its cause in ``__cause__``."""


def guarded(parse: Callable[[], T]) -> T:
    """What ``parse`` answers. Whatever it raises leaves as :class:`InvalidConfig`, so that a fault of the parser or of
    a kind's model is told like an error of the file and stops no process."""
    try:
        return parse()
    except InvalidConfig:
        raise
    except Exception as error:
        hint = "a fault of Tingfeng: please report it with the file"
        raise ParserFaultError([ConfigError(1, 1, "", f"could not be read: {type(error).__name__}", hint)]) from error


@cache
def tell_unreadable(version_id: int, reason: str) -> None:
    """Once per process and version: it is asked for at every tick."""
    log.error("stored configuration can no longer be read", version=version_id, reason=reason)


def load_applied(connection: Connection, kinds: Kinds, known: Applied | None = None) -> Applied | None:
    """The newest version, or None where there is none yet. ``known`` is given back while it is still in force, which
    spares the parsing; and also where this program no longer reads the newest text (after an upgrade, say), which is
    logged: a process goes on with what it has, or rests as before the first version, until a good file is applied."""
    newest = config_version.c
    row = connection.execute(
        select(newest.id, newest.hash, newest.text).order_by(newest.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    if known is not None and known.version_id == row.id:
        return known
    try:
        return Applied(guarded(lambda: parse_config(row.text, kinds)), row.id, row.hash)
    except InvalidConfig as error:
        tell_unreadable(row.id, str(error))
        return known


def apply_text(engine: Engine, text: str, kinds: Kinds, *, author: str, note: str, now: datetime) -> Applied:
    """Bring a text into force. A text already in force makes no new version. Raises :class:`InvalidConfig`."""
    config = guarded(lambda: parse_config(text, kinds))
    with writing(engine) as connection:
        return add_version(connection, text, config, author=author, note=note, now=now)


def apply_file(
    engine: Engine, path: Path, kinds: Kinds, *, author: str, now: datetime, known: Applied | None = None
) -> Applied | None:
    """Bring the file into force if it changed since it was last looked at, and answer what is in force (None: nothing
    ever was). A broken or missing file changes nothing; what is wrong is kept for :func:`read_status`."""
    with reading(engine) as connection:
        status = read_status(connection)
    try:
        text = read_file(path)
        file_hash = hash_text(text)
    except InvalidConfig as error:
        return keep_last_good(engine, path, kinds, "", error, status, now, known)
    if status is not None and status.file_hash == file_hash and not status.errors:
        # Unchanged since it was applied; what is in force may be newer, made by the web editor.
        with reading(engine) as connection:
            applied = load_applied(connection, kinds, known)
        if applied is not None:
            return applied
    try:
        config = guarded(lambda: parse_config(text, kinds))
    except InvalidConfig as error:
        return keep_last_good(engine, path, kinds, file_hash, error, status, now, known)
    with writing(engine) as connection:
        applied = add_version(connection, text, config, author=author, note=f"from {path.name}", now=now)
        save_status(connection, file_hash, (), now)
        return applied


def read_file(path: Path) -> str:
    """The text of a configuration file. Raises :class:`InvalidConfig` where there is none or it is not UTF-8."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidConfig([ConfigError(1, 1, "", MISSING)]) from None
    except OSError as error:
        raise InvalidConfig([ConfigError(1, 1, "", f"the file cannot be read: {error.strerror}")]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, start = before.count(b"\n") + 1, before.rfind(b"\n") + 1
        column = len(before[start:].decode("utf-8", "replace")) + 1
        raise InvalidConfig([ConfigError(line, column, "", "not UTF-8", "save the file as UTF-8")]) from error


def keep_last_good(
    engine: Engine,
    path: Path,
    kinds: Kinds,
    file_hash: str,
    error: InvalidConfig,
    status: FileStatus | None,
    now: datetime,
    known: Applied | None,
) -> Applied | None:
    lines = tuple(each.format(path.name) for each in error.errors)
    if status is None or (status.file_hash, status.errors) != (file_hash, lines):
        if isinstance(error, ParserFaultError):
            log.error("configuration could not be read", file=path.name, exc_info=error.__cause__)
        with writing(engine) as connection:
            save_status(connection, file_hash, lines, now)
    with reading(engine) as connection:
        return load_applied(connection, kinds, known)


def add_version(connection: Connection, text: str, config: Config, *, author: str, note: str, now: datetime) -> Applied:
    if connection.dialect.name == "postgresql":
        # Two processes that see the same change at once must not make two versions; SQLite's writers queue anyway.
        connection.exec_driver_sql("LOCK TABLE config_version IN SHARE ROW EXCLUSIVE MODE")
    digest = hash_text(text)
    newest = config_version.c
    row = connection.execute(select(newest.id, newest.hash).order_by(newest.id.desc()).limit(1)).one_or_none()
    if row is not None and row.hash == digest:
        return Applied(config, row.id, digest)
    values = {"hash": digest, "text": text, "author": author, "note": note, "created_at": now}
    version_id = connection.execute(plain_insert(config_version).values(values).returning(newest.id)).scalar_one()
    return Applied(config, version_id, digest)


def read_status(connection: Connection) -> FileStatus | None:
    """What is known about the file on disk; None before anyone looked."""
    row = connection.execute(select(config_status).where(config_status.c.id == 1)).one_or_none()
    return FileStatus(row.file_hash, tuple(row.errors), row.checked_at) if row is not None else None


def save_status(connection: Connection, file_hash: str, errors: Sequence[str], now: datetime) -> None:
    values = {"file_hash": file_hash, "errors": list(errors), "checked_at": now}
    statement = insert(connection, config_status).values(id=1, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
