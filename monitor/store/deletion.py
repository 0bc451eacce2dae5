"""Taking out what was taken away at its source: the law and the platforms' terms ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, delete, func, select

from monitor.store.chunks import in_chunks
from monitor.store.duplicates import leave_clusters
from monitor.store.rollups import mark_steps
from monitor.store.tables import (
    answer,
    aspect_opinion,
    label,
    match,
    mention,
    mention_revision,
    mention_subject,
    suspicion_review,
)
from monitor.vault.erasure import forget

#: What is known of a mention; its files, contact and evidence are forgotten before it.
DETAILS = (match, mention_subject, mention_revision, answer, label, aspect_opinion, suspicion_review)


def delete_mentions(
    connection: Connection,
    source_id: str,
    external_ids: Iterable[str],
    step_seconds: int,
    prefixes: Iterable[str] = (),
) -> int:
    """Delete these items of a source, and those whose external id begins with one of ``prefixes``, with their
    revisions, matches, subjects, answers, labels, aspects and evidence, the keys of which are gone with it, and what
    was enclosed with them (files, contact); answers how many there were.

    Their steps are marked, so that trends no longer count them. What was already sent or put into a ticket stays
    there: it is a record of what people were told. Call it in a write transaction.
    """
    deleted = 0
    for condition in (*named(external_ids), *begun(prefixes)):
        rows = connection.execute(
            select(mention.c.id, mention.c.published_at).where(mention.c.source_id == source_id, condition)
        ).all()
        if not rows:
            continue  # a stream names every deletion of its network, hardly one of which is ours
        for ids in in_chunks([row.id for row in rows]):
            forget(connection, ids)
            mark_steps(connection, step_seconds, leave_clusters(connection, ids))
            for table in DETAILS:
                connection.execute(delete(table).where(table.c.mention_id.in_(ids)))
            connection.execute(delete(mention).where(mention.c.id.in_(ids)))
        mark_steps(connection, step_seconds, [row.published_at for row in rows if row.published_at is not None])
        deleted += len(rows)
    return deleted


def named(external_ids: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    for chunk in in_chunks(sorted(set(external_ids))):
        yield mention.c.external_id.in_(chunk)


def begun(prefixes: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """One pass over the source's items for all prefixes of one length. LIKE would make one for each, ignore case on
    SQLite, and ask for another index on PostgreSQL, as would an interval in a language's own order."""
    by_length: dict[int, set[str]] = {}
    for prefix in prefixes:
        if not prefix:
            raise ValueError("an empty prefix would take all items of the source")
        by_length.setdefault(len(prefix), set()).add(prefix)
    for length, group in sorted(by_length.items()):
        for chunk in in_chunks(sorted(group)):
            yield func.substr(mention.c.external_id, 1, length).in_(chunk)
