"""Series: one per rule and combination of labels. Their identity, their history, their stored state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select, update

from alerts.state import SeriesState
from alerts.tables import series_state
from monitor.config.schema import Rule
from monitor.store.database import insert
from monitor.store.tables import rollup

#: In the rollup: each mention once, over all brands.
ALL_BRANDS = "*"


@dataclass(frozen=True, slots=True)
class Series:
    """``labels`` are sorted (key, value) pairs with the keys of ``Rule.by``, or keyword and brand of a crisis word."""

    rule_id: str
    labels: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, rule_id: str, labels: Mapping[str, str]) -> Series:
        return cls(rule_id, tuple(sorted(labels.items())))

    @property
    def fingerprint(self) -> str:
        """Stable over restarts and versions: 32 hex digits of SHA-256 over rule and labels."""
        text = json.dumps([self.rule_id, self.labels], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def mapping(self) -> dict[str, str]:
        return dict(self.labels)

    def get(self, key: str) -> str | None:
        return self.mapping.get(key)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of series_state; ``evaluated_to`` is the end (epoch s) of the last step that was evaluated."""

    state: SeriesState
    alert_id: int | None
    evaluated_to: int


History = list[tuple[int, int, int]]


def histories(
    connection: Connection, rule: Rule, step_seconds: int, since: int, until: int
) -> Iterator[tuple[Series, History]]:
    """(step end, n, k) of each series of the rule with a mention in [since, until), in time order; one query."""
    table = rollup.c
    dimensions = {"brand": table.brand_id, "source": table.source_id}
    by = sorted(rule.by)
    keys = [dimensions[name] for name in by]
    brands = table.brand_id != ALL_BRANDS if "brand" in by else table.brand_id == ALL_BRANDS
    counts = (table.n_once, table.negative_once) if rule.duplicates == "once" else (table.n, table.negative)
    query = (
        select(*keys, table.step_start, *map(func.sum, counts))
        .where(table.step_seconds == step_seconds, table.step_start >= since, table.step_start < until, brands)
        .group_by(*keys, table.step_start)
        .order_by(*keys, table.step_start)
    )
    width = len(keys)
    for values, rows in groupby(connection.execute(query), key=lambda row: tuple(row[:width])):
        history = [(int(row[width]) + step_seconds, int(row[width + 1]), int(row[width + 2])) for row in rows]
        yield Series.of(rule.id, dict(zip(by, values, strict=True))), history


def known(connection: Connection, rule_id: str) -> dict[Series, Stored]:
    """The stored series of a rule, without a lock."""
    rows = connection.execute(select(series_state).where(series_state.c.rule_id == rule_id))
    return {Series.of(row.rule_id, row.labels): from_row(row) for row in rows}


def lock(connection: Connection, series: Series, evaluated_to: int) -> Stored:
    """The series' row, made where there is none (with ``evaluated_to``), and held until the transaction ends.

    On SQLite the write transaction itself is the lock.
    """
    connection.execute(
        insert(connection, series_state)
        .values(
            rule_id=series.rule_id,
            fingerprint=series.fingerprint,
            labels=series.mapping,
            state="inactive",
            streak=0,
            episode=0,
            evaluated_to=evaluated_to,
            status="no_data",
        )
        .on_conflict_do_nothing(index_elements=["rule_id", "fingerprint"])
    )
    return from_row(connection.execute(select(series_state).where(*key(series)).with_for_update()).one())


def save(connection: Connection, series: Series, state: SeriesState, alert_id: int | None, evaluated_to: int) -> None:
    connection.execute(
        update(series_state)
        .where(*key(series))
        .values(
            state=state.state,
            streak=state.streak,
            since=state.since,
            episode=state.episode,
            status=state.status,
            fired_at=state.fired_at,
            alert_id=alert_id,
            evaluated_to=evaluated_to,
        )
    )


def key(series: Series) -> tuple[Any, Any]:
    return series_state.c.rule_id == series.rule_id, series_state.c.fingerprint == series.fingerprint


def from_row(row: Any) -> Stored:
    since: datetime | None = row.since
    state = SeriesState(row.state, row.streak, since, row.episode, row.status, row.fired_at)
    return Stored(state, row.alert_id, row.evaluated_to)
