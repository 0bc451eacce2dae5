"""The queue of tickets in the store. Every function runs inside the caller's transaction and writes its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, insert, select, update

from alerts.tables import ticket, ticket_event
from alerts.tickets.life import Action, TicketState, UnknownTicketError, next_state
from alerts.tickets.numbering import following, prefix
from monitor.config.schema import Level
from monitor.store.database import insert as upsert


@dataclass(frozen=True, slots=True)
class TicketEvent:
    at: datetime
    actor: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """``events`` is filled by :func:`show` alone; lists leave it empty."""

    id: int
    number: str
    alert_id: int | None
    title: str
    brand_id: str | None
    level: str
    state: TicketState
    assignee: str | None
    opened_at: datetime
    resolved_at: datetime | None
    events: tuple[TicketEvent, ...] = ()


def open_for_alert(
    connection: Connection,
    alert_id: int,
    *,
    title: str,
    brand_id: str | None,
    level: Level,
    timezone: str,
    now: datetime,
) -> str:
    """The number of the alert's ticket, which is opened where there is none: calling twice opens one.

    Two processes may want the same number at once: the loser's insert does nothing and takes the next.
    """
    existing = connection.execute(select(ticket.c.number).where(ticket.c.alert_id == alert_id)).scalar()
    if existing is not None:
        return str(existing)
    while True:
        day = prefix(now, timezone)
        taken = connection.execute(select(ticket.c.number).where(ticket.c.number.startswith(day, autoescape=True)))
        number = following(day, list(taken.scalars()))
        row = upsert(connection, ticket).values(
            number=number,
            alert_id=alert_id,
            title=title[:300],
            brand_id=brand_id,
            level=level,
            state="open",
            opened_at=now,
        )
        statement = row.on_conflict_do_nothing(index_elements=["number"]).returning(ticket.c.id)
        ticket_id = connection.execute(statement).scalar()
        if ticket_id is not None:
            record(connection, ticket_id, "tingfeng", "opened", "", now)
            return number


def list_tickets(connection: Connection, state: TicketState | None = None, limit: int = 500) -> list[Ticket]:
    """Newest first."""
    query = columns().order_by(ticket.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(ticket.c.state == state)
    return [from_row(row) for row in connection.execute(query)]


def show(connection: Connection, number: str) -> Ticket:
    """With its events, oldest first. Raises :class:`UnknownTicketError`."""
    row = connection.execute(columns().where(ticket.c.number == number)).one_or_none()
    if row is None:
        raise UnknownTicketError(number)
    events = connection.execute(
        select(ticket_event.c.at, ticket_event.c.actor, ticket_event.c.action, ticket_event.c.note)
        .where(ticket_event.c.ticket_id == row.id)
        .order_by(ticket_event.c.id)
    )
    return from_row(row, tuple(TicketEvent(*event) for event in events))


def assign(connection: Connection, number: str, assignee: str, *, actor: str, now: datetime) -> Ticket:
    return act(connection, number, "assigned", actor=actor, note=assignee, now=now, assignee=assignee)


def resolve(connection: Connection, number: str, note: str, *, actor: str, now: datetime) -> Ticket:
    return act(connection, number, "resolved", actor=actor, note=note, now=now, resolved_at=now)


def reopen(connection: Connection, number: str, note: str, *, actor: str, now: datetime) -> Ticket:
    return act(connection, number, "reopened", actor=actor, note=note, now=now, resolved_at=None)


def note(connection: Connection, number: str, text: str, *, actor: str, now: datetime) -> Ticket:
    return act(connection, number, "noted", actor=actor, note=text, now=now)


def act(
    connection: Connection, number: str, action: Action, *, actor: str, note: str, now: datetime, **changes: object
) -> Ticket:
    """One step of the table in ``life``. Raises a :class:`~alerts.tickets.life.TicketError`."""
    row = connection.execute(columns().where(ticket.c.number == number).with_for_update()).one_or_none()
    if row is None:
        raise UnknownTicketError(number)
    state = next_state(number, row.state, action)
    connection.execute(update(ticket).where(ticket.c.id == row.id).values(state=state, **changes))
    record(connection, row.id, actor, action, note, now)
    return show(connection, number)


def record(connection: Connection, ticket_id: int, actor: str, action: str, note: str, now: datetime) -> None:
    values = {"ticket_id": ticket_id, "at": now, "actor": actor[:100], "action": action, "note": note}
    connection.execute(insert(ticket_event).values(values))


def columns() -> Select[tuple[object, ...]]:
    return select(
        ticket.c.id,
        ticket.c.number,
        ticket.c.alert_id,
        ticket.c.title,
        ticket.c.brand_id,
        ticket.c.level,
        ticket.c.state,
        ticket.c.assignee,
        ticket.c.opened_at,
        ticket.c.resolved_at,
    )


def from_row(row: Row[tuple[object, ...]], events: tuple[TicketEvent, ...] = ()) -> Ticket:
    return Ticket(**row._mapping, events=events)
