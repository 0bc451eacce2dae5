"""A vault to put things into: two raw items, a key, and the whole way into the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from monitor.mention import RawMention
from monitor.redact import redact
from monitor.store.database import writing
from monitor.vault.keeping import keep
from monitor.vault.keys import MasterKey
from tests.unit.monitor.store.samples import NOON, sample, store

MASTER = MasterKey(bytes(range(32)))
COLLECTOR = "tingfeng 0.1.0 feed"
FOUND = RawMention(text="<p>电池发烫，打我 13812345678</p>", external_id="r1", author="王小明", markup="html")


def put(
    engine: Engine,
    version: int,
    found: Sequence[RawMention],
    now: datetime = NOON,
    master: MasterKey = MASTER,
) -> tuple[int, ...]:
    """Stores these as one batch with their evidence; the ids of the rows that changed."""
    items = [(sample(str(raw.external_id), text=redact(raw.text).text, collected_at=now), raw) for raw in found]
    with writing(engine) as connection:
        result = store(connection, [mention for mention, _ in items], version, now)
        kept = keep(connection, items, result.changed_ids, collector=COLLECTOR, master=master)
        assert kept == len(result.changed_ids)
    return result.changed_ids


def raw(external_id: str, text: str = FOUND.text) -> RawMention:
    return replace(FOUND, external_id=external_id, text=text)
