"""What is due, what is over and by how much: the clock of a transcription and the daily check of a box. Pure; time is
an argument, aware; a day is one of the source's zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from monitor.outlets.source import WEEKDAYS, Outlet, TranscriptsSource

#: A sixth of the time that there was is "soon": the last four of 24 hours.
SOON = 6
DAY = timedelta(days=1)
#: Days that are looked back on; a box that nobody confirmed for longer is missed since then.
LOOK_BACK = 366

ClockState = Literal["left", "soon", "over"]
BoxState = Literal["confirmed", "due", "missed", "closed"]


@dataclass(frozen=True, slots=True)
class Clock:
    """``span`` is the time left, or over: never negative."""

    state: ClockState
    span: timedelta


def clock(due_at: datetime, within: timedelta, now: datetime) -> Clock:
    """An item is in time up to and with the moment at which it is due."""
    if now > due_at:
        return Clock("over", now - due_at)
    left = due_at - now
    return Clock("soon" if left <= within / SOON else "left", left)


@dataclass(frozen=True, slots=True)
class BoxHours:
    """When a box is to be emptied. ``entered_at``: no check is owed that was due before."""

    zone: tzinfo
    check: time
    weekdays: frozenset[int]
    closed: frozenset[date]
    entered_at: datetime

    def due(self, day: date) -> datetime:
        """UTC. A time that the clocks leave out counts as if they did not; of one that comes twice, the first."""
        return datetime.combine(day, self.check, self.zone).astimezone(UTC)

    def owed(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed and self.due(day) > self.entered_at


def box_hours(source: TranscriptsSource, outlet: Outlet, zone: tzinfo, entered_at: datetime) -> BoxHours:
    return BoxHours(
        zone=zone,
        check=time.fromisoformat(source.box_check),
        weekdays=frozenset(WEEKDAYS.index(day) for day in outlet.opens),
        closed=frozenset((*source.closed, *outlet.closed)),
        entered_at=entered_at,
    )


@dataclass(frozen=True, slots=True)
class BoxDuty:
    """``due_at``: of ``due``, when today's check is; of ``missed``, when the first was that nobody made since the box
    was confirmed last, and ``missed`` how many there were since then."""

    state: BoxState
    due_at: datetime | None = None
    missed: int = 0


def box_duty(hours: BoxHours, confirmed: date | None, now: datetime) -> BoxDuty:
    """``confirmed`` is the last day on which somebody confirmed the box. A box that is emptied today holds nothing of
    the days before, so that one check ends all that were missed; the record keeps them."""
    today = now.astimezone(hours.zone).date()
    if confirmed is not None and confirmed >= today:
        return BoxDuty("confirmed")
    first = max(confirmed + DAY if confirmed else date.min, today - LOOK_BACK * DAY)
    owed = [day for day in days(first, today) if hours.owed(day)]
    missed = [day for day in owed if hours.due(day) < now]
    if missed:
        return BoxDuty("missed", hours.due(missed[0]), len(missed))
    if owed and owed[-1] == today:
        return BoxDuty("due", hours.due(today))
    return BoxDuty("closed")


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY


@dataclass(frozen=True, slots=True)
class Kept:
    """``k`` of ``n`` were done in time."""

    k: int
    n: int

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.k + other.k, self.n + other.n)


def boxes_kept(hours: BoxHours, checks: Mapping[date, datetime], first: date, now: datetime) -> Kept:
    """Of the checks that were due from ``first`` on until now, those that were made by then. ``checks``: when each day
    was confirmed."""
    owed = [day for day in days(first, now.astimezone(hours.zone).date()) if hours.owed(day) and hours.due(day) < now]
    return Kept(sum(1 for day in owed if day in checks and checks[day] <= hours.due(day)), len(owed))
