"""Engines and transactions: SQLite in WAL mode by default, PostgreSQL by URL; one way in for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.sql.schema import Table

WRITE = "tingfeng_write"


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://…``. SQLite gets WAL, foreign keys and a 30 s busy wait."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"database {parsed.get_backend_name()!r} is not supported: use sqlite or postgresql")
    engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: the "begin" hook below chooses the lock.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another wrote meanwhile, busy wait or
        # not; writers therefore take the lock at the start, readers never do.
        immediate = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent read; nothing is written."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: commits at the end, rolls back on an error."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """:func:`writing`, but tables may be built anew.

    SQLite cannot change most of a table: it is copied, and the old one dropped. Where foreign keys are enforced, that
    deletes all rows of other tables that refer to it ``ON DELETE CASCADE``, so they are not enforced meanwhile (which
    can be switched outside of a transaction only) and checked before the commit:
    https://sqlite.org/lang_altertable.html, section 7. Raises ``RuntimeError`` where a row refers to one
    that is not there.
    """
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError(f"row {dangling[1]} of table {dangling[0]} refers to none of {dangling[2]}")
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()


def insert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT, which both dialects let go on with ``on_conflict_do_update`` / ``…_nothing``."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
