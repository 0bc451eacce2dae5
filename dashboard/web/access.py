"""Who may call what: one table from route to least role, enforced in one dependency. A route missing from the table
is closed to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from dashboard.web import forms, sessions
from dashboard.web.accounts import Role, may
from dashboard.web.services import Services
from dashboard.web.sessions import Visitor
from monitor.store.database import reading

LEAST_ROLE: Mapping[tuple[str, str], Role] = {
    ("GET", "/"): "viewer",
    ("GET", "/overview/live"): "viewer",
    ("GET", "/api/v1/trend"): "viewer",
    ("GET", "/mentions"): "viewer",
    ("GET", "/mentions/{mention_id}"): "viewer",
    ("POST", "/mentions/{mention_id}/evidence/{revision}"): "admin",
    ("POST", "/mentions/{mention_id}/attachments/{number}"): "agent",
    ("POST", "/mentions/{mention_id}/contact"): "agent",
    ("POST", "/mentions/{mention_id}/erase"): "admin",
    ("POST", "/mentions/{mention_id}/label"): "agent",
    ("POST", "/mentions/{mention_id}/suspicion"): "agent",
    ("GET", "/alerts"): "viewer",
    ("GET", "/alerts/{alert_id}"): "viewer",
    ("GET", "/tickets"): "viewer",
    ("GET", "/tickets/{number}"): "viewer",
    ("POST", "/tickets/{number}/{action}"): "agent",
    ("GET", "/sources"): "viewer",
    ("GET", "/sources/{source_id}"): "viewer",
    ("POST", "/sources/{source_id}/page"): "analyst",
    ("POST", "/sources/{source_id}/crawl"): "analyst",
    ("GET", "/import"): "analyst",
    ("POST", "/import"): "analyst",
    ("GET", "/import/{token}"): "analyst",
    ("POST", "/import/{token}"): "analyst",
    ("GET", "/outlets"): "viewer",
    ("POST", "/outlets/{source_id}/received"): "agent",
    ("POST", "/outlets/{source_id}/boxes/{outlet_id}"): "agent",
    ("GET", "/outlets/{source_id}/items/{item_id}"): "viewer",
    ("POST", "/outlets/{source_id}/items/{item_id}"): "agent",
    ("POST", "/outlets/{source_id}/items/{item_id}/aside"): "agent",
    ("GET", "/keywords"): "viewer",
    ("POST", "/keywords"): "analyst",
    ("POST", "/keywords/apply"): "analyst",
    ("POST", "/keywords/versions/{number}"): "analyst",
    ("GET", "/reports"): "viewer",
    ("GET", "/reports/{report_id}"): "viewer",
    ("POST", "/sign-out"): "viewer",
    ("POST", "/language"): "viewer",
}
#: Routes that need no session.
PUBLIC = frozenset(
    {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/healthz"), ("GET", "/assets/{version}/{name:path}")}
    | {("GET", "/form/{source_id}"), ("POST", "/form/{source_id}"), ("GET", "/form/{source_id}/sent")}
)
#: Routes that programs call: no session opens them and no cookie counts there, so that no page of another site can use
#: a visitor's (CSRF). Each call proves itself in ``dashboard.web.inbound``: by an API token, or by a signature.
BY_CREDENTIAL = frozenset({("POST", "/api/v1/mentions"), ("POST", "/hooks/{source_id}"), ("GET", "/hooks/{source_id}")})


class SignInNeededError(Exception):
    """Nobody is signed in; the visitor is led to /sign-in."""


class NotPermittedError(Exception):
    """The visitor's role does not reach; carries the least role that does."""

    def __init__(self, least: Role) -> None:
        super().__init__(least)
        self.least = least


class ForgedRequestError(Exception):
    """A POST that did not come from one of our own pages, or from one that is no longer valid."""


def services_of(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set by create_app; tells the type checker
    return services


def foreign_origin(request: Request) -> bool:
    """Whether the browser says that another site sent this. Programs that send no Origin hold no one's cookies."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def posted_token(request: Request) -> str:
    if request.method != "POST":
        return ""
    token = (await request.form()).get("csrf", "")
    return token if isinstance(token, str) else ""


def current_visitor(request: Request) -> Visitor | None:
    token = request.cookies.get(sessions.COOKIE)
    if not token:
        return None
    services = services_of(request)
    with reading(services.engine) as connection:
        return sessions.find(connection, token, services.clock())


def enter(request: Request, token: Annotated[str, Depends(posted_token)]) -> Visitor:
    """Lets the visitor in, or raises. Every page and action behind the sign-in depends on this."""
    visitor = current_visitor(request)
    request.state.visitor = visitor
    if visitor is None:
        raise SignInNeededError
    least = LEAST_ROLE.get((request.method, request.scope["route"].path), None)
    if least is None or not may(visitor.user.role, least):
        raise NotPermittedError(least or "admin")
    if request.method == "POST" and (foreign_origin(request) or not forms.fits(token, visitor.csrf)):
        raise ForgedRequestError
    return visitor


Entered = Annotated[Visitor, Depends(enter)]
ServicesOf = Annotated[Services, Depends(services_of)]
