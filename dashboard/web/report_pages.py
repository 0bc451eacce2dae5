"""Weekly reports that were made, and each as the file it is."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy import select
from starlette.exceptions import HTTPException

from dashboard.tables import report_run
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.shell import render
from monitor.store.database import reading, writing

router = APIRouter()
LISTED = 100
#: A report is one self-contained file: its own styles and inline pictures, no script, nothing from elsewhere.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"
)


def report_file(home: Path, relative: str) -> Path | None:
    """The report's file when it lies within the data folder, else ``None``: the row is data, not authority."""
    path = (home / relative).resolve()
    return path if path.is_relative_to(home.resolve()) and path.is_file() else None


@router.get("/reports")
def reports_page(request: Request, services: ServicesOf, _visitor: Entered) -> Response:
    with reading(services.engine) as connection:
        query = select(report_run).order_by(report_run.c.week.desc(), report_run.c.id.desc()).limit(LISTED)
        found = connection.execute(query).all()
    return render(request, "reports.html", reports=found)


@router.get("/reports/{report_id}")
def report_page(services: ServicesOf, visitor: Entered, report_id: int) -> Response:
    with reading(services.engine) as connection:
        row = connection.execute(select(report_run).where(report_run.c.id == report_id)).first()
    path = report_file(services.home, row.path) if row and row.state == "done" else None
    if row is None or path is None:
        raise HTTPException(404)
    with writing(services.engine) as connection:
        audit.record(connection, visitor.user.name, "export", {"report": report_id}, now=services.clock())
    if row.format != "html":
        return FileResponse(path, filename=path.name)
    return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})
