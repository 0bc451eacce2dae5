"""What was sold: stated again, corrected, by several sources; on both databases."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine

from monitor.store.database import reading, writing
from monitor.store.exposure import ExposureResult, Sold, sold_between, store_exposures

DAY, NEXT = date(2026, 11, 7), date(2026, 11, 8)


def test_a_replay_changes_nothing_and_a_correction_replaces(database: Engine, now: datetime) -> None:
    first = {("X5", DAY): Sold(10, 8), ("X5", NEXT): Sold(5, None)}
    with writing(database) as connection:
        assert store_exposures(connection, "shop", first, now) == ExposureResult(2, 0, 0)
        assert store_exposures(connection, "shop", first, now) == ExposureResult(0, 0, 2)
        corrected = {("X5", DAY): Sold(11, None), ("耳机", DAY): Sold(1, 1)}
        assert store_exposures(connection, "shop", corrected, now) == ExposureResult(1, 1, 0)
    with reading(database) as connection:
        assert sold_between(connection, DAY, date(2026, 11, 9)) == {
            ("X5", DAY): Sold(11, None),
            ("X5", NEXT): Sold(5, None),
            ("耳机", DAY): Sold(1, 1),
        }


def test_sources_add_up_and_replace_only_their_own(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        store_exposures(connection, "shop", {("X5", DAY): Sold(10, None)}, now)
        store_exposures(connection, "outlet", {("X5", DAY): Sold(4, 3)}, now)
        store_exposures(connection, "outlet", {("X5", DAY): Sold(5, 3)}, now)
    with reading(database) as connection:
        assert sold_between(connection, DAY, NEXT, "X5") == {("X5", DAY): Sold(15, 3)}
        assert sold_between(connection, DAY, NEXT, "other") == {}
        assert sold_between(connection, NEXT, date(2026, 12, 1)) == {}


def test_many_days_at_once(database: Engine, now: datetime) -> None:
    many = {(f"产品 {number}", DAY): Sold(number, None) for number in range(1_700)}
    with writing(database) as connection:
        assert store_exposures(connection, "shop", many, now) == ExposureResult(1_700, 0, 0)
        assert store_exposures(connection, "shop", many, now) == ExposureResult(0, 0, 1_700)
