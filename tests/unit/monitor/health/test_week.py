"""Expected volume by hour of the week, and when a silence proves something."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health.week import (
    CELLS,
    HOUR,
    IMPROBABLE,
    WEEK,
    WEEKS,
    Week,
    cell_of,
    empty_hours,
    expected,
    learn,
    silence,
)

#: A Monday, 00:00 UTC.
MONDAY = int(datetime(2026, 9, 28, tzinfo=UTC).timestamp())
NIGHT = {hour for day in range(7) for hour in range(day * 24, day * 24 + 8)}


def history(weeks: int, per_hour: int, *, silent: frozenset[int] | set[int] = frozenset()) -> Week:
    """Each hour of ``weeks`` weeks with as many items, but for the cells that are always silent."""
    end = MONDAY + weeks * WEEK
    counts = {hour: per_hour for hour in range(MONDAY, end, HOUR) if cell_of(hour, UTC) not in silent and per_hour}
    return learn(counts, MONDAY, end, UTC)


def poisson(rng: random.Random, mean: float) -> int:
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product, number = product * rng.random(), number + 1
    return number


def test_each_hour_of_the_week_has_its_mean_and_its_share() -> None:
    counts = {MONDAY: 4, MONDAY + WEEK: 2, MONDAY + HOUR: 6}
    week = learn(counts, MONDAY, MONDAY + 2 * WEEK, UTC)
    assert (week.mean(0), week.share(0)) == (3.0, 1.0)
    assert (week.mean(1), week.share(1)) == (3.0, 0.5)
    assert (week.mean(2), week.share(2), week.weeks) == (0.0, 0.0, 2.0)


def test_hours_are_those_of_the_local_clock() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert cell_of(MONDAY, shanghai) == 8
    assert cell_of(MONDAY, ZoneInfo("Asia/Kolkata")) == 5, "half an hour belongs to the hour that holds it"
    assert learn({MONDAY: 1}, MONDAY, MONDAY + HOUR, shanghai).items[8] == 1


@given(st.integers(0, 3 * WEEK), st.integers(0, 3 * WEEK), st.integers(0, 5))
def test_what_is_expected_adds_up(first: int, second: int, per_hour: int) -> None:
    week = history(2, per_hour, silent=NIGHT)
    start, middle, end = MONDAY, MONDAY + first, MONDAY + first + second
    parts = expected(week, start, middle, UTC) + expected(week, middle, end, UTC)
    assert parts == pytest.approx(expected(week, start, end, UTC), abs=1e-6)
    assert expected(week, start, start + WEEK, UTC) == pytest.approx(week.per_week)


@given(st.integers(0, 4 * WEEK), st.integers(1, 4 * WEEK))
def test_a_longer_silence_is_never_more_probable(span: int, more: int) -> None:
    week, last = history(4, 1, silent=NIGHT), MONDAY + 4 * WEEK
    short, long = silence(week, last, last + span, UTC), silence(week, last, last + span + more, UTC)
    assert short is None or (long is not None and long.probability <= short.probability)


def test_a_night_is_no_silence() -> None:
    week, last = history(4, 2, silent=NIGHT), MONDAY + 4 * WEEK
    assert silence(week, last, last + 8 * HOUR, UTC) is None
    seen = silence(week, last, last + 16 * HOUR, UTC)
    assert seen is not None
    assert seen.expected == pytest.approx(16)
    assert seen.probability < seen.threshold == pytest.approx(IMPROBABLE / week.per_week)


def test_short_history_proves_nothing() -> None:
    last = MONDAY + WEEK
    assert silence(history(1, 3), last, last + WEEK, UTC) is None
    assert empty_hours(history(3, 3), last, last + WEEK, UTC) is None


def test_one_empty_hour_is_enough_where_there_never_was_one() -> None:
    week, last = history(WEEKS, 1), MONDAY + WEEKS * WEEK
    assert empty_hours(week, last, last + HOUR, UTC) is None, "the hour of the last item is not over"
    seen = empty_hours(week, last, last + 2 * HOUR, UTC)
    assert seen is not None
    assert (seen.since, seen.expected) == (last + HOUR, 1.0)
    assert seen.probability == pytest.approx(1 / (WEEKS * CELLS + 2))


def test_an_hour_that_is_sometimes_empty_says_nothing() -> None:
    end = MONDAY + 8 * WEEK
    gaps = {MONDAY + cell * HOUR + (cell % 8) * WEEK for cell in range(CELLS)}
    counts = {hour: 2 for hour in range(MONDAY, end, HOUR) if hour not in gaps}
    week = learn(counts, MONDAY, end, UTC)
    assert max(week.share(cell) for cell in range(CELLS)) < 0.95
    assert empty_hours(week, end, end + 5 * HOUR, UTC) is None


def test_a_healthy_source_raises_hardly_any_false_alarm() -> None:
    """A year of a source with 3 items an hour by day: as many gaps as items, and a false alarm in a hundred weeks."""
    rng = random.Random(1)
    hours = range(MONDAY, MONDAY + 60 * WEEK, HOUR)
    counts = {hour: poisson(rng, 0.2 if cell_of(hour, UTC) in NIGHT else 3.0) for hour in hours}
    alarms = 0
    for number in range(WEEKS, 60):
        start = MONDAY + number * WEEK
        week = learn(counts, start - WEEKS * WEEK, start, UTC)
        last = start
        for hour in range(start, start + WEEK, HOUR):
            if counts[hour]:
                alarms += silence(week, last, hour, UTC) is not None
                last = hour + HOUR
    assert alarms <= 2


def test_bursts_need_a_longer_silence() -> None:
    """The same number of items, all in one hour of eight: a gap of many hours is nothing special."""
    rng = random.Random(2)
    end = MONDAY + WEEKS * WEEK
    hours = range(MONDAY, end, HOUR)
    bursts = learn({hour: 8 for hour in hours if rng.random() < 1 / 8}, MONDAY, end, UTC)
    steady = history(WEEKS, 1)
    assert bursts.dispersion > 4 > steady.dispersion == 1.0
    until = end + 20 * HOUR
    assert silence(steady, end, until, UTC) is not None
    assert silence(bursts, end, until, UTC) is None
    assert silence(bursts, end, end + 2 * WEEK, UTC) is not None
