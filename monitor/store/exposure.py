"""How much of a product was sold on a day: the denominator of failure rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select

from monitor.store.chunks import in_chunks
from monitor.store.database import insert
from monitor.store.tables import exposure

#: Product and day.
Key = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Sold:
    """Units and orders of a product on a day; ``None`` where they are not known."""

    units: int | None
    orders: int | None

    def plus(self, other: Sold) -> Sold:
        return Sold(total(self.units, other.units), total(self.orders, other.orders))


@dataclass(frozen=True, slots=True)
class ExposureResult:
    new: int
    updated: int
    unchanged: int


def total(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def store_exposures(connection: Connection, source_id: str, sold: Mapping[Key, Sold], now: datetime) -> ExposureResult:
    """What ``source_id`` states replaces what it stated before of the same product and day; other days stay.

    Storing the same again changes nothing. Call it in a write transaction.
    """
    new = updated = unchanged = 0
    for chunk in in_chunks(sorted(sold), 500):
        stored = stated_by(connection, source_id, chunk)
        changed = [key for key in chunk if stored.get(key) != sold[key]]
        new += sum(key not in stored for key in changed)
        updated += sum(key in stored for key in changed)
        unchanged += len(chunk) - len(changed)
        if not changed:
            continue
        statement = insert(connection, exposure)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["product", "day", "source_id"],
                set_={name: statement.excluded[name] for name in ("units", "orders", "stored_at")},
            ),
            [
                {
                    "product": product,
                    "day": day,
                    "source_id": source_id,
                    "units": sold[product, day].units,
                    "orders": sold[product, day].orders,
                    "stored_at": now,
                }
                for product, day in changed
            ],
        )
    return ExposureResult(new, updated, unchanged)


def stated_by(connection: Connection, source_id: str, keys: Sequence[Key]) -> dict[Key, Sold]:
    if not keys:
        return {}
    wanted = or_(*(and_(exposure.c.product == product, exposure.c.day == day) for product, day in keys))
    rows = connection.execute(select(exposure).where(exposure.c.source_id == source_id, wanted))
    return {(row.product, row.day): Sold(row.units, row.orders) for row in rows}


def sold_between(connection: Connection, since: date, until: date, product: str | None = None) -> dict[Key, Sold]:
    """Product and day → what all sources together state, from ``since`` up to and without ``until``."""
    query = (
        select(
            exposure.c.product,
            exposure.c.day,
            func.sum(exposure.c.units).label("units"),
            func.sum(exposure.c.orders).label("orders"),
        )
        .where(exposure.c.day >= since, exposure.c.day < until)
        .group_by(exposure.c.product, exposure.c.day)
    )
    if product is not None:
        query = query.where(exposure.c.product == product)
    return {
        (row.product, row.day): Sold(
            None if row.units is None else int(row.units), None if row.orders is None else int(row.orders)
        )
        for row in connection.execute(query)
    }
