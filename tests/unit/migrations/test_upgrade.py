"""Migrations and models describe one schema, on both databases."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Column, Engine, MetaData, func, insert, inspect, select, text

from migrations import schema_version, upgrade
from migrations.schema import metadata
from monitor.store.database import reading, writing


def test_models_and_migrations_agree(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_missing_index_would_be_noticed(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("DROP INDEX uq_crawl_run_open"))
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata)


def test_upgrade_makes_every_table_and_may_run_twice(empty_database: Engine) -> None:
    assert schema_version(empty_database).current is None
    upgrade(empty_database)
    upgrade(empty_database)
    version = schema_version(empty_database)
    assert version.current == version.head
    assert set(inspect(empty_database).get_table_names()) == {*metadata.tables, "alembic_version"}


#: The first one with the vault and everything else that hangs on a mention.
EARLY = "0006"


def test_an_upgrade_keeps_every_row(empty_database: Engine) -> None:
    """SQLite drops a table that is built anew, and with it all that refers to it, if it is let."""
    upgrade(empty_database, EARLY)
    tables = MetaData()
    tables.reflect(empty_database)
    with writing(empty_database) as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table).values({column: filled(column) for column in table.columns}))
    upgrade(empty_database)
    with reading(empty_database) as connection:
        left = {
            table.name: connection.scalar(select(func.count()).select_from(table)) for table in tables.sorted_tables
        }
        assert left == dict.fromkeys(left, 1)
        if empty_database.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def filled(column: Column[Any]) -> object:
    """Something of the column's type, alike in all columns that refer to each other."""
    if column.foreign_keys:
        return filled(next(iter(column.foreign_keys)).column)
    kind = column.type.python_type
    return {
        str: "1",
        bytes: b"1",
        date: date(2026, 11, 23),
        datetime: datetime(2026, 11, 23, tzinfo=UTC),
        dict: [],
        bool: True,
    }.get(kind, 1)


def test_two_processes_may_upgrade_at_once(empty_database: Engine) -> None:
    with ThreadPoolExecutor(2) as pool:
        for upgraded in [pool.submit(upgrade, empty_database) for _ in range(2)]:
            upgraded.result(timeout=60)
    assert schema_version(empty_database).current is not None


def test_a_database_of_a_newer_program_is_refused(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CommandError, match="9999"):
        upgrade(database)


def test_importing_the_package_does_not_load_alembic() -> None:
    code = "import migrations, sys; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
