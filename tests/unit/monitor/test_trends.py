"""Trends and totals over a small store, and Wilson's interval against published figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from monitor.mention import Mention, Sentiment, Subject
from monitor.store.database import reading, writing
from monitor.store.rollups import aggregate
from monitor.trends import Totals, totals, totals_by, trend, wilson_interval
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store

POSITIVE = Sentiment("positive", 0.5, 0.75)
NEGATIVE = Sentiment("negative", -1.0, 1.0)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def some_mentions() -> list[Mention]:
    both = (Subject("xinghe"), Subject("tianqiong"))
    return [
        sample("1", sentiment=POSITIVE, rating=1.0),
        sample("2", sentiment=NEGATIVE, published_at=NOON + hours(0.5)),
        sample("3", sentiment=NEGATIVE, published_at=NOON + hours(2), subjects=both, source_id="forum"),
        sample("4", sentiment=POSITIVE, published_at=NOON + hours(2), rating=0.0, subjects=(Subject("tianqiong"),)),
        sample("5", published_at=None),
    ]


@pytest.fixture
def filled(database: Engine, applied_config_id: int) -> Engine:
    with writing(database) as connection:
        store(connection, some_mentions(), applied_config_id)
    aggregate(database, HOUR)
    return database


def counts(connection: Connection, bucket_hours: int = 1, **chosen: str) -> list[tuple[int, int]]:
    buckets = trend(
        connection,
        step_seconds=HOUR,
        since=NOON,
        until=NOON + hours(4),
        bucket_seconds=bucket_hours * HOUR,
        brand=chosen.get("brand"),
        source=chosen.get("source"),
    )
    return [(bucket.n, bucket.negative) for bucket in buckets]


def test_a_trend_is_dense(filled: Engine) -> None:
    with reading(filled) as connection:
        buckets = trend(connection, step_seconds=HOUR, since=NOON, until=NOON + hours(4), bucket_seconds=HOUR)
    assert [bucket.start for bucket in buckets] == [NOON + hours(number) for number in range(4)]
    assert [(b.n, b.negative, b.neutral, b.positive) for b in buckets] == [
        (2, 1, 0, 1),
        (0, 0, 0, 0),
        (2, 2, 0, 1),
        (0, 0, 0, 0),
    ]
    assert [bucket.score for bucket in buckets] == [pytest.approx(-0.25), None, pytest.approx(-0.25), None]
    assert buckets[0].negative_ratio == 0.5
    assert buckets[1].negative_ratio is None


def test_brand_and_source_narrow_it(filled: Engine) -> None:
    with reading(filled) as connection:
        assert counts(connection, brand="xinghe") == [(2, 1), (0, 0), (1, 1), (0, 0)]
        assert counts(connection, brand="tianqiong") == [(0, 0), (0, 0), (2, 2), (0, 0)]
        assert counts(connection, source="forum") == [(0, 0), (0, 0), (1, 1), (0, 0)]
        assert counts(connection, brand="tianqiong", source="shop") == [(0, 0), (0, 0), (1, 1), (0, 0)]
        assert counts(connection, brand="nobody") == [(0, 0)] * 4
        assert counts(connection, bucket_hours=2) == [(2, 1), (2, 2)]


def test_a_day_begins_at_local_midnight(filled: Engine) -> None:
    # 14:00 UTC is 22:00 in Shanghai, and 16:00 UTC is its midnight.
    with reading(filled) as connection:
        days = trend(
            connection,
            step_seconds=HOUR,
            since=NOON,
            until=NOON + hours(24),
            bucket_seconds=24 * HOUR,
            offset_seconds=8 * HOUR,
        )
    assert [day.start for day in days] == [
        datetime(2026, 11, 22, 16, tzinfo=UTC),
        datetime(2026, 11, 23, 16, tzinfo=UTC),
    ]
    assert [day.n for day in days] == [4, 0]


def test_the_steps_at_both_ends_count_whole(filled: Engine) -> None:
    with reading(filled) as connection:
        late = totals(connection, step_seconds=HOUR, since=NOON + hours(0.9), until=NOON + hours(2))
        longer = totals(connection, step_seconds=HOUR, since=NOON + hours(0.9), until=NOON + hours(2.1))
        dense = trend(
            connection, step_seconds=HOUR, since=NOON + hours(0.9), until=NOON + hours(2.1), bucket_seconds=HOUR
        )
    assert (late.n, longer.n, sum(bucket.n for bucket in dense)) == (2, 4, 4)


def test_totals(filled: Engine) -> None:
    with reading(filled) as connection:
        everything = totals(connection, step_seconds=HOUR, since=NOON, until=NOON + hours(4))
        nothing = totals(connection, step_seconds=HOUR, since=NOON + hours(9), until=NOON + hours(10))
        another_step = totals(connection, step_seconds=600, since=NOON, until=NOON + hours(4))
    assert everything == Totals(4, 3, 0, 2, -0.25, 2, 0.5)
    assert nothing == another_step == Totals(0, 0, 0, 0, None, 0, None)
    assert (everything.negative_ratio, nothing.negative_ratio) == (0.75, None)


def test_totals_by_brand_and_by_source(filled: Engine) -> None:
    with reading(filled) as connection:
        brands = totals_by(connection, "brand", step_seconds=HOUR, since=NOON, until=NOON + hours(4))
        forum = totals_by(connection, "brand", step_seconds=HOUR, since=NOON, until=NOON + hours(4), source="forum")
        places = totals_by(connection, "source", step_seconds=HOUR, since=NOON, until=NOON + hours(4))
        of_one = totals_by(connection, "source", step_seconds=HOUR, since=NOON, until=NOON + hours(4), brand="xinghe")
    assert {brand: sums.n for brand, sums in brands.items()} == {"xinghe": 3, "tianqiong": 2}
    assert {brand: sums.n for brand, sums in forum.items()} == {"xinghe": 1, "tianqiong": 1}
    assert {place: sums.n for place, sums in places.items()} == {"shop": 3, "forum": 1}
    assert {place: sums.n for place, sums in of_one.items()} == {"shop": 2, "forum": 1}


@pytest.mark.parametrize("bucket_seconds", [1, 1800, 5400, 0, -3600])
def test_a_bucket_of_broken_steps_is_refused(database: Engine, bucket_seconds: int) -> None:
    with reading(database) as connection, pytest.raises(ValueError, match="whole steps"):
        trend(connection, step_seconds=HOUR, since=NOON, until=NOON + hours(1), bucket_seconds=bucket_seconds)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_literature(k: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_knows_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(3, 2)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0, 6))
def test_wilson_holds_the_ratio(counts: tuple[int, int], z: float) -> None:
    k, n = counts
    low, high = wilson_interval(k, n, z)
    assert 0 <= low <= k / n + 1e-9
    assert k / n - 1e-9 <= high <= 1
