"""What is due and what is over: single cases, and what never happens whatever the days are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.outlets.duty import BoxHours, Kept, box_duty, boxes_kept, clock

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
WITHIN = timedelta(hours=24)
#: A Monday, 20:00 in Shanghai.
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LONG_AGO = NOW - timedelta(days=300)


def hours(
    *, zone: ZoneInfo = SHANGHAI, closed: tuple[date, ...] = (), weekdays: str = "0123456", entered: datetime = LONG_AGO
) -> BoxHours:
    return BoxHours(zone, time(20, 0), frozenset(map(int, weekdays)), frozenset(closed), entered)


@pytest.mark.parametrize(
    ("age", "state", "span"),
    [
        (timedelta(0), "left", WITHIN),
        (timedelta(hours=19, minutes=59), "left", timedelta(hours=4, minutes=1)),
        (timedelta(hours=20), "soon", timedelta(hours=4)),
        (WITHIN, "soon", timedelta(0)),
        (WITHIN + timedelta(seconds=1), "over", timedelta(seconds=1)),
    ],
)
def test_the_clock_runs_for_24_hours(age: timedelta, state: str, span: timedelta) -> None:
    found = clock(NOW - age + WITHIN, WITHIN, NOW)
    assert (found.state, found.span) == (state, span)


@given(st.timedeltas(timedelta(-40), timedelta(40)), st.timedeltas(timedelta(minutes=1), timedelta(31)))
def test_a_clock_is_over_exactly_when_its_time_is(left: timedelta, within: timedelta) -> None:
    found = clock(NOW + left, within, NOW)
    assert (found.state == "over") is (left < timedelta(0))
    assert found.span == abs(left)


def test_a_box_is_due_until_the_minute_and_missed_after_it() -> None:
    due = box_duty(hours(), TODAY - DAY, NOW)
    assert (due.state, due.due_at, due.missed) == ("due", NOW, 0)
    over = box_duty(hours(), TODAY - DAY, NOW + timedelta(seconds=1))
    assert (over.state, over.due_at, over.missed) == ("missed", NOW, 1)
    assert box_duty(hours(), TODAY, NOW + timedelta(hours=3)).state == "confirmed"


def test_midnight_of_the_zone_ends_a_day_not_that_of_utc() -> None:
    late = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert box_duty(hours(), TODAY, late).state == "confirmed"
    next_day = box_duty(hours(), TODAY, late + timedelta(minutes=1))
    assert (next_day.state, next_day.due_at) == ("due", NOW + DAY)


def test_closed_days_are_not_owed() -> None:
    weekend = hours(weekdays="01234")
    monday = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    found = box_duty(weekend, date(2026, 11, 19), monday)
    assert (found.missed, found.due_at) == (2, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)), "Friday and Monday"
    assert box_duty(weekend, date(2026, 11, 20), monday - 2 * DAY).state == "closed"
    assert box_duty(hours(closed=(TODAY,)), TODAY - DAY, monday).state == "closed"


def test_what_was_due_before_an_outlet_came_is_not_owed() -> None:
    evening = NOW + timedelta(hours=1)
    assert box_duty(hours(entered=evening), None, evening).state == "closed"
    assert box_duty(hours(entered=evening), None, evening + DAY - timedelta(hours=2)).state == "due"
    found = box_duty(hours(entered=evening), None, evening + 2 * DAY)
    assert (found.missed, found.due_at) == (2, NOW + DAY)


def test_summer_time_moves_the_check_with_the_clocks() -> None:
    zone = hours(zone=BERLIN)
    assert zone.due(date(2026, 10, 24)) == datetime(2026, 10, 24, 18, 0, tzinfo=UTC)
    assert zone.due(date(2026, 10, 25)) == datetime(2026, 10, 25, 19, 0, tzinfo=UTC)


boxes = st.builds(
    lambda days, closed, back: hours(
        weekdays="".join(map(str, days)),
        closed=tuple(TODAY - number * DAY for number in closed),
        entered=NOW - timedelta(hours=back),
    ),
    st.sets(st.integers(0, 6)),
    st.sets(st.integers(0, 30)),
    st.integers(0, 24 * 40),
)


@given(boxes, st.integers(0, 40) | st.none(), st.integers(-600, 600))
def test_one_check_ends_all_that_was_missed_and_nothing_is_missed_before_its_time(
    box: BoxHours, back: int | None, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    today = now.astimezone(SHANGHAI).date()
    found = box_duty(box, None if back is None else today - back * DAY, now)
    assert (found.state == "missed") is (found.missed > 0)
    if found.state == "missed":
        assert found.due_at is not None
        assert box.entered_at < found.due_at < now
    if found.state == "due":
        assert found.due_at is not None
        assert now <= found.due_at < now + DAY
    assert box_duty(box, today, now).state == "confirmed"


@given(boxes, st.dictionaries(st.integers(0, 30), st.integers(-1440, 1440)))
def test_in_time_is_never_more_than_owed_and_later_checks_never_count(box: BoxHours, checks: dict[int, int]) -> None:
    made = {TODAY - n * DAY: box.due(TODAY - n * DAY) + timedelta(minutes=late) for n, late in checks.items()}
    found = boxes_kept(box, made, TODAY - 30 * DAY, NOW + DAY)
    in_time = {day: at for day, at in made.items() if at <= box.due(day)}
    assert boxes_kept(box, in_time, TODAY - 30 * DAY, NOW + DAY) == found
    assert 0 <= found.k <= found.n <= 32


def test_shares() -> None:
    assert (Kept(0, 0).share, (Kept(1, 2) + Kept(2, 2)).share) == (None, 0.75)
