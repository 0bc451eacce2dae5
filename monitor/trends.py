"""Volume, negative ratio and sentiment over time, from the rollup alone: a year costs no more than its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, sqrt
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, SQLColumnExpression, func, select

from monitor.store.rollups import EVERY_BRAND, start_of_step, step_of
from monitor.store.tables import rollup

Dimension = Literal["brand", "source"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a period. ``negative`` follows the product's definition (the rating first), ``neutral`` and
    ``positive`` are the engine's labels, so the three need not add up to ``n``. ``score`` is the mean, −1..1, and
    ``rating`` the mean of the ``rated`` ones, 0–1; ``None`` where there is nothing to take a mean of."""

    n: int
    negative: int
    neutral: int
    positive: int
    score: float | None
    rated: int
    rating: float | None

    @property
    def negative_ratio(self) -> float | None:
        return self.negative / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of a trend, from ``start`` (aware UTC) on."""

    start: datetime
    n: int
    negative: int
    neutral: int
    positive: int
    score: float | None

    @property
    def negative_ratio(self) -> float | None:
        return self.negative / self.n if self.n else None


EMPTY = Totals(0, 0, 0, 0, None, 0, None)


def trend(
    connection: Connection,
    *,
    step_seconds: int,
    since: datetime,
    until: datetime,
    bucket_seconds: int,
    brand: str | None = None,
    source: str | None = None,
    offset_seconds: int = 0,
) -> list[Bucket]:
    """Dense buckets that cover ``since`` ≤ t < ``until``, empty ones too; the outer ones are cut at the steps.

    ``brand=None`` counts each mention once whatever it names. Buckets begin at multiples of ``bucket_seconds`` since
    the epoch, shifted by ``offset_seconds``: with the zone's offset from UTC, days begin at local midnight.
    ``bucket_seconds`` must be a multiple of ``step_seconds`` (``ValueError``), for a step cannot be divided.
    """
    if bucket_seconds % step_seconds or bucket_seconds <= 0:
        raise ValueError(f"a bucket of {bucket_seconds} s is not made of whole steps of {step_seconds} s")
    bucket = start_of_step(rollup.c.step_start + offset_seconds, bucket_seconds) - offset_seconds
    chosen = selection(step_seconds, since, until, brand, source)
    query = sums(bucket.label("key")).where(*chosen).group_by("key")
    found = {int(row.key): totals_of(row) for row in connection.execute(query)}
    first = step_of(floored(since, step_seconds) + offset_seconds, bucket_seconds) - offset_seconds
    last = ceiled(until, step_seconds)
    return [make_bucket(start, found.get(start, EMPTY)) for start in range(first, last, bucket_seconds)]


def totals(
    connection: Connection,
    *,
    step_seconds: int,
    since: datetime,
    until: datetime,
    brand: str | None = None,
    source: str | None = None,
) -> Totals:
    """Sums over the steps that begin in ``since`` ≤ t < ``until``, the step that holds ``since`` included."""
    query = sums(func.count().label("key")).where(*selection(step_seconds, since, until, brand, source))
    return totals_of(connection.execute(query).one())


def totals_by(
    connection: Connection,
    dimension: Dimension,
    *,
    step_seconds: int,
    since: datetime,
    until: datetime,
    brand: str | None = None,
    source: str | None = None,
) -> Mapping[str, Totals]:
    """:func:`totals` for each brand or source that has any. By brand a mention counts for each brand it names."""
    chosen = selection(step_seconds, since, until, brand, source)
    if dimension == "brand" and brand is None:
        chosen[0] = rollup.c.brand_id != EVERY_BRAND
    key = rollup.c.brand_id if dimension == "brand" else rollup.c.source_id
    query = sums(key.label("key")).where(*chosen).group_by("key")
    return {row.key: totals_of(row) for row in connection.execute(query)}


def wilson_interval(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval for k of n (E. B. Wilson, JASA 22, 1927), within 0–1; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no proportion")
    ratio = k / n
    spread = z * sqrt(ratio * (1 - ratio) / n + z * z / (4 * n * n))
    middle = ratio + z * z / (2 * n)
    scale = 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def selection(
    step_seconds: int, since: datetime, until: datetime, brand: str | None, source: str | None
) -> list[ColumnElement[bool]]:
    """Conditions on the rollup; the brand's is the first."""
    chosen: list[ColumnElement[bool]] = [
        rollup.c.brand_id == (EVERY_BRAND if brand is None else brand),
        rollup.c.step_seconds == step_seconds,
        rollup.c.step_start >= floored(since, step_seconds),
        rollup.c.step_start < ceil(until.timestamp()),
    ]
    if source is not None:
        chosen.append(rollup.c.source_id == source)
    return chosen


def sums(key: SQLColumnExpression[Any]) -> Select[Any]:
    columns = rollup.c
    return select(
        key,
        func.coalesce(func.sum(columns.n), 0).label("n"),
        func.coalesce(func.sum(columns.negative), 0).label("negative"),
        func.coalesce(func.sum(columns.neutral_label), 0).label("neutral"),
        func.coalesce(func.sum(columns.positive_label), 0).label("positive"),
        func.sum(columns.score_sum).label("score_sum"),
        func.coalesce(func.sum(columns.rated), 0).label("rated"),
        func.sum(columns.rating_sum).label("rating_sum"),
    )


def totals_of(row: Row[Any]) -> Totals:
    n, rated = int(row.n), int(row.rated)
    return Totals(
        n=n,
        negative=int(row.negative),
        neutral=int(row.neutral),
        positive=int(row.positive),
        score=row.score_sum / n if n else None,
        rated=rated,
        rating=row.rating_sum / rated if rated else None,
    )


def make_bucket(start: int, sums: Totals) -> Bucket:
    return Bucket(datetime.fromtimestamp(start, UTC), sums.n, sums.negative, sums.neutral, sums.positive, sums.score)


def floored(time: datetime, step_seconds: int) -> int:
    return step_of(int(time.timestamp()), step_seconds)


def ceiled(time: datetime, step_seconds: int) -> int:
    return -step_of(-ceil(time.timestamp()), step_seconds)
