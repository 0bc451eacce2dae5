"""/form/{source}: the feedback form, for everybody. No cookie is read or set; a form is proved by the token in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from crawlers.feedback.report import Fault, Report, Sent, read_report
from crawlers.feedback.source import FormSource
from crawlers.feedback.token import REFERENCE, FormKey, TokenError, form_key, name_of, new_token, reference
from crawlers.inbound.acceptance import examine
from crawlers.inbound.refusal import RefusedError
from dashboard.web.access import ServicesOf, foreign_origin, services_of
from dashboard.web.inbound.form_view import form_page, notice_of, render
from dashboard.web.inbound.parts import read_parts
from dashboard.web.inbound.rate import RateLimit
from dashboard.web.inbound.taking import Delivery, take
from dashboard.web.services import Services
from dashboard.web.shell import config_or_none
from monitor.inbox.receiving import Arrived, count_refusal
from monitor.mention import Rejection
from monitor.normalise.item import SourceContext
from monitor.store.database import reading, writing
from monitor.vault.consent import Notice, agree, given_since
from monitor.vault.enclosure import Place, attach, keep_contact

router = APIRouter()
PER_MINUTE = 10


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: its entry, the zone that its dates are in, and the key of its tokens. ``sealing``: there is a vault
    key, so that files and contacts can be taken."""

    source: FormSource
    zone: ZoneInfo
    key: FormKey
    sealing: bool


def form_of(request: Request, services: ServicesOf, source_id: str) -> Form:
    """Raises :class:`RefusedError` for a form that is none or is switched off, and before all is set up."""
    config = config_or_none(request)
    source = config.source(source_id) if config else None
    if config is None or not isinstance(source, FormSource) or not source.enabled:
        raise RefusedError(404, "no such form", "it is not in keywords.yaml, or switched off")
    request.state.inbound_source, request.state.form = source_id, source
    if services.author_key is None:
        raise RefusedError(503, "not ready", "TINGFENG_AUTHOR_KEY is not set")
    zone = ZoneInfo(source.timezone or config.settings.timezone)
    return Form(source, zone, form_key(services.author_key), services.vault_key is not None)


FormOf = Annotated[Form, Depends(form_of)]


def let_in(request: Request, services: ServicesOf, form: FormOf) -> None:
    """Before anything of the body is read. Raises :class:`RefusedError`."""
    if foreign_origin(request):
        raise RefusedError(403, "wrong origin", "only our own page may send the form")
    limit: RateLimit = request.app.state.form_rate
    if wait := limit.wait(f"{form.source.id} {sender(request)}", services.clock()):
        raise RefusedError(429, "too many requests", f"at most {limit.per_minute} a minute", retry_after=wait)


def sender(request: Request) -> str:
    """The address that asks, of IPv6 the network of one connection. It is kept in memory for a minute, nowhere else."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


async def sent_form(request: Request, _let_in: Annotated[None, Depends(let_in)]) -> Sent:
    return await read_parts(request)


@router.get("/form/{source_id}")
def show_form(request: Request, services: ServicesOf, form: FormOf) -> Response:
    token = new_token(form.source.id, services.clock(), form.key)
    return form_page(request, form.source, token, sealing=form.sealing)


@router.get("/form/{source_id}/sent")
def show_thanks(request: Request, form: FormOf, ref: str = "") -> Response:
    if not REFERENCE.fullmatch(ref):
        raise RefusedError(404, "no such form", "a reference looks like 7Q2K-9XMD-4TCV")
    return render(request, "form_sent.html", form.source, reference=ref)


@router.post("/form/{source_id}")
def post_form(
    request: Request, services: ServicesOf, form: FormOf, sent: Annotated[Sent, Depends(sent_form)]
) -> Response:
    """303 to the page with the reference; 422 with the form as it was filled in, where something is wrong with it."""
    now, source = services.clock(), form.source
    try:
        name = name_of(sent.said("token"), source.id, now, form.key)
    except TokenError as error:
        return again(request, form, sent, [Fault("token", error.reason)])
    report = read_report(sent, source, now.astimezone(form.zone).date(), sealing=form.sealing)
    if not isinstance(report, Report):
        return again(request, form, sent, report)
    notices = (notice_of(source, language, sealing=form.sealing) for language in source.languages)
    notice = next((each for each in notices if each.version == sent.said("notice")), None)
    if notice is None:
        return again(request, form, sent, [Fault("consent", "changed")])
    number = reference(source.id, name, form.key)
    try:
        keep(request, form, report, Delivery(source.id, f"form {name}", sent.canonical()), notice, number)
    except RefusedError as error:
        if error.status != 409:
            raise
        return again(request, form, sent, [Fault("token", "used")])
    return RedirectResponse(f"/form/{source.id}/sent?{urlencode({'ref': number, 'lang': notice.lang})}", 303)


def again(request: Request, form: Form, sent: Sent, faults: tuple[Fault, ...] | list[Fault]) -> Response:
    """The form with all that was typed, under a new token, and what is wrong with it; counted by what that is."""
    services = services_of(request)
    now = services.clock()
    with writing(services.engine) as connection:
        count_refusal(connection, form.source.id, refusal_reason(faults[0]), now)
    values = {name: value for name, value in sent.values.items() if name not in ("token", "notice", "fax")}
    if any(fault.field == "consent" for fault in faults):
        values.pop("consent", None)
    return form_page(
        request,
        form.source,
        new_token(form.source.id, now, form.key),
        sealing=form.sealing,
        status=422,
        values=values,
        faults=faults,
        dropped=any(sent.files.values()),
    )


def refusal_reason(fault: Fault) -> str:
    match fault.field, fault.reason:
        case "token", reason:
            return f"form {reason}"
        case "fax", _:
            return "form filled in by a program"
        case _:
            return "form not filled in rightly"


def keep(request: Request, form: Form, report: Report, delivery: Delivery, notice: Notice, number: str) -> None:
    """All of it in one transaction: the words into the inbox, the rest into the vault. Raises :class:`RefusedError`."""
    services, source = services_of(request), form.source
    now = services.clock()
    context = SourceContext(source.id, form.zone.key, source.lang, source.product)
    found = report.mention(number, now.astimezone(UTC).isoformat(), source.lang)
    taken = examine(found, context, now)
    if isinstance(taken, Rejection):
        raise RefusedError(422, taken.reason)
    place = Place(source.id, number, now, now + source.keep)

    def enclose(connection: Connection, _now: datetime) -> None:
        agree(connection, place, notice, may_contact=report.may_contact)
        if services.vault_key is not None:
            attach(connection, place, report.files, services.vault_key)
            if report.contact:
                keep_contact(connection, place, report.contact, services.vault_key)

    within_a_day(services, form, now)
    take(request, delivery, [Arrived(taken.external_id, found)], {"reference": number}, enclose)


def within_a_day(services: Services, form: Form, now: datetime) -> None:
    """So that whoever has many addresses cannot fill the disk. Raises :class:`RefusedError`."""
    midnight = now.astimezone(form.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with reading(services.engine) as connection:
        if given_since(connection, form.source.id, midnight) >= form.source.per_day:
            raise RefusedError(429, "too many forms today", f"at most {form.source.per_day}", retry_after=3600)
