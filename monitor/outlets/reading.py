"""What pages, commands and alerts read of outlets: who has what to do, and what was done in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, case, func, select

from monitor.config.schema import Config
from monitor.outlets.duty import BoxDuty, BoxHours, Clock, Kept, box_duty, box_hours, boxes_kept, clock
from monitor.outlets.keeping import Check
from monitor.outlets.source import Outlet, TranscriptsSource
from monitor.outlets.tables import box_check, intake, outlet

#: Over which "in time" is counted.
SPAN = timedelta(days=30)


def zone_of(source: TranscriptsSource, config: Config) -> ZoneInfo:
    """The one whose days the source's duties follow."""
    return ZoneInfo(source.timezone or config.settings.timezone)


@dataclass(frozen=True, slots=True)
class Item:
    """A row of intake, without what only the form needs."""

    id: int
    source_id: str
    outlet_id: str | None
    medium: str
    number: str
    received_at: datetime
    due_at: datetime
    registered_by: str
    state: str
    done_at: datetime | None
    done_by: str | None
    reason: str | None

    @property
    def within(self) -> timedelta:
        return self.due_at - self.received_at

    def clock(self, now: datetime) -> Clock:
        return clock(self.due_at, self.within, now)


COLUMNS = [intake.c[name] for name in Item.__dataclass_fields__]


def of_row(row: Row[Any]) -> Item:
    return Item(**row._asdict())


def item_of(connection: Connection, source_id: str, item_id: int) -> Item | None:
    query = select(*COLUMNS).where(intake.c.source_id == source_id, intake.c.id == item_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else of_row(row)


def item_behind(connection: Connection, source_id: str, number: str) -> Item | None:
    """The item that a mention was typed in from."""
    query = select(*COLUMNS).where(intake.c.source_id == source_id, intake.c.number == number)
    row = connection.execute(query).one_or_none()
    return None if row is None else of_row(row)


def waiting(connection: Connection, source_id: str, limit: int | None = None) -> list[Item]:
    """What is still to be transcribed, what is due first first."""
    query = (
        select(*COLUMNS)
        .where(intake.c.source_id == source_id, intake.c.state == "waiting")
        .order_by(intake.c.due_at, intake.c.id)
        .limit(limit)
    )
    return [of_row(row) for row in connection.execute(query)]


def done_lately(connection: Connection, source_id: str, limit: int) -> list[Item]:
    query = (
        select(*COLUMNS)
        .where(intake.c.source_id == source_id, intake.c.state != "waiting")
        .order_by(intake.c.done_at.desc(), intake.c.id.desc())
        .limit(limit)
    )
    return [of_row(row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Load:
    """What waits at an outlet; ``due_at`` of the first."""

    waiting: int
    overdue: int
    due_at: datetime


def loads(connection: Connection, source_id: str, now: datetime) -> dict[str | None, Load]:
    """By outlet; those at which nothing waits have no entry."""
    over = func.sum(case((intake.c.due_at < now, 1), else_=0))
    query = (
        select(intake.c.outlet_id, func.count(), over, func.min(intake.c.due_at))
        .where(intake.c.source_id == source_id, intake.c.state == "waiting")
        .group_by(intake.c.outlet_id)
    )
    return {
        outlet_id: Load(int(number), int(late), due_at) for outlet_id, number, late, due_at in connection.execute(query)
    }


def in_time(connection: Connection, source_id: str, now: datetime) -> dict[str | None, Kept]:
    """By outlet: of what was received within thirty days and is done or overdue, what was done in time. What still has
    time says nothing yet."""
    table = intake.c
    decided = (table.state != "waiting") | (table.due_at < now)
    kept = func.sum(case((table.done_at <= table.due_at, 1), else_=0))
    query = (
        select(table.outlet_id, kept, func.count())
        .where(table.source_id == source_id, table.received_at >= now - SPAN, decided)
        .group_by(table.outlet_id)
    )
    return {outlet_id: Kept(int(k), int(n)) for outlet_id, k, n in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Box:
    """How the box of an outlet is. ``last`` is its last check, ``kept`` those of thirty days."""

    outlet: Outlet
    duty: BoxDuty
    last: Check | None
    kept: Kept


def boxes(connection: Connection, source: TranscriptsSource, zone: tzinfo, now: datetime) -> list[Box]:
    """One for each outlet that has a box, in the configuration's order."""
    entered = entered_at(connection, source.id)
    first = (now - SPAN).astimezone(zone).date()
    checks = checks_since(connection, source.id, first)
    latest = last_checks(connection, source.id)
    found = []
    for each in source.outlets:
        if not source.has_box(each):
            continue
        hours: BoxHours = box_hours(source, each, zone, entered.get(each.id, now))
        last = latest.get(each.id)
        found.append(
            Box(
                outlet=each,
                duty=box_duty(hours, last.day if last else None, now),
                last=last,
                kept=boxes_kept(hours, checks.get(each.id, {}), first, now),
            )
        )
    return found


def entered_at(connection: Connection, source_id: str) -> dict[str, datetime]:
    query = select(outlet.c.outlet_id, outlet.c.entered_at).where(
        outlet.c.source_id == source_id, outlet.c.left_at.is_(None)
    )
    return {row.outlet_id: row.entered_at for row in connection.execute(query)}


def checks_since(connection: Connection, source_id: str, first: date) -> dict[str, dict[date, datetime]]:
    query = select(box_check.c.outlet_id, box_check.c.day, box_check.c.checked_at).where(
        box_check.c.source_id == source_id, box_check.c.day >= first
    )
    found: dict[str, dict[date, datetime]] = {}
    for outlet_id, day, at in connection.execute(query):
        found.setdefault(outlet_id, {})[day] = at
    return found


def last_checks(connection: Connection, source_id: str) -> dict[str, Check]:
    newest = (
        select(box_check.c.outlet_id, func.max(box_check.c.day).label("day"))
        .where(box_check.c.source_id == source_id)
        .group_by(box_check.c.outlet_id)
        .subquery()
    )
    query = select(box_check).join(
        newest, (box_check.c.outlet_id == newest.c.outlet_id) & (box_check.c.day == newest.c.day)
    )
    rows = connection.execute(query.where(box_check.c.source_id == source_id))
    return {row.outlet_id: Check(row.day, row.checked_at, row.checked_by, row.slips) for row in rows}


def names_of(connection: Connection, source: TranscriptsSource) -> Mapping[str, str]:
    """Of every outlet that the source has or had."""
    query = select(outlet.c.outlet_id, outlet.c.name).where(outlet.c.source_id == source.id)
    stored = {row.outlet_id: row.name for row in connection.execute(query)}
    return {**stored, **{each.id: each.name for each in source.outlets}}
