"""Signed webhooks: Standard Webhooks 1.0 (headers, signature, tolerance), and the mapping of their JSON to mentions.

The signature is HMAC-SHA-256 over ``{id}.{timestamp}.{body}``, base64, under the bytes behind ``whsec_``; the header
may hold several, separated by spaces, of which one has to fit. Origin: the specification of the Standard Webhooks
project (spec/standard-webhooks.md). Pure.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawlers.imports.cells import plain, read_count
from crawlers.inbound.jsonbody import text_of, value_of
from crawlers.inbound.models import WebhookInbound, key_of
from crawlers.inbound.refusal import RefusedError
from monitor.mention import Kind, RawMention, Rejection

TOLERANCE = timedelta(minutes=5)
KINDS: Mapping[str, Kind] = {"review": "review", "post": "post", "comment": "comment", "article": "article"}
#: Items of one message.
MOST = 500


@dataclass(frozen=True, slots=True)
class Message:
    """``id`` is the sender's name for it, the same at each attempt; ``sent_at`` is of the attempt."""

    id: str
    sent_at: int
    body: bytes


def signature(key: bytes, name: str, sent_at: str, body: bytes) -> str:
    signed = f"{name}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def verified(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Message:
    """The message, if its signature is right and fresh. ``headers`` by lower-case name. Raises
    :class:`RefusedError`."""
    name, stated, given = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not name or not stated or not given:
        raise RefusedError(400, "missing header", "send webhook-id, webhook-timestamp and webhook-signature")
    if len(name) > 256 or not name.isascii() or not name.isprintable():
        raise RefusedError(400, "bad header", "webhook-id must be up to 256 visible ASCII characters")
    sent_at = fresh(stated, now, "webhook-timestamp")
    right = signature(key_of(secret), name, stated, body).encode()
    # Each is compared to the end, so that time tells nothing about which one came close.
    fits = [
        hmac.compare_digest(right, each.removeprefix("v1,").encode())
        for each in given.split(" ")[:20]
        if each.startswith("v1,")
    ]
    if not any(fits):
        raise RefusedError(401, "wrong signature", "no v1 signature fits: compare the secret and sign the raw body")
    return Message(name, sent_at, body)


def fresh(stated: str, now: datetime, what: str) -> int:
    """Epoch seconds that are within five minutes of ``now``. Raises :class:`RefusedError`."""
    if not (stated.isascii() and stated.isdigit() and len(stated) <= 12):
        raise RefusedError(400, "bad header", f"{what} must be epoch seconds")
    if abs(int(stated) - now.timestamp()) > TOLERANCE.total_seconds():
        raise RefusedError(400, "stale timestamp", f"{what} is more than 5 minutes from our clock")
    return int(stated)


def read_message(message: Message, source: WebhookInbound) -> Iterator[RawMention | Rejection]:
    """The items of a message; none where ``only`` excludes it. Raises :class:`RefusedError`."""
    value = value_of(text_of(message.body))
    if any(plain(at(value, path)) != wanted for path, wanted in source.only.items()):
        return
    items = value if source.items is None else at(value, source.items)
    listed = items if source.items is not None and isinstance(items, list) else [items]
    if len(listed) > MOST:
        raise RefusedError(422, "too many items", f"{len(listed)} in one message, at most {MOST}")
    for item in listed:
        yield mention_of(item, source, message)


def mention_of(item: Any, source: WebhookInbound, message: Message) -> RawMention | Rejection:
    """Where the mapping names no ``published``, the message was sent when it happened."""
    words = {field: plain(at(item, path)) for field, path in source.mapping.items()}
    if not words.get("text") and not words.get("title"):
        return Rejection("no text")
    rated = words.get("rating") is not None
    return RawMention(
        text=words.get("text") or "",
        external_id=words.get("external_id"),
        url=words.get("url"),
        kind=KINDS.get(words.get("kind") or "", source.item_kind),
        title=words.get("title"),
        author=words.get("author"),
        published=words.get("published") if "published" in source.mapping else str(message.sent_at),
        rating=words.get("rating"),
        rating_best=words.get("rating_best") if rated else None,
        rating_worst=words.get("rating_worst") if rated else None,
        lang=words.get("lang"),
        product=words.get("product"),
        parent_id=words.get("parent_id"),
        markup=source.markup,
        likes=read_count(words.get("likes")),
        replies=read_count(words.get("replies")),
        reposts=read_count(words.get("reposts")),
    )


def at(value: Any, path: str) -> Any:
    """What stands at a JSON pointer (RFC 6901); ``None`` where nothing does."""
    for part in path.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 6 and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
