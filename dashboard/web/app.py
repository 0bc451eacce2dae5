"""The web application: pages, JSON for the charts, and the front-end files."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.gzip import GZipMiddleware

from dashboard.web import (
    alert_pages,
    assets,
    enclosure_pages,
    evidence_pages,
    failures,
    import_pages,
    inbound,
    keyword_pages,
    label_pages,
    mention_pages,
    outlet_pages,
    overview,
    report_pages,
    signing,
    source_page,
    source_pages,
    suspicion_pages,
    ticket_pages,
    transcript_pages,
)
from dashboard.web.access import ServicesOf
from dashboard.web.body_limit import BodyLimit
from dashboard.web.configuration import ConfigurationInForce
from dashboard.web.headers import SecurityHeaders
from dashboard.web.services import Services
from monitor.store.database import reading

__all__ = ["Services", "create_app"]


def healthz(services: ServicesOf) -> Response:
    """200 when the store answers, 503 with the reason's kind otherwise; needs no session and tells nothing else."""
    try:
        with reading(services.engine) as connection:
            connection.execute(select(1))
    except SQLAlchemyError as error:
        return JSONResponse({"status": "failing", "reason": type(error).__name__}, 503)
    return JSONResponse({"status": "ok", "demo": services.demo})


def assets_missing(_request: Request) -> Response:
    files = ", ".join(assets.missing())
    return PlainTextResponse(
        f"前端文件缺失:请运行 make setup\nFront-end files are missing: {assets.MEND}\n\n{files}\n", 503
    )


def create_app(services: Services) -> FastAPI:
    """Without the fetched front-end files every page says how to fetch them; /healthz answers all the same."""
    app = FastAPI(title="Tingfeng", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.configuration = ConfigurationInForce(services.engine, services.kinds, services.operator_errors)
    # Fonts are compressed already, and the middleware leaves them alone by their type.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.add_api_route("/healthz", healthz, methods=["GET"])
    inbound.install(app)
    if assets.missing():
        app.add_api_route("/{path:path}", assets_missing, methods=["GET"])
        return app
    app.add_api_route("/assets/{version}/{name:path}", assets.serve, methods=["GET"], response_model=None)
    parts = (
        signing,
        overview,
        mention_pages,
        label_pages,
        suspicion_pages,
        evidence_pages,
        enclosure_pages,
        alert_pages,
        ticket_pages,
        source_pages,
        import_pages,
        source_page,
        keyword_pages,
        outlet_pages,
        transcript_pages,
        report_pages,
    )
    for part in parts:
        app.include_router(part.router)
    failures.install(app)
    return app
