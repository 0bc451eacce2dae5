"""Tickets: the queue, one ticket, and what may be done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from alerts.headline import headline, opening_figures
from alerts.reading import Alert, alerts_by_ids
from alerts.reasons import reason_words
from alerts.tickets import queue
from alerts.tickets.life import NotAllowedError, TicketState, UnknownTicketError, allowed
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.accounts import list_users, may
from dashboard.web.alert_pages import rows_address
from dashboard.web.failures import failure
from dashboard.web.figures import Share
from dashboard.web.mention_view import view
from dashboard.web.shell import Names, config_or_none, language_of, render
from monitor.store import reading as mentions
from monitor.store.database import reading, writing

router = APIRouter()
NOTE_LENGTH = 4000


@router.get("/tickets")
def tickets_page(request: Request, services: ServicesOf, _visitor: Entered, state: str = "") -> Response:
    wanted = next((known for known in get_args(TicketState) if known == state), None)
    with reading(services.engine) as connection:
        found = queue.list_tickets(connection, wanted)
        alerts = alerts_by_ids(connection, [ticket.alert_id for ticket in found if ticket.alert_id is not None])
        titles = titles_of(connection, request, found, alerts)
    return render(
        request, "tickets.html", tickets=found, titles=titles, state=wanted or "", states=get_args(TicketState)
    )


def titles_of(
    connection: Connection, request: Request, tickets: Sequence[queue.Ticket], alerts: Mapping[int, Alert]
) -> dict[str, str]:
    """By number: what the alert said at its firing, in the visitor's language. The stored title is in the language of
    the installation; it stays where there is no alert to tell from, or no configuration."""
    titles = {ticket.number: ticket.title for ticket in tickets}
    config = config_or_none(request)
    if config is None:
        return titles
    language = language_of(request)
    opening = opening_figures(connection, list(alerts))
    told = ((ticket.number, alerts[ticket.alert_id or 0]) for ticket in tickets if ticket.alert_id in alerts)
    return titles | {number: headline(alert, config, language, opening.get(alert.id)) for number, alert in told}


@router.get("/tickets/{number}")
def ticket_page(request: Request, services: ServicesOf, _visitor: Entered, number: str) -> Response:
    with reading(services.engine) as connection:
        try:
            found = queue.show(connection, number)
        except UnknownTicketError as error:
            raise HTTPException(404) from error
        people = [user.name for user in list_users(connection) if may(user.role, "agent")]
        alerts = alerts_by_ids(connection, [] if found.alert_id is None else [found.alert_id])
        titles = titles_of(connection, request, [found], alerts)
        alert = alerts.get(found.alert_id or 0)
        quotes = mentions.by_ids(connection, list(alert.quotes) if alert else [])
    names = Names(config_or_none(request), language_of(request))
    return render(
        request,
        "ticket.html",
        ticket=found,
        heading=titles[number],
        alert=alert,
        negative=Share(alert.k, alert.n) if alert else None,
        quotes=[view(row, names) for row in quotes],
        rows=rows_address(alert) if alert else None,
        allowed_actions=allowed(found.state),
        people=people,
    )


def act(connection: Connection, number: str, action: str, text: str, services: ServicesOf, actor: str) -> None:
    """One of the four actions. Raises the ticket's own errors, or 400 and 404 for what is empty or unknown."""
    now = services.clock()
    if not text and action in ("assign", "note"):
        raise HTTPException(400)
    match action:
        case "assign":
            queue.assign(connection, number, text[:100], actor=actor, now=now)
        case "resolve":
            queue.resolve(connection, number, text, actor=actor, now=now)
        case "reopen":
            queue.reopen(connection, number, text, actor=actor, now=now)
        case "note":
            queue.note(connection, number, text, actor=actor, now=now)
        case _:
            raise HTTPException(404)
    audit.record(connection, actor, "ticket", {"number": number, "action": action}, now=now)


@router.post("/tickets/{number}/{action}")
def ticket_action(
    request: Request,
    services: ServicesOf,
    visitor: Entered,
    number: str,
    action: str,
    text: Annotated[str, Form()] = "",
) -> Response:
    try:
        with writing(services.engine) as connection:
            act(connection, number, action, text.strip()[:NOTE_LENGTH], services, visitor.user.name)
    except UnknownTicketError as error:
        raise HTTPException(404) from error
    except NotAllowedError as error:
        return failure(request, 409, "conflict", reason=reason_words(language_of(request), str(error)))
    return RedirectResponse(f"/tickets/{number}", 303)
