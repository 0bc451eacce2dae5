"""The end of an item's time in the vault."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, and_, delete, select

from monitor.store.chunks import CHUNK
from monitor.store.database import reading, writing
from monitor.store.tables import mention
from monitor.vault.erasure import ENCLOSED, discard, erase, overwriting
from monitor.vault.tables import consent, evidence


def expire(engine: Engine, before: datetime, chunk: int = CHUNK) -> int:
    """Deletes all evidence captured before that moment, keys and rows; answers how many revisions.

    A transaction for each ``chunk``, so that collecting goes on meanwhile. Cut short or run twice, it goes on with what
    is left.
    """
    oldest = (
        select(evidence.c.mention_id, evidence.c.revision)
        .where(evidence.c.captured_at < before)
        .order_by(evidence.c.captured_at)
        .limit(chunk)
    )
    expired = 0
    while True:
        with reading(engine) as connection:
            found = [(row.mention_id, row.revision) for row in connection.execute(oldest)]
        if not found:
            return expired
        with writing(engine) as connection:
            discard(connection, found)
        expired += len(found)


def keep_promises(connection: Connection, now: datetime) -> int:
    """Deletes what was promised to be gone by now to those who sent it with their consent: the enclosed files, the
    contact, and the untouched words; answers how many mentions that was. Their redacted text stays.

    Call it in a write transaction; it may run twice.
    """
    over = (
        select(consent.c.source_id, consent.c.external_id, mention.c.id)
        .outerjoin(
            mention,
            and_(mention.c.source_id == consent.c.source_id, mention.c.external_id == consent.c.external_id),
        )
        .where(consent.c.expires_at <= now)
    )
    rows = connection.execute(over).all()
    for row in rows:
        if row.id is not None:
            erase(connection, row.id)
    with overwriting(connection):
        for table in ENCLOSED:
            connection.execute(delete(table).where(table.c.expires_at <= now))
        for row in rows:
            gone = and_(consent.c.source_id == row.source_id, consent.c.external_id == row.external_id)
            connection.execute(delete(consent).where(gone))
    return len(rows)
