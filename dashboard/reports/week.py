"""ISO weeks in the time zone of the settings: "2026-W47" from Monday 00:00 local to the next Monday 00:00."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Week:
    """``since`` ≤ t < ``until``, aware UTC; with a clock change in it, it is an hour shorter or longer."""

    name: str
    monday: date
    since: datetime
    until: datetime

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=day) for day in range(7))


def parse_week(name: str, zone: ZoneInfo) -> Week:
    """Raises ``ValueError`` with the mend for anything but an existing ISO week."""
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", name)
    try:
        if not found:
            raise ValueError
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return make_week(monday, zone)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name!r} is not an ISO week: write it like 2026-W47") from error


def last_week(now: datetime, zone: ZoneInfo) -> Week:
    """The last week that is over at ``now``."""
    today = now.astimezone(zone).date()
    return make_week(today - timedelta(days=today.weekday() + 7), zone)


def week_before(week: Week, zone: ZoneInfo) -> Week:
    return make_week(week.monday - timedelta(days=7), zone)


def make_week(monday: date, zone: ZoneInfo) -> Week:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone).astimezone(UTC)

    year, number, _ = monday.isocalendar()
    return Week(f"{year}-W{number:02d}", monday, midnight(monday), midnight(monday + timedelta(days=7)))
