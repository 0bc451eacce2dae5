"""Taking in what was sent: durable before it is answered. Each function belongs in a write transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from monitor.inbox.sealing import InboxKey, seal
from monitor.inbox.tables import inbound_receipt, inbound_refusal, inbox
from monitor.mention import RawMention
from monitor.store.database import insert as upsert

#: Where refusals are counted whose sender is not known.
UNKNOWN = "-"
#: Senders try again for two days at most; and no signature is valid for longer than minutes.
RECEIPTS_KEPT = timedelta(days=3)
REFUSALS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Arrived:
    """``external_id`` is the key under which the item will be stored."""

    external_id: str
    found: RawMention


class KeyReusedError(ValueError):
    """The sender used the name of an earlier request for another one."""


def receive(connection: Connection, source_id: str, items: Iterable[Arrived], key: InboxKey, now: datetime) -> int:
    """Puts the items into the inbox; how many."""
    rows = [
        {
            "source_id": source_id,
            "external_id": item.external_id,
            "received_at": now,
            "payload": seal(item.found, source_id, key),
            "state": "waiting",
            "attempts": 0,
            "retry_at": now,
            "reason": "",
        }
        for item in items
    ]
    if rows:
        connection.execute(insert(inbox), rows)
    return len(rows)


def earlier_answer(connection: Connection, source_id: str, name: str, body: bytes) -> dict[str, Any] | None:
    """What was answered to this very request before. Raises :class:`KeyReusedError` where the body was another."""
    row = connection.execute(
        select(inbound_receipt.c.body_hash, inbound_receipt.c.answer).where(
            inbound_receipt.c.source_id == source_id, inbound_receipt.c.key == digest(name.encode())
        )
    ).first()
    if row is None:
        return None
    if row.body_hash != digest(body):
        raise KeyReusedError
    return dict(row.answer)


def remember_answer(
    connection: Connection, source_id: str, name: str, body: bytes, answer: Mapping[str, Any], now: datetime
) -> None:
    """Also sweeps away what nobody asks about any more."""
    connection.execute(delete(inbound_receipt).where(inbound_receipt.c.received_at < now - RECEIPTS_KEPT))
    connection.execute(
        insert(inbound_receipt).values(
            source_id=source_id,
            key=digest(name.encode()),
            body_hash=digest(body),
            received_at=now,
            answer=dict(answer),
        )
    )


def count_refusal(connection: Connection, source_id: str, reason: str, now: datetime) -> None:
    day = now.date()
    connection.execute(delete(inbound_refusal).where(inbound_refusal.c.day < day - REFUSALS_KEPT))
    statement = upsert(connection, inbound_refusal).values(
        source_id=source_id, day=day, reason=reason[:60], number=1, last_at=now
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[inbound_refusal.c.source_id, inbound_refusal.c.day, inbound_refusal.c.reason],
            set_={"number": inbound_refusal.c.number + 1, "last_at": now},
        )
    )


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()
