"""Taking out what was taken away at its source: the law and the platforms' terms ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from monitor.store.chunks import in_chunks
from monitor.store.rollups import mark_steps
from monitor.store.tables import match, mention, mention_revision, mention_subject
from monitor.vault.erasure import forget


def delete_mentions(connection: Connection, source_id: str, external_ids: Iterable[str], step_seconds: int) -> int:
    """Delete these items of a source with their revisions, matches, subjects and evidence, the keys of which are
    gone with it; answers how many there were.

    Their steps are marked, so that trends no longer count them. What was already sent or put into a ticket stays
    there: it is a record of what people were told. Call it in a write transaction.
    """
    deleted = 0
    for chunk in in_chunks(sorted(set(external_ids))):
        rows = connection.execute(
            select(mention.c.id, mention.c.published_at).where(
                mention.c.source_id == source_id, mention.c.external_id.in_(chunk)
            )
        ).all()
        ids = [row.id for row in rows]
        forget(connection, ids)
        for table in (match, mention_subject, mention_revision):
            connection.execute(delete(table).where(table.c.mention_id.in_(ids)))
        connection.execute(delete(mention).where(mention.c.id.in_(ids)))
        mark_steps(connection, step_seconds, [row.published_at for row in rows if row.published_at is not None])
        deleted += len(ids)
    return deleted
