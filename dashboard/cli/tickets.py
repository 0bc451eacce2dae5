"""tickets: the queue of what has to be followed up."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dashboard.cli.choices import require_user
from dashboard.cli.clock import utc_now
from dashboard.cli.faults import WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_line, write_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from alerts.tickets import Ticket

app = typer.Typer(help="The queue.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Such as FB20261123001.")]
Note = Annotated[str, typer.Option("--note", help="Kept in the ticket's history.")]
COLUMNS = ("number", "state", "level", "brand", "assignee", "opened_at", "title")


@app.command("list")
def list_all(
    context: typer.Context,
    state: Annotated[
        Literal["open", "in_progress", "resolved"] | None, typer.Option(help="Only these.", show_default=False)
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tickets, newest first."""
    from alerts.tickets import list_tickets

    with transaction(context, home) as connection:
        found = [ticket_row(ticket) for ticket in list_tickets(connection, state)]
    if as_json:
        write_json(found)
        return
    write_table(COLUMNS, [[row[name] for name in COLUMNS] for row in found])


@app.command()
def show(context: typer.Context, number: Number, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """One ticket with its history."""
    from alerts.tickets import show as read_ticket

    with transaction(context, home) as connection:
        ticket = read_ticket(connection, number)
    answer(ticket, as_json)


@app.command()
def assign(
    context: typer.Context,
    number: Number,
    assignee: Annotated[str, typer.Argument(help="Name of a user.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Gives the ticket to a user."""
    from alerts.tickets import assign as give

    add_one = home_of(context, home).command("user", "add", assignee)
    with transaction(context, home, write=True) as connection:
        require_user(connection, assignee, add_one)
        ticket = give(connection, number, assignee, actor=actor(), now=utc_now())
    answer(ticket, as_json)


@app.command()
def resolve(
    context: typer.Context, number: Number, note: Note = "", home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Closes the ticket."""
    from alerts.tickets import resolve as close

    with transaction(context, home, write=True) as connection:
        ticket = close(connection, number, note, actor=actor(), now=utc_now())
    answer(ticket, as_json)


@app.command()
def reopen(
    context: typer.Context, number: Number, note: Note = "", home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Opens a resolved ticket again."""
    from alerts.tickets import reopen as open_again

    with transaction(context, home, write=True) as connection:
        ticket = open_again(connection, number, note, actor=actor(), now=utc_now())
    answer(ticket, as_json)


@contextmanager
def transaction(context: typer.Context, home: Path | None, *, write: bool = False) -> Iterator[Connection]:
    from alerts.tickets import UnknownTicketError
    from dashboard.operation.installation import open_installation
    from monitor.store.database import reading, writing

    installation = open_installation(home_of(context, home))
    try:
        with (writing if write else reading)(installation.engine) as connection:
            yield connection
    except UnknownTicketError as error:
        numbers = installation.home.command("tickets", "list")
        raise Fault(WRONG, f"no ticket {error.number}: {numbers} shows the numbers") from error


def actor() -> str:
    """Who acts on the command line: the account of the system, marked as such."""
    return f"cli:{getpass.getuser()}"


def ticket_row(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "state": ticket.state,
        "level": ticket.level,
        "title": ticket.title,
        "brand": ticket.brand_id,
        "assignee": ticket.assignee,
        "alert": ticket.alert_id,
        "opened_at": iso(ticket.opened_at),
        "resolved_at": iso(ticket.resolved_at),
    }


def answer(ticket: Ticket, as_json: bool) -> None:
    events = [
        {"at": iso(event.at), "actor": event.actor, "action": event.action, "note": event.note}
        for event in ticket.events
    ]
    if as_json:
        write_json({**ticket_row(ticket), "events": events})
        return
    write_table(COLUMNS, [[ticket_row(ticket)[name] for name in COLUMNS]])
    for event in events:
        write_line("  ".join(str(value) for value in event.values()).rstrip())
