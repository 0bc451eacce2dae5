"""One slip or call: typed in, or set aside where there is nothing to type in. Of two who do it the second is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException

from crawlers.feedback.source import FREQUENCIES, WISHES
from dashboard.operation.transcribing import Draft, transcribe
from dashboard.web import audit, formats
from dashboard.web.access import Entered, ServicesOf, services_of
from dashboard.web.outlet_pages import PostedOf, SourceOf
from dashboard.web.shell import config_of, language_of, render
from monitor.config.schema import Config
from monitor.inbox.sealing import inbox_key
from monitor.outlets.keeping import DoneBeforeError, Reason, set_aside
from monitor.outlets.reading import Item, item_of, names_of, zone_of
from monitor.outlets.source import TranscriptsSource
from monitor.store.database import reading, writing
from monitor.store.tables import mention

router = APIRouter()
LONGEST = 20_000
FIELDS = ("text", "rating", "product", "lang", "frequency", "since", "wish", "consent", "phone", "email", "wechat")
CONSENT = ("yes", "no")
WAYS, WAY_LENGTH = ("phone", "email", "wechat"), 100
RATINGS = ("1", "2", "3", "4", "5")
LANGUAGES = ("zh", "en")
OLDEST = timedelta(days=366 * 30)
REASONS: tuple[Reason, ...] = get_args(Reason)


def item_wanted(request: Request, source: SourceOf, item_id: int) -> Item:
    with reading(services_of(request).engine) as connection:
        found = item_of(connection, source.id, item_id)
    if found is None:
        raise HTTPException(404)
    return found


ItemOf = Annotated[Item, Depends(item_wanted)]


@router.get("/outlets/{source_id}/items/{item_id}")
def item_page(request: Request, _services: ServicesOf, _visitor: Entered, source: SourceOf, item: ItemOf) -> Response:
    return shown(request, source, item)


def shown(
    request: Request,
    source: TranscriptsSource,
    item: Item,
    *,
    entered: dict[str, str] | None = None,
    error: str = "",
    beaten: DoneBeforeError | None = None,
    status: int = 200,
) -> Response:
    services, config = services_of(request), config_of(request)
    with reading(services.engine) as connection:
        names = names_of(connection, source)
        stored = select(mention.c.id).where(mention.c.source_id == source.id, mention.c.external_id == item.number)
        mention_id = connection.scalar(stored)
    return render(
        request,
        "transcript.html",
        status=status,
        source=source,
        item=item,
        outlet=names.get(item.outlet_id or "", item.outlet_id or ""),
        due=item.clock(services.clock()),
        mention_id=mention_id,
        products=products_of(config, source),
        entered={name: (entered or {}).get(name, "") for name in FIELDS},
        error=error,
        beaten=beaten,
        ratings=RATINGS,
        languages=LANGUAGES,
        frequencies=FREQUENCIES,
        wishes=WISHES,
        consents=CONSENT,
        ways=WAYS if services.vault_key is not None else (),
        way_length=WAY_LENGTH,
        within=formats.within(source.keep, language_of(request)),
        received_on=item.received_at.astimezone(zone_of(source, config)).date().isoformat(),
        reasons=REASONS,
        longest=LONGEST,
    )


def products_of(config: Config, source: TranscriptsSource) -> list[str]:
    """Those that the form offers; of one brand where the source is about one. A source about one product asks none."""
    if source.product:
        return []
    brands = [brand for brand in config.brands if source.brand in (None, brand.id)]
    return [product.name for brand in sorted(brands, key=lambda each: each.role != "own") for product in brand.products]


def draft_of(form: dict[str, str], offered: list[str], received: date) -> Draft:
    """What is none of the choices is left out."""

    def one_of(name: str, known: tuple[str, ...] | list[str]) -> str | None:
        return form.get(name) if form.get(name) in known else None

    ticked = {
        "frequency": one_of("frequency", FREQUENCIES),
        "since": read_since(form.get("since", ""), received),
        "wish": one_of("wish", WISHES),
        "consent": one_of("consent", CONSENT),
    }
    return Draft(
        text=form.get("text", "").strip(),
        rating=one_of("rating", RATINGS),
        product=one_of("product", offered),
        lang=one_of("lang", LANGUAGES),
        answers={name: said for name, said in ticked.items() if said},
        contact={way: said for way in WAYS if (said := form.get(way, "").strip()[:WAY_LENGTH])},
    )


def read_since(stated: str, received: date) -> str | None:
    """The day since which it happens, as forms state it; one after the item was received is none, nor is one of long
    before anything that people complain of."""
    try:
        day = date.fromisoformat(stated)
    except ValueError:
        return None
    return day.isoformat() if received - OLDEST <= day <= received else None


@router.post("/outlets/{source_id}/items/{item_id}")
def transcribe_form(
    request: Request, services: ServicesOf, visitor: Entered, source: SourceOf, item: ItemOf, form: PostedOf
) -> Response:
    config, now = config_of(request), services.clock()
    if services.author_key is None:
        return shown(request, source, item, entered=form, error="not_ready", status=503)
    zone = zone_of(source, config)
    draft = draft_of(form, products_of(config, source), item.received_at.astimezone(zone).date())
    if len(draft.text) > LONGEST:
        return shown(request, source, item, entered=form, error="too_long", status=422)
    if draft.contact and (services.vault_key is None or draft.answers.get("consent") != "yes"):
        return shown(request, source, item, entered=form, error="contact", status=422)
    key, by = inbox_key(services.author_key), visitor.user.name

    def also(connection: Connection) -> None:
        on_record(connection, item, "transcribed", by, now)

    try:
        refused = transcribe(services.engine, source, zone.key, item, draft, key, by, now, also, services.vault_key)
    except DoneBeforeError as before:
        return shown(request, source, item, entered=form, beaten=before, status=409)
    if refused is not None:
        return shown(request, source, item, entered=form, error="no_text", status=422)
    return back(source)


@router.post("/outlets/{source_id}/items/{item_id}/aside")
def aside_form(
    request: Request, services: ServicesOf, visitor: Entered, source: SourceOf, item: ItemOf, form: PostedOf
) -> Response:
    reason = next((known for known in REASONS if known == form.get("reason")), None)
    if reason is None:
        raise HTTPException(422)
    now = services.clock()
    try:
        with writing(services.engine) as connection:
            set_aside(connection, item.id, reason, visitor.user.name, now)
            on_record(connection, item, reason, visitor.user.name, now)
    except DoneBeforeError as before:
        return shown(request, source, item, entered=form, beaten=before, status=409)
    return back(source)


def on_record(connection: Connection, item: Item, outcome: str, by: str, now: datetime) -> None:
    detail = {"source": item.source_id, "number": item.number, "outcome": outcome}
    audit.record(connection, by, "intake_done", detail, now=now)


def back(source: TranscriptsSource) -> Response:
    return RedirectResponse(f"/outlets?{urlencode({'source': source.id})}#waiting", 303)
