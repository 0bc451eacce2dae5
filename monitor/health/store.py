"""The rows of source_health: what the last look found, for pages, commands and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from monitor.health.decision import Cause, Health, State
from monitor.health.fields import ITEMS, Fill, latest
from monitor.health.measures import Measures
from monitor.health.week import Week
from monitor.store.database import insert
from monitor.store.tables import source_health


@dataclass(frozen=True, slots=True)
class StoredHealth:
    """``last_item`` is a published time. Delays are in seconds over ``delay_n`` items. ``fill`` counts, by kind of
    item, the fields of the last crawls' items."""

    source_id: str
    health: Health
    fill: Fill
    measured_at: datetime
    last_item: datetime | None
    first_success: datetime | None
    delay_p50: float | None
    delay_p95: float | None
    delay_n: int
    expected_24h: float
    got_24h: int

    @property
    def state(self) -> State:
        return self.health.state

    @property
    def cause(self) -> Cause:
        return self.health.cause

    @property
    def since(self) -> datetime:
        return self.health.since

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.health.facts


COLUMNS = [column for column in source_health.c if column.name != "hours"]


def save(connection: Connection, source_id: str, health: Health, found: Measures, now: datetime) -> None:
    fills = [run.fill for run in found.runs]
    kinds = sorted({kind for fill in fills for kind in fill})
    values: dict[str, Any] = {
        "state": health.state,
        "cause": health.cause,
        "facts": dict(health.facts),
        "since": health.since,
        "alarming": health.alarming,
        "usual": dict(health.usual),
        "fill": {kind: counts for kind in kinds if (counts := dict(latest(fills, kind)[0])).get(ITEMS)},
        "measured_at": now,
        "last_item_at": found.last_item,
        "first_success_at": found.first_success,
        "delay_p50": found.delay.p50 if found.delay else None,
        "delay_p95": found.delay.p95 if found.delay else None,
        "delay_n": found.delay.n if found.delay else 0,
        "expected_24h": found.expected_24h,
        "got_24h": found.got_24h,
        "hours": {name: getattr(found.week, name) for name in ("hours", "items", "filled", "dispersion", "lapse")},
    }
    statement = insert(connection, source_health).values(source_id=source_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values))


def forget_others(connection: Connection, source_ids: set[str]) -> None:
    """Drops what the configuration no longer reads."""
    for source_id in set(connection.scalars(select(source_health.c.source_id))) - source_ids:
        connection.execute(delete(source_health).where(source_health.c.source_id == source_id))


def all_health(connection: Connection) -> dict[str, StoredHealth]:
    """By source id; a source that was not looked at yet has no entry."""
    return {row.source_id: of_row(row) for row in connection.execute(select(*COLUMNS))}


def health_of(connection: Connection, source_id: str) -> StoredHealth | None:
    row = connection.execute(select(*COLUMNS).where(source_health.c.source_id == source_id)).one_or_none()
    return None if row is None else of_row(row)


def week_of(connection: Connection, source_id: str) -> Week | None:
    stored = connection.scalar(select(source_health.c.hours).where(source_health.c.source_id == source_id))
    if stored is None:
        return None
    cells = {name: tuple(stored[name]) for name in ("hours", "items", "filled")}
    return Week(**cells, dispersion=stored["dispersion"], lapse=stored["lapse"])


def of_row(row: Row[Any]) -> StoredHealth:
    return StoredHealth(
        source_id=row.source_id,
        health=Health(row.state, row.cause, row.since, row.facts, row.alarming, row.usual),
        fill=row.fill,
        measured_at=row.measured_at,
        last_item=row.last_item_at,
        first_success=row.first_success_at,
        delay_p50=row.delay_p50,
        delay_p95=row.delay_p95,
        delay_n=row.delay_n,
        expected_24h=row.expected_24h,
        got_24h=row.got_24h,
    )
