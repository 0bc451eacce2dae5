"""POST /api/v1/mentions: mentions in our own schema, from a program that holds a token of one source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from crawlers.inbound.models import ApiInbound
from crawlers.inbound.refusal import RefusedError
from crawlers.inbound.schema import Fault, read_items, read_mentions
from dashboard.tokens import ApiToken, find_token, used
from dashboard.web import audit
from dashboard.web.access import ServicesOf
from dashboard.web.inbound.body import API_LIMIT, lines_stated, read_body
from dashboard.web.inbound.taking import Delivery, context_of, in_rate, sifted, take
from monitor.mention import RawMention
from monitor.store.database import reading

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Writer:
    token: ApiToken
    entry: ApiInbound


def writer(request: Request, services: ServicesOf) -> Writer:
    """Who calls, before anything of the body is read. Raises :class:`RefusedError`."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise RefusedError(401, "no token", "send Authorization: Bearer tf_…")
    with reading(services.engine) as connection:
        token = find_token(connection, given.strip())
    if token is None:
        raise RefusedError(401, "unknown token", "it was mistyped or revoked")
    request.state.inbound_source = token.source_id
    in_rate(request, f"token {token.id}", services.clock())
    entry = services.inbound().get(token.source_id)
    if not isinstance(entry, ApiInbound) or not entry.enabled:
        raise RefusedError(403, "source is not open", f"inbound.{token.source_id} in operator.yaml must be of kind api")
    return Writer(token, entry)


async def body_of(request: Request, _writer: Annotated[Writer, Depends(writer)]) -> bytes:
    lines_stated(request)
    return await read_body(request, API_LIMIT)


@router.post("/api/v1/mentions")
def post_mentions(
    request: Request,
    services: ServicesOf,
    caller: Annotated[Writer, Depends(writer)],
    body: Annotated[bytes, Depends(body_of)],
) -> Response:
    """202 with how many were accepted and what is wrong with each of the others; 422 where none was accepted."""
    source_id, now = caller.token.source_id, services.clock()
    delivery = Delivery(source_id, request_name(request, caller.token), body)
    read = list(read_mentions(read_items(body, lines_stated(request)), caller.entry.item_kind))
    faults = [item for _, item in read if isinstance(item, Fault)]
    good = [(index, item) for index, item in read if isinstance(item, RawMention)]
    arrived, rejected = sifted((item for _, item in good), context_of(request, source_id, caller.entry), now)
    faults += [Fault(good[place][0], FIELD.get(found.reason, ""), words(found.reason)) for place, found in rejected]
    answer = {
        "source": source_id,
        "accepted": len(arrived),
        "rejected": [fault.as_json() for fault in sorted(faults, key=lambda fault: fault.index)],
    }
    if not arrived:
        request.state.inbound_source = source_id
        return JSONResponse({"error": "no item accepted", **answer}, 422)

    def also(connection: Connection, at: datetime) -> None:
        used(connection, caller.token, at)
        detail = {"source": source_id, "accepted": len(arrived), "rejected": len(faults)}
        audit.record(connection, f"token {caller.token.name}", "mentions_received", detail, now=at)

    given, again = take(request, delivery, arrived, answer, also)
    return JSONResponse(given, 202, headers={"Idempotency-Replayed": "true"} if again else {})


#: The field that a reason of the normaliser is about.
FIELD = {
    "no text": "text",
    "too long": "text",
    "bad date": "published_at",
    "future date": "published_at",
    "relative date": "published_at",
    "bad rating": "rating",
}
WORDS = {
    "no text": "there is no text",
    "too long": "at most 100,000 characters of text",
    "bad date": "cannot be read: write ISO 8601, as 2026-11-23T12:00:00Z, or epoch seconds",
    "future date": "lies in the future",
    "relative date": "write the whole date, as 2026-11-23T12:00:00Z",
    "bad rating": "outside its scale: 1 to 5, or state rating_best and rating_worst",
}


def words(reason: str) -> str:
    return WORDS.get(reason, reason)


def request_name(request: Request, token: ApiToken) -> str | None:
    """The sender's Idempotency-Key, within its token. Raises :class:`RefusedError`."""
    stated = request.headers.get("idempotency-key")
    if stated is None:
        return None
    if not 1 <= len(stated) <= 255 or not stated.isascii() or not stated.isprintable():
        raise RefusedError(400, "bad header", "Idempotency-Key must be up to 255 visible ASCII characters")
    return f"token {token.id} {stated}"
