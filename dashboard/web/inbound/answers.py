"""The routes of programs put into the application, and how a refusal is answered and counted."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from crawlers.inbound.refusal import RefusedError
from dashboard.web.access import services_of
from dashboard.web.inbound import api, form, hooks
from dashboard.web.inbound.form_view import refusal_page
from dashboard.web.inbound.rate import RateLimit
from monitor.inbox.receiving import UNKNOWN, count_refusal
from monitor.store.database import writing

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """They work without the front-end files, too."""
    app.state.rate_limit = RateLimit()
    app.include_router(api.router)
    app.state.form_rate = RateLimit(form.PER_MINUTE)
    app.include_router(hooks.router)
    app.include_router(form.router)
    app.add_exception_handler(RefusedError, refused)


def refused(request: Request, error: Exception) -> Response:
    """Says why, counts it by source and reason, and logs it; never what was sent."""
    if not isinstance(error, RefusedError):
        raise error
    source_id = getattr(request.state, "inbound_source", UNKNOWN)
    log.info("inbound refused", source=source_id, reason=error.reason, detail=error.detail)
    services = services_of(request)
    if error.status < 500:
        try:
            with writing(services.engine) as connection:
                count_refusal(connection, source_id, error.reason, services.clock())
        except SQLAlchemyError as failure:
            log.warning("refusal not counted", reason=type(failure).__name__)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if request.url.path.startswith("/form/"):
        source = getattr(request.state, "form", None)
        page = refusal_page(request, source, error.status, error.reason, error.retry_after or 0)
        page.headers.update(headers)
        return page
    body = {"error": error.reason, **({"detail": error.detail} if error.detail else {})}
    return JSONResponse(body, error.status, headers=headers)
