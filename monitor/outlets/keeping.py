"""Writes what was received, what became of it and which boxes were emptied. Each function belongs in a write
transaction; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from monitor.outlets.source import Medium
from monitor.outlets.tables import box_check, intake
from monitor.store.database import insert as upsert

#: Slips that one box or one form may hold at most; more is a slip of the finger.
MOST = 500
Reason = Literal["blank", "illegible", "duplicate", "other"]


@dataclass(frozen=True, slots=True)
class Received:
    """What came in at once. ``number`` only where it is one item that has a number of its own. ``submission`` names the
    form that says so: sent twice, it is stored once."""

    source_id: str
    outlet_id: str | None
    medium: Medium
    received_at: datetime
    due_at: datetime
    submission: str
    count: int = 1
    number: str | None = None


class NumberTakenError(ValueError):
    """Another item of the source has that number: ``by`` whom and ``at`` what time it was registered."""

    def __init__(self, number: str, by: str, at: datetime) -> None:
        super().__init__(f"number {number} is taken: registered by {by}")
        self.number, self.by, self.at = number, by, at


class DoneBeforeError(ValueError):
    """The item is not waiting any more: ``by`` whom and ``at`` what time it was done."""

    def __init__(self, number: str, by: str, at: datetime) -> None:
        super().__init__(f"{number} was done before by {by}")
        self.number, self.by, self.at = number, by, at


def register(connection: Connection, received: Received, prefix: str, by: str, now: datetime) -> list[str]:
    """The numbers of the items, in order: its own, or ``prefix`` and what is free behind it. A submission that was
    stored before is answered with its numbers. Raises :class:`NumberTakenError`."""
    before = numbers_of(connection, received.source_id, received.submission)
    if before:
        return before
    numbers: list[str] = []
    serial = 0 if received.number else last_serial(connection, received.source_id, prefix)
    while len(numbers) < received.count:
        serial += 1
        number = received.number or f"{prefix}{serial:02d}"
        row = upsert(connection, intake).values(
            source_id=received.source_id,
            outlet_id=received.outlet_id,
            medium=received.medium,
            number=number,
            received_at=received.received_at,
            due_at=received.due_at,
            registered_at=now,
            registered_by=by[:100],
            submission=received.submission,
            place=len(numbers),
            state="waiting",
        )
        if connection.scalar(row.on_conflict_do_nothing().returning(intake.c.id)) is not None:
            numbers.append(number)
            continue
        # Either another form took the number meanwhile, or this one was sent twice at once.
        if not numbers and (before := numbers_of(connection, received.source_id, received.submission)):
            return before
        if received.number:
            taken = row_of(connection, received.source_id, received.number)
            raise NumberTakenError(received.number, taken.registered_by, taken.registered_at)
    return numbers


def numbers_of(connection: Connection, source_id: str, submission: str) -> list[str]:
    query = select(intake.c.number).where(intake.c.source_id == source_id, intake.c.submission == submission)
    return list(connection.scalars(query.order_by(intake.c.place)))


def last_serial(connection: Connection, source_id: str, prefix: str) -> int:
    """The highest number behind the prefix, whose digits may be more than two."""
    found = connection.scalars(
        select(intake.c.number).where(
            intake.c.source_id == source_id, intake.c.number.startswith(prefix, autoescape=True)
        )
    )
    serials = (number.removeprefix(prefix) for number in found)
    return max((int(serial) for serial in serials if serial.isascii() and serial.isdigit()), default=0)


def row_of(connection: Connection, source_id: str, number: str) -> Row[Any]:
    return connection.execute(select(intake).where(intake.c.source_id == source_id, intake.c.number == number)).one()


def transcribed(connection: Connection, item_id: int, by: str, now: datetime) -> None:
    """Ends the waiting of an item; its text goes into the inbox in the same transaction. Raises
    :class:`DoneBeforeError`: of two who type in the same slip the second is told."""
    finish(connection, item_id, {"state": "transcribed"}, by, now)


def set_aside(connection: Connection, item_id: int, reason: Reason, by: str, now: datetime) -> None:
    """There is nothing to type in. Raises :class:`DoneBeforeError`."""
    finish(connection, item_id, {"state": "set_aside", "reason": reason}, by, now)


def finish(connection: Connection, item_id: int, values: dict[str, Any], by: str, now: datetime) -> None:
    waiting = update(intake).where(intake.c.id == item_id, intake.c.state == "waiting")
    if connection.execute(waiting.values(done_at=now, done_by=by[:100], **values)).rowcount:
        return
    row = connection.execute(select(intake).where(intake.c.id == item_id)).one()
    raise DoneBeforeError(row.number, row.done_by, row.done_at)


@dataclass(frozen=True, slots=True)
class Check:
    """Who confirmed a box on a day, when, and how many slips were in it."""

    day: date
    at: datetime
    by: str
    slips: int


def confirm_box(connection: Connection, source_id: str, outlet_id: str, check: Check) -> Check | None:
    """``None``, or the check of that day that was there before and stays."""
    row = upsert(connection, box_check).values(
        source_id=source_id,
        outlet_id=outlet_id,
        day=check.day,
        checked_at=check.at,
        checked_by=check.by[:100],
        slips=check.slips,
    )
    if connection.scalar(row.on_conflict_do_nothing().returning(box_check.c.day)) is not None:
        return None
    before = connection.execute(
        select(box_check).where(
            box_check.c.source_id == source_id, box_check.c.outlet_id == outlet_id, box_check.c.day == check.day
        )
    ).one()
    return Check(before.day, before.checked_at, before.checked_by, before.slips)
