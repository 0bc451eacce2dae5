"""Migrations and models describe one schema, on both databases."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, text

from migrations import schema_version, upgrade
from migrations.schema import metadata
from monitor.store.database import writing


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
