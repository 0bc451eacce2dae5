"""/hooks/{source}: signed webhooks and the callbacks of WeChat, each proved by a signature over what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from crawlers.inbound import webhook, wechat
from crawlers.inbound.models import WebhookInbound, WechatInbound
from crawlers.inbound.refusal import RefusedError
from dashboard.web.access import ServicesOf
from dashboard.web.inbound.body import HOOK_LIMIT, WECHAT_LIMIT, read_body
from dashboard.web.inbound.taking import Delivery, context_of, in_rate, sifted, take
from monitor.inbox.receiving import count_refusal
from monitor.mention import RawMention, Rejection
from monitor.store.database import writing

router = APIRouter()

Hook = WebhookInbound | WechatInbound


def hook(request: Request, services: ServicesOf, source_id: str) -> Hook:
    """Raises :class:`RefusedError` for a source that is none, or is switched off."""
    entry = services.inbound().get(source_id)
    if not isinstance(entry, WebhookInbound | WechatInbound) or not entry.enabled:
        raise RefusedError(404, "no such hook", "it is not under inbound in operator.yaml, or switched off")
    request.state.inbound_source = source_id
    return entry


HookOf = Annotated[Hook, Depends(hook)]


async def body_of(request: Request, entry: HookOf) -> bytes:
    return await read_body(request, WECHAT_LIMIT if isinstance(entry, WechatInbound) else HOOK_LIMIT)


@router.get("/hooks/{source_id}")
def verify_address(request: Request, services: ServicesOf, entry: HookOf) -> Response:
    """What WeChat asks when the address is entered there."""
    if not isinstance(entry, WechatInbound):
        raise RefusedError(405, "not a page", "send POST")
    return PlainTextResponse(wechat.echo(request.query_params, entry, services.clock()))


@router.post("/hooks/{source_id}")
def post_hook(
    request: Request, services: ServicesOf, source_id: str, entry: HookOf, body: Annotated[bytes, Depends(body_of)]
) -> Response:
    """202 with how many items were accepted; ``success`` for WeChat. A message that came before is not taken twice."""
    now = services.clock()
    if isinstance(entry, WechatInbound):
        call = wechat.read_call(request.query_params, body, entry, now)
        in_rate(request, f"hook {source_id}", now)
        taken(request, Delivery(source_id, call.name, body), entry, [wechat.mention_of(call.fields, entry)])
        return PlainTextResponse("success")
    message = webhook.verified(request.headers, body, entry.secret.get_secret_value(), now)
    in_rate(request, f"hook {source_id}", now)
    answer = taken(request, Delivery(source_id, message.id, body), entry, list(webhook.read_message(message, entry)))
    return JSONResponse(answer, 202)


def taken(
    request: Request, delivery: Delivery, entry: Hook, items: Sequence[RawMention | Rejection]
) -> Mapping[str, object]:
    """What cannot be used is counted and answered for: sending it again would not help."""
    services, now = request.app.state.services, request.app.state.services.clock()
    arrived, rejected = sifted(items, context_of(request, delivery.source_id, entry), now)
    answer = {
        "accepted": len(arrived),
        "rejected": [{"index": index, "error": found.reason} for index, found in rejected],
    }
    given, again = take(request, delivery, arrived, answer)
    if rejected and not again:
        with writing(services.engine) as connection:
            for _, found in rejected:
                count_refusal(connection, delivery.source_id, found.reason, now)
    return {**given, "repeated": True} if again else given
