"""One source: how it is and why, its week, its runs, and the page on which its layout looked changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from crawlers.feedback.source import FormSource
from crawlers.inbound.registry import watched_sources
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.i18n import say
from dashboard.web.services import Services
from dashboard.web.shell import config_of, language_of, render, zone_of
from dashboard.web.source_health import health_view, heat, unseen
from dashboard.web.source_pages import counts_of
from monitor.health.pages import open_page, page_of
from monitor.health.store import health_of, week_of
from monitor.health.watched import Watched, way_of
from monitor.store.database import reading, writing
from monitor.store.sources import recent_runs, states
from monitor.vault.errors import VaultError

router = APIRouter()
RUNS = 10
STATUS: Mapping[str, int] = {"absent": 404, "tampered": 500, "locked": 503}


def watched_source(request: Request, services: Services, source_id: str) -> Watched:
    """Of keywords.yaml or operator.yaml; else a 404."""
    source = config_of(request).source(source_id)
    if source is not None:
        return Watched(source, way_of(source))
    entry = services.inbound().get(source_id)
    if entry is None:
        raise HTTPException(404)
    (watched,) = watched_sources({source_id: entry})
    return watched


@router.get("/sources/{source_id}")
def source_page(request: Request, services: ServicesOf, _visitor: Entered, source_id: str) -> Response:
    config, watched = config_of(request), watched_source(request, services, source_id)
    source = watched.source
    with reading(services.engine) as connection:
        found, week = health_of(connection, source_id), week_of(connection, source_id)
        state = states(connection).get(source_id)
        runs = recent_runs(connection, source_id, limit=RUNS)
        page = page_of(connection, source_id)
    return render(
        request,
        "source.html",
        source=source,
        way=watched.way,
        health=health_view(found, language_of(request)) if found else None,
        state=state,
        week=week,
        heat=heat(week) if week and week.weeks else None,
        zone=zone_of(config).key,
        runs=runs,
        page=page,
        unseen=unseen(source.kind),
        counts_of=counts_of,
        form=form_view(request, source, services) if isinstance(source, FormSource) else None,
    )


@dataclass(frozen=True, slots=True)
class FormView:
    """``address`` is the form's own, ``snippet`` what another page needs to hold it. ``sealed``: there is no vault key,
    so that the form does not ask what would have to be sealed."""

    address: str
    snippet: str
    origins: tuple[str, ...]
    sealed: bool


def form_view(request: Request, source: FormSource, services: Services) -> FormView:
    address = f"{str(request.base_url).rstrip('/')}/form/{source.id}"
    title = source.title.get(language_of(request)) or say(language_of(request), "sources.form.frame")
    snippet = f'<iframe src="{address}" title="{escape(title)}" width="100%" height="1200" loading="lazy"></iframe>'
    return FormView(address, snippet, source.allowed_origins, services.vault_key is None)


@router.post("/sources/{source_id}/page")
def kept_page(request: Request, services: ServicesOf, visitor: Entered, source_id: str) -> Response:
    """The kept page as text. A POST, as no link, prefetch or history may open it; each opening is on record."""
    if config_of(request).source(source_id) is None:
        raise HTTPException(404)
    try:
        with writing(services.engine) as connection:
            page, payload = open_page(connection, source_id, services.vault_key)
            detail = {"source": source_id, "sha256": page.sha256, "captured_at": page.captured_at.isoformat()}
            audit.record(connection, visitor.user.name, "source_page_open", detail, now=services.clock())
    except VaultError as error:
        status = STATUS.get(error.state, 500)
        response: Response = render(
            request, "source_body.html", status=status, source_id=source_id, page=None, state=error.state
        )
    else:
        response = render(request, "source_body.html", source_id=source_id, page=page, text=payload.decode())
    response.headers["Cache-Control"] = "no-store"
    return response
