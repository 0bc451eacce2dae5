"""What a visitor sees when something is not as it should be: what, why, what to do, and a code."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from dashboard.web.access import ForgedRequestError, NotPermittedError, SignInNeededError
from dashboard.web.configuration import NoConfigurationError
from dashboard.web.shell import render, visitor_of

log = structlog.get_logger()


def _wants_data(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/hooks/")) or request.url.path == "/healthz"


def failure(request: Request, status: int, key: str, **values: object) -> Response:
    """The error page, or for the JSON addresses the same as data."""
    if _wants_data(request):
        return JSONResponse({"error": key}, status)
    template = "failure.html" if visitor_of(request) else "failure_gate.html"
    return render(request, template, status=status, code=status, key=key, values=values)


def sign_in_needed(request: Request, _error: Exception) -> Response:
    if _wants_data(request):
        return JSONResponse({"error": "sign_in"}, 401)
    target = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")
    address = f"/sign-in?next={target}" if request.method == "GET" else "/sign-in"
    if request.headers.get("hx-request"):
        # A fragment cannot become the sign-in page: htmx is told to leave for it.
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(address, 303)


def not_permitted(request: Request, error: Exception) -> Response:
    least = error.least if isinstance(error, NotPermittedError) else "admin"
    return failure(request, 403, "not_permitted", role=least)


def forged(request: Request, _error: Exception) -> Response:
    return failure(request, 403, "forged")


def no_configuration(request: Request, _error: Exception) -> Response:
    return failure(request, 503, "no_configuration")


def http_failure(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return failure(request, status, "not_found" if status == 404 else "bad_request")


def invalid(request: Request, _error: Exception) -> Response:
    return failure(request, 422, "bad_request")


def crashed(request: Request, error: Exception) -> Response:
    """The last resort: a code that finds the logged traceback."""
    code = secrets.token_hex(4)
    log.error("page failed", path=request.url.path, code=code, exc_info=error)
    return failure(request, 500, "crashed", code=code)


def install(app: FastAPI) -> None:
    app.add_exception_handler(SignInNeededError, sign_in_needed)
    app.add_exception_handler(NotPermittedError, not_permitted)
    app.add_exception_handler(ForgedRequestError, forged)
    app.add_exception_handler(NoConfigurationError, no_configuration)
    app.add_exception_handler(HTTPException, http_failure)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, crashed)
