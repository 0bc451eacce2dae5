"""The end of an item's time in the vault."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select

from monitor.store.chunks import CHUNK
from monitor.store.database import reading, writing
from monitor.vault.erasure import discard
from monitor.vault.tables import evidence


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
