"""Outlets: what is overdue, what came in, and the boxes that were emptied today."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from dashboard.operation.boxes import confirm, prefix_of
from dashboard.web import audit, formats
from dashboard.web.access import Entered, ServicesOf, services_of
from dashboard.web.outlet_forms import LOCAL, FormError, read_count, read_received
from dashboard.web.outlet_view import outlet_view
from dashboard.web.shell import config_of, language_of, render
from monitor.outlets.keeping import MOST, Check, NumberTakenError, numbers_of, register
from monitor.outlets.reading import last_checks, zone_of
from monitor.outlets.source import TranscriptsSource, transcript_sources
from monitor.store.database import reading, writing

router = APIRouter()
#: Of the form that registers; what was wrong is shown with what was entered.
FIELDS = ("outlet", "medium", "received", "count", "number")


def source_of(request: Request, source_id: str) -> TranscriptsSource:
    """Raises 404 for a source that is none of this kind, or is switched off."""
    found = next((each for each in transcript_sources(config_of(request)) if each.id == source_id), None)
    if found is None:
        raise HTTPException(404)
    return found


SourceOf = Annotated[TranscriptsSource, Depends(source_of)]


async def posted(request: Request) -> dict[str, str]:
    """The text fields of a form."""
    form: FormData = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


PostedOf = Annotated[dict[str, str], Depends(posted)]


@router.get("/outlets")
def outlets_page(
    request: Request,
    services: ServicesOf,
    _visitor: Entered,
    source: str = "",
    received: str = "",
    box: str = "",
    before: str = "",
) -> Response:
    """``received`` names a submission and ``box`` an outlet that was just confirmed: what became of them is told."""
    sources = transcript_sources(config_of(request))
    if not sources:
        return render(request, "outlets.html", sources=(), view=None)
    chosen = next((each for each in sources if each.id == source), sources[0])
    with reading(services.engine) as connection:
        numbers = numbers_of(connection, chosen.id, received) if received else []
        check = last_checks(connection, chosen.id).get(box) if box else None
    told = {"numbers": numbers, "box": chosen.outlet(box), "check": check, "before": bool(before)}
    return shown(request, chosen, told=told)


def shown(
    request: Request,
    source: TranscriptsSource,
    *,
    told: Mapping[str, object] | None = None,
    entered: Mapping[str, str] | None = None,
    error: str = "",
    taken: NumberTakenError | None = None,
    status: int = 200,
) -> Response:
    services, config = services_of(request), config_of(request)
    zone, now = zone_of(source, config), services.clock()
    with reading(services.engine) as connection:
        view = outlet_view(connection, source, zone, now)
    return render(
        request,
        "outlets.html",
        status=status,
        sources=transcript_sources(config),
        view=view,
        told=told or {"numbers": [], "box": None, "check": None, "before": False},
        entered={name: (entered or {}).get(name, "") for name in FIELDS},
        error=error,
        taken=taken,
        submission=secrets.token_hex(16),
        within=formats.within(source.transcribe_within, language_of(request)),
        local_now=now.astimezone(zone).strftime(LOCAL),
        most=MOST,
    )


@router.post("/outlets/{source_id}/received")
def received_form(
    request: Request, services: ServicesOf, visitor: Entered, source: SourceOf, form: PostedOf
) -> Response:
    """Registers what came in, once however often the form is sent."""
    zone, now = zone_of(source, config_of(request)), services.clock()
    try:
        received = read_received(form, source, zone, now)
    except FormError as error:
        return shown(request, source, entered=form, error=error.key, status=422)
    try:
        with writing(services.engine) as connection:
            numbers = register(connection, received, prefix_of(received, zone), visitor.user.name, now)
            detail = {"source": source.id, "outlet": received.outlet_id, "numbers": numbers[:10], "n": len(numbers)}
            audit.record(connection, visitor.user.name, "intake_register", detail, now=now)
    except NumberTakenError as taken:
        return shown(request, source, entered=form, error="number_taken", taken=taken, status=409)
    return RedirectResponse(f"/outlets?{urlencode({'source': source.id, 'received': received.submission})}", 303)


@router.post("/outlets/{source_id}/boxes/{outlet_id}")
def box_form(
    request: Request, services: ServicesOf, visitor: Entered, source: SourceOf, outlet_id: str, form: PostedOf
) -> Response:
    """Confirms today's box and registers the slips that were in it; the first who says so is the one who did."""
    outlet = source.outlet(outlet_id)
    if outlet is None or not source.has_box(outlet):
        raise HTTPException(404)
    try:
        slips = 0 if form.get("none") else read_count(form.get("slips", ""), least=0)
    except FormError as error:
        return shown(request, source, entered=form, error=f"box_{error.key}", status=422)
    by, now = visitor.user.name, services.clock()

    def also(connection: Connection, check: Check) -> None:
        detail = {"source": source.id, "outlet": outlet_id, "day": check.day.isoformat(), "slips": slips}
        audit.record(connection, by, "box_check", detail, now=now)

    done = confirm(services.engine, source, config_of(request), outlet, slips, by, now, also)
    told = {"source": source.id, "box": outlet_id} | ({"before": "1"} if done.before else {})
    return RedirectResponse(f"/outlets?{urlencode(told)}", 303)
