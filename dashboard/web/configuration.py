"""The configuration in force, parsed once per version."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from sqlalchemy import Engine, func, select

from monitor.config.schema import Config, Kinds
from monitor.config.versions import Applied, load_applied
from monitor.store.database import reading
from monitor.store.tables import config_status, config_version


class NoConfigurationError(Exception):
    """No valid keywords.yaml was ever applied to this store."""


class ConfigurationInForce:
    """Reads the newest config_version; parses it again only when a newer one is there. One that can no longer be read
    leaves the one held in force. ``operator_errors`` says what is wrong with operator.yaml."""

    def __init__(self, engine: Engine, kinds: Kinds, operator_errors: Callable[[], tuple[str, ...]] = tuple) -> None:
        self._engine = engine
        self._kinds = kinds
        self._operator_errors = operator_errors
        self._lock = Lock()
        self._held: Applied | None = None

    def read(self) -> Config:
        """Raises :class:`NoConfigurationError` before the first version that can be read."""
        with reading(self._engine) as connection:
            newest = connection.execute(select(func.max(config_version.c.id))).scalar()
            if newest is None:
                raise NoConfigurationError
            with self._lock:
                if self._held is None or self._held.version_id != newest:
                    self._held = load_applied(connection, self._kinds, self._held)
                    if self._held is None:
                        raise NoConfigurationError
                return self._held.config

    def errors(self) -> tuple[str, ...]:
        """What is wrong with keywords.yaml and operator.yaml on disk; empty when both are good."""
        with reading(self._engine) as connection:
            found = connection.execute(select(config_status.c.errors)).scalar()
        return (*(str(error) for error in found or ()), *self._operator_errors())
