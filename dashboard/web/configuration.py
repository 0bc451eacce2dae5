"""The configuration in force, parsed once per version."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Engine, func, select

from monitor.config.schema import Config, Kinds
from monitor.config.versions import load_applied
from monitor.store.database import reading
from monitor.store.tables import config_status, config_version


class NoConfigurationError(Exception):
    """No valid keywords.yaml was ever applied to this store."""


class ConfigurationInForce:
    """Reads the newest config_version; parses it again only when a newer one is there."""

    def __init__(self, engine: Engine, kinds: Kinds) -> None:
        self._engine = engine
        self._kinds = kinds
        self._lock = Lock()
        self._held: tuple[int, Config] | None = None

    def read(self) -> Config:
        """Raises :class:`NoConfigurationError` before the first version."""
        with reading(self._engine) as connection:
            newest = connection.execute(select(func.max(config_version.c.id))).scalar()
            if newest is None:
                raise NoConfigurationError
            with self._lock:
                if self._held is None or self._held[0] != newest:
                    applied = load_applied(connection, self._kinds)
                    if applied is None:
                        raise NoConfigurationError
                    self._held = (applied.version_id, applied.config)
                return self._held[1]

    def errors(self) -> tuple[str, ...]:
        """What is wrong with the file on disk; empty when it is the one in force."""
        with reading(self._engine) as connection:
            found = connection.execute(select(config_status.c.errors)).scalar()
        return tuple(str(error) for error in found or ())
