"""Takes the configuration's outlets over into the store, which remembers since when each is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from monitor.config.schema import Config
from monitor.outlets.source import TranscriptsSource, transcript_sources
from monitor.outlets.tables import outlet
from monitor.store.database import insert, reading, writing


def take_over_outlets(engine: Engine, config: Config, now: datetime) -> None:
    """Looks first, so that a round in which nothing changed never takes the write lock. May run twice."""
    sources = transcript_sources(config)
    with reading(engine) as connection:
        if settled(connection, sources):
            return
    with writing(engine) as connection:
        enter_outlets(connection, sources, now)


def settled(connection: Connection, sources: Iterable[TranscriptsSource]) -> bool:
    named = {(source.id, each.id, each.name, each.region) for source in sources for each in source.outlets}
    columns = outlet.c
    rows = connection.execute(
        select(columns.source_id, columns.outlet_id, columns.name, columns.region).where(columns.left_at.is_(None))
    )
    return named == {tuple(row) for row in rows}


def enter_outlets(connection: Connection, sources: Iterable[TranscriptsSource], now: datetime) -> None:
    """Takes the configuration's outlets over. One that comes back starts anew: nothing is owed for its absence."""
    named = {(source.id, found.id): found for source in sources for found in source.outlets}
    known = {(row.source_id, row.outlet_id): row for row in connection.execute(select(outlet))}
    for (source_id, outlet_id), found in named.items():
        row = known.get((source_id, outlet_id))
        values: dict[str, Any] = {"name": found.name, "region": found.region}
        if row is None:
            new = insert(connection, outlet).values(
                source_id=source_id, outlet_id=outlet_id, entered_at=now, left_at=None, **values
            )
            connection.execute(new.on_conflict_do_nothing())
            continue
        if row.left_at is not None:
            values |= {"entered_at": now, "left_at": None}
        if any(getattr(row, name) != value for name, value in values.items()):
            connection.execute(update(outlet).where(*place(source_id, outlet_id)).values(values))
    for (source_id, outlet_id), row in known.items():
        if (source_id, outlet_id) not in named and row.left_at is None:
            connection.execute(update(outlet).where(*place(source_id, outlet_id)).values(left_at=now))


def place(source_id: str, outlet_id: str) -> tuple[Any, Any]:
    return outlet.c.source_id == source_id, outlet.c.outlet_id == outlet_id
