"""Run by Alembic: the connection comes from :func:`migrations.upgrade`, which also holds the transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from migrations.schema import metadata


def run() -> None:
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("run migrations through migrations.upgrade(engine), which opens the transaction")
    # SQLite's DDL is transactional here: the engine opens its transactions itself (see monitor.store.database).
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run()
