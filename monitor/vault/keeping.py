"""Keeping the untouched payloads of a batch, in the transaction that stores its mentions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, bindparam, insert, select

from monitor.mention import Mention, RawMention
from monitor.store.chunks import in_chunks
from monitor.store.tables import mention
from monitor.vault.binding import Binding
from monitor.vault.codec import seal
from monitor.vault.keys import MasterKey
from monitor.vault.payload import payload_of
from monitor.vault.tables import evidence, evidence_key

REVISIONS = select(mention.c.id, mention.c.source_id, mention.c.external_id, mention.c.revision).where(
    mention.c.id.in_(bindparam("wanted", expanding=True))
)


def keep(
    connection: Connection,
    items: Iterable[tuple[Mention, RawMention]],
    changed_ids: Sequence[int],
    *,
    collector: str,
    master: MasterKey,
) -> int:
    """Seals what the stored rows ``changed_ids`` (new or edited) were made of; answers how many.

    ``items`` is the whole batch in the order it was stored: of one key that came twice the last is kept, as it is of
    the mention.
    """
    if not changed_ids:
        return 0
    latest = {(item.source_id, item.external_id): (item, found) for item, found in items}
    rows, keys = [], []
    for chunk in in_chunks(changed_ids):
        for row in connection.execute(REVISIONS, {"wanted": chunk}):
            item, found = latest[row.source_id, row.external_id]
            payload = payload_of(found)
            bound = bind(row.id, row.revision, item, payload, collector)
            sealed = seal(payload, bound, master)
            rows.append({**bound.columns(), "blob": sealed.blob})
            keys.append({"mention_id": row.id, "revision": row.revision, "wrapped": sealed.wrapped})
    connection.execute(insert(evidence), rows)
    connection.execute(insert(evidence_key).values(master_id=master.id), keys)
    return len(rows)


def bind(mention_id: int, revision: int, item: Mention, payload: bytes, collector: str) -> Binding:
    return Binding(
        mention_id=mention_id,
        revision=revision,
        source_id=item.source_id,
        external_id=item.external_id,
        sha256=sha256(payload).hexdigest(),
        size=len(payload),
        captured_at=item.collected_at,
        url=item.url,
        collector=collector[:100],
    )
