from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.reports.week import last_week, parse_week, week_before

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_week_begins_on_monday_at_local_midnight() -> None:
    week = parse_week("2026-W47", SHANGHAI)
    assert week.since == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert week.until - week.since == timedelta(days=7)
    assert (week.days[0], week.days[-1]) == (date(2026, 11, 16), date(2026, 11, 22))


def test_week_of_a_clock_change_is_an_hour_longer() -> None:
    week = parse_week("2026-W43", ZoneInfo("Europe/Berlin"))
    assert week.until - week.since == timedelta(days=7, hours=1)


def test_last_week_is_over_in_local_time() -> None:
    sunday_evening_utc = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert last_week(sunday_evening_utc, SHANGHAI).name == "2026-W46"
    assert last_week(sunday_evening_utc + timedelta(minutes=1), SHANGHAI).name == "2026-W47"


@pytest.mark.parametrize(
    "name", ["", "2026-47", "2026-W00", "2026-W54", "2025-W53", "0000-W01", "２０２６-W47", "2026-W47 "]
)
def test_no_such_week(name: str) -> None:
    with pytest.raises(ValueError, match="write it like 2026-W47"):
        parse_week(name, SHANGHAI)


MIN, MAX = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds


@given(st.datetimes(MIN, MAX, timezones=st.just(UTC)))
def test_weeks_follow_without_gap(now: datetime) -> None:
    week = last_week(now, SHANGHAI)
    assert parse_week(week.name, SHANGHAI) == week
    assert week.until <= now < week.until + timedelta(days=7)
    assert week_before(week, SHANGHAI).until == week.since
