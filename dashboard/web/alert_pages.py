"""Alerts: the list, and one with its evidence, history, notifications and ticket in one place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from alerts.evidence import mentions_path
from alerts.health_words import mend
from alerts.reading import Alert, AlertState, Evaluation, alert_detail, list_alerts
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.figures import Share
from dashboard.web.formats import duration
from dashboard.web.mention_view import view
from dashboard.web.shell import Names, config_of, language_of, render
from dashboard.web.source_health import health_view
from monitor.health.pages import KeptPage, page_of
from monitor.health.store import health_of
from monitor.store import reading as mentions
from monitor.store.database import reading

router = APIRouter()
LISTED = 200
#: A page comes in before its crawl ends, from which on a source counts as changed; crawls take minutes.
PAGE_BEFORE = timedelta(hours=1)
#: Evaluations shown on an alert's page; the newest say why it stands as it does.
EVALUATIONS = 40


def rows_address(found: Alert) -> str:
    """The mentions page over exactly the alert's frozen window."""
    return mentions_path(found.labels, found.window_start, found.window_end)


def evaluated_rows(found: Alert, row: Evaluation) -> str:
    """The mentions page over the window that one evaluation looked at."""
    return mentions_path(found.labels, row.step_end - row.window_seconds, row.step_end)


def alerts_of(
    connection: Connection,
    *,
    brand: str | None,
    source: str | None,
    state: AlertState | None = None,
    since: datetime | None = None,
    brands_only: bool = False,
) -> list[Alert]:
    """The newest first. With a ``source`` also those that watch all sources together. ``brands_only``: what is said of
    a brand, not how a source is."""
    found = list_alerts(connection, state=state, since=since, brand=brand, sources=not brands_only, limit=LISTED)
    return [one for one in found if source is None or one.source_id in (None, source)]


@router.get("/alerts")
def alerts_page(
    request: Request, services: ServicesOf, _visitor: Entered, state: str = "", brand: str = "", source: str = ""
) -> Response:
    wanted: AlertState | None = "firing" if state == "firing" else "resolved" if state == "resolved" else None
    with reading(services.engine) as connection:
        found = alerts_of(connection, brand=brand or None, source=source or None, state=wanted)
    narrowed = urlencode({name: value for name, value in (("brand", brand), ("source", source)) if value})
    return render(
        request, "alerts.html", alerts=found, state=wanted or "", brand=brand, source=source, narrowed=narrowed
    )


@router.get("/alerts/{alert_id}")
def alert_page(request: Request, services: ServicesOf, _visitor: Entered, alert_id: int) -> Response:
    config = config_of(request)
    names = Names(config, language_of(request))
    with reading(services.engine) as connection:
        detail = alert_detail(connection, alert_id)
        if detail is None:
            raise HTTPException(404)
        quotes = mentions.by_ids(connection, list(detail.alert.quotes))
        found = detail.alert
        health = health_of(connection, found.source_id or "") if found.about else None
        page = page_behind(connection, found)
    return render(
        request,
        "alert.html",
        detail=detail,
        found=found,
        negative=Share(found.k, found.n),
        window=(datetime.fromtimestamp(found.window_start, UTC), datetime.fromtimestamp(found.window_end, UTC)),
        quotes=[view(row, names) for row in quotes],
        evaluations=[
            (row, datetime.fromtimestamp(row.step_end, UTC), evaluated_rows(found, row))
            for row in reversed(detail.evaluations[-EVALUATIONS:])
        ],
        rows=rows_address(found),
        health=health_view(health, names.language) if health else None,
        seconds=lambda number: duration(timedelta(seconds=number), names.language),
        todo=mend(names.language, found.about["cause"]) if found.about else "",
        page=page,
    )


def page_behind(connection: Connection, found: Alert) -> KeptPage | None:
    """The page on which the source looked changed, if it is still the one that the alert is about: each source keeps
    one, which stays while the source counts as changed."""
    page = page_of(connection, found.source_id) if found.about and found.source_id else None
    if page is None or page.captured_at > found.fired_at:
        return None
    return page if page.captured_at >= found.since - PAGE_BEFORE else None
