"""Signing in and out, and the language switch."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from dashboard.web import accounts, audit, sessions
from dashboard.web.access import Entered, ForgedRequestError, ServicesOf, foreign_origin
from dashboard.web.i18n import Language, known_language, preferred
from dashboard.web.services import Services
from dashboard.web.shell import LANGUAGE_COOKIE, render, visitor_of
from monitor.store.database import reading, writing

router = APIRouter()
YEAR = 365 * 86400


def local_path(target: str) -> str:
    """``target`` when it leads to a page of ours, else the overview: no open redirect through ``next``."""
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if plain and not parts.scheme and not parts.netloc else "/"


@router.get("/sign-in")
def sign_in_page(request: Request, services: ServicesOf, next: str = "/", language: str = "") -> Response:  # noqa: A002 - the parameter's name in the address
    """A ``language`` in the address was chosen on this page: the form carries it on, and signing in keeps it."""
    if visitor_of(request):
        return RedirectResponse(local_path(next), 303)
    chosen = known_language(language)
    response = gate(request, services, next, chosen)
    if chosen:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="lax")
    return response


def gate(
    request: Request,
    services: Services,
    next: str,  # noqa: A002 - as in the address
    chosen: Language | None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    """The sign-in page; without any user it says how the first one is made."""
    request.state.language = chosen
    with reading(services.engine) as connection:
        nobody = not accounts.any_user(connection)
    return render(
        request,
        "sign_in.html",
        status=status,
        next=local_path(next),
        chosen=chosen,
        problem=problem,
        nobody=nobody,
        credentials=services.demo_credentials,
    )


def wished_language(request: Request, services: Services, chosen: Language | None, first: bool) -> Language | None:
    """The language to keep for who signs in: the one chosen on the page. The user of a demo chose none when they were
    made, so the ``first`` sign-in takes the browser's. ``None`` leaves the stored one."""
    if chosen or not (services.demo and first):
        return chosen
    return preferred(request.headers.get("accept-language", ""), services.language)


@router.post("/sign-in")
def sign_in(
    request: Request,
    services: ServicesOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the field's name in the form
    language: Annotated[str, Form()] = "",
) -> Response:
    """A wrong name and a wrong password look alike. Too many failures close the name for a while (429)."""
    if foreign_origin(request):
        raise ForgedRequestError
    now, name, chosen = services.clock(), name.strip(), known_language(language)
    with reading(services.engine) as connection:
        if audit.throttled(connection, name, now):
            return gate(request, services, next, chosen, "sign_in.throttled", 429)
        user = accounts.authenticate(connection, name, password)
    with writing(services.engine) as connection:
        if user is None:
            audit.record(connection, name, "sign_in_failed", now=now)
        else:
            token = sessions.begin(connection, user.id, now)
            wish = wished_language(request, services, chosen, audit.first_sign_in(connection, user.name))
            if wish:
                accounts.set_language(connection, user.id, wish)
            audit.record(connection, user.name, "sign_in", now=now)
    if user is None:
        return gate(request, services, next, chosen, "sign_in.wrong", 401)
    response = RedirectResponse(local_path(next), 303)
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=int(sessions.LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, services: ServicesOf, visitor: Entered) -> Response:
    now = services.clock()
    with writing(services.engine) as connection:
        sessions.end(connection, request.cookies.get(sessions.COOKIE, ""))
        audit.record(connection, visitor.user.name, "sign_out", now=now)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(sessions.COOKIE)
    return response


@router.post("/language")
def switch_language(
    services: ServicesOf,
    visitor: Entered,
    language: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the field's name in the form
) -> Response:
    chosen = known_language(language) or visitor.user.language
    with writing(services.engine) as connection:
        accounts.set_language(connection, visitor.user.id, chosen)
    response = RedirectResponse(local_path(next), 303)
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="lax")
    return response
