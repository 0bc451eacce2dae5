"""An opened data folder: its database at the newest schema, and the operator's part of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from dashboard.operation.home import Home, HomeError, refuse_broker
from dashboard.operation.lifeline import SUPERVISED
from dashboard.operation.wiring import kinds
from migrations import schema_version, upgrade
from monitor.config.errors import InvalidConfig
from monitor.config.load import parse_operator
from monitor.config.schema import Kinds, OperatorConfig
from monitor.config.versions import Applied, apply_file, guarded, load_applied, read_file
from monitor.store.database import open_engine, reading

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Installation:
    home: Home
    engine: Engine
    kinds: Kinds
    operator: OperatorConfig

    @property
    def channels(self) -> frozenset[str]:
        """Ids of the channels that the operator set up."""
        return frozenset(self.operator.channels)


def open_installation(home: Home, operator: OperatorConfig | None = None) -> Installation:
    """Makes what is missing (folder, authors' key, schema) and opens the rest. Safe from several processes at once.
    With an ``operator`` given, operator.yaml is not read: for a process that needs nothing of it.

    Raises :class:`HomeError` (also for a malformed vault key), ``InvalidConfig`` for a broken operator.yaml, and
    SQLAlchemy's ``OperationalError`` for a database that cannot be reached.
    """
    refuse_broker(home.environ, home.database_url)
    _ = home.vault_key
    home.prepare()
    models = kinds()
    if operator is None:
        operator = read_operator(home, models)
    engine = open_engine(home.database_url)
    # Our supervisor has just done it; a child would load Alembic for nothing.
    if home.process.get(SUPERVISED) != "1":
        migrate(home, engine)
    return Installation(home, engine, models, operator)


def migrate(home: Home, engine: Engine) -> None:
    """Brings the schema up to date, one process at a time; a look when it is."""
    with home.lock():
        version = schema_version(engine)
        if version.current != version.head:
            upgrade(engine)


def read_operator(home: Home, models: Kinds) -> OperatorConfig:
    """operator.yaml; without one there are no channels and no exceptions. Raises ``InvalidConfig``."""
    if not home.operator_file.is_file():
        return OperatorConfig()
    text = read_file(home.operator_file)
    return guarded(lambda: parse_operator(text, models, home.environ))


def operator_errors(home: Home, models: Kinds) -> tuple[str, ...]:
    """What is wrong with operator.yaml as it stands now, as lines; empty when it is good or there is none."""
    try:
        read_operator(home, models)
    except InvalidConfig as invalid:
        return tuple(error.format(home.operator_file.name) for error in invalid.errors)
    return ()


class Configuration:
    """The version in force, read again only when there is a newer one."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._applied: Applied | None = None

    def current(self) -> Applied | None:
        """``None`` while no valid configuration was ever applied."""
        with reading(self._installation.engine) as connection:
            self._applied = load_applied(connection, self._installation.kinds, self._applied)
        return self._applied


def apply_home(installation: Installation, now: datetime) -> Applied:
    """The version in force after a look at keywords.yaml. Raises :class:`HomeError` where there never was a valid one.

    A broken file leaves the last good version in force; its errors are in ``config_status``.
    """
    home = installation.home
    applied = apply_file(installation.engine, home.keywords_file, installation.kinds, author="file", now=now)
    if applied is None:
        if not home.keywords_file.is_file():
            raise HomeError(f"{home.keywords_file} is missing: run {home.init_command}")
        check = home.command("check")
        raise HomeError(f"{home.keywords_file} is not valid and no earlier version is in force: run {check}")
    return applied
