"""Tickets: the queue, one ticket, and what may be done to it."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from alerts.tickets import queue
from alerts.tickets.life import NotAllowedError, TicketState, UnknownTicketError, allowed
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.accounts import list_users, may
from dashboard.web.failures import failure
from dashboard.web.phrases import reason_words
from dashboard.web.shell import language_of, render
from monitor.store.database import reading, writing

router = APIRouter()
NOTE_LENGTH = 4000


@router.get("/tickets")
def tickets_page(request: Request, services: ServicesOf, _visitor: Entered, state: str = "") -> Response:
    wanted = next((known for known in get_args(TicketState) if known == state), None)
    with reading(services.engine) as connection:
        found = queue.list_tickets(connection, wanted)
    return render(request, "tickets.html", tickets=found, state=wanted or "", states=get_args(TicketState))


@router.get("/tickets/{number}")
def ticket_page(request: Request, services: ServicesOf, _visitor: Entered, number: str) -> Response:
    with reading(services.engine) as connection:
        try:
            found = queue.show(connection, number)
        except UnknownTicketError as error:
            raise HTTPException(404) from error
        people = [user.name for user in list_users(connection) if may(user.role, "agent")]
    return render(request, "ticket.html", ticket=found, allowed_actions=allowed(found.state), people=people)


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
