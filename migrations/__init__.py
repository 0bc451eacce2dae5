"""Schema migrations (Alembic). The only package that knows every table; works from an installed copy too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from monitor.store.database import reading, rebuilding

if TYPE_CHECKING:
    from alembic.config import Config

#: Any constant will do: it keeps two processes from migrating one PostgreSQL database at once.
LOCK = 7_846_464


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """``current`` is ``None`` for an empty database; ``current != head`` means :func:`upgrade` is due."""

    current: str | None
    head: str


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest schema, or up to ``revision``, in one transaction; does nothing where it is
    there already. No row is lost.

    Safe to call from several processes at once. Raises ``alembic.util.CommandError`` when the database was made by
    a newer version of this program.
    """
    from alembic import command

    version = schema_version(engine)
    if version.current == version.head:
        return
    with rebuilding(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def schema_version(engine: Engine) -> SchemaVersion:
    """Where the database stands and where it should; changes nothing."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise RuntimeError("the installation is broken: migrations/versions holds no revision")
    with reading(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return SchemaVersion(current, head)


def alembic_config() -> Config:
    """Alembic's configuration without an ini file: the scripts are found beside this package."""
    from alembic.config import Config

    config = Config()
    # ConfigParser would read a lone % in the path as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
