"""Clusters over batches and restarts: a new text meets the first text of each cluster by rows of LSH keys.

A mention whose ``duplicate_of`` is null is the first of its cluster, or alone; the others name the first. Only firsts
have rows in ``duplicate_key``. "Counted once" therefore means: those whose ``duplicate_of`` is null.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy import insert as plain_insert

from monitor.duplicates.core import core_of
from monitor.duplicates.index import most_met, nearest
from monitor.mention import Fingerprint, Mention
from monitor.store.chunks import in_chunks
from monitor.store.tables import duplicate_key, mention

#: A copy that comes later begins a cluster of its own.
KEYS_KEPT = timedelta(days=30)


def join_clusters(connection: Connection, stored: Sequence[tuple[int, Mention]]) -> None:
    """Put each of these rows into the cluster of the first text that it is most alike, else make it a first itself.

    Rows that were there before (edits) must have left theirs (:func:`leave_clusters`). Call it in the transaction that
    stores; two that run at once on PostgreSQL do not see each other's firsts.
    """
    items = [(row_id, item.fingerprint) for row_id, item in sorted(stored, key=lambda each: each[0])]
    items = [(row_id, fingerprint) for row_id, fingerprint in items if fingerprint.keys]
    known = firsts_by_key(connection, {key for _, fingerprint in items for key in fingerprint.keys})
    cores = cores_of(connection, {first for firsts in known.values() for first in firsts})
    joined: list[dict[str, int]] = []
    added: list[dict[str, int]] = []
    for row_id, fingerprint in items:
        first = nearest(fingerprint.core, candidates(fingerprint, known, cores))
        if first is not None:
            joined.append({"row_id": row_id, "first": first})
            continue
        cores[row_id] = fingerprint.core
        for key in set(fingerprint.keys):
            known[key].append(row_id)
            added.append({"key": key, "mention_id": row_id})
    if joined:
        statement = update(mention).where(mention.c.id == bindparam("row_id")).values(duplicate_of=bindparam("first"))
        connection.execute(statement, joined)
    if added:
        connection.execute(plain_insert(duplicate_key), added)


def candidates(fingerprint: Fingerprint, known: Mapping[int, list[int]], cores: Mapping[int, str]) -> dict[int, str]:
    meetings = (first for key in set(fingerprint.keys) for first in known.get(key, ()))
    return {first: cores[first] for first in most_met(meetings)}


def firsts_by_key(connection: Connection, keys: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(duplicate_key).where(duplicate_key.c.key.in_(bindparam("wanted", expanding=True)))
    for chunk in in_chunks(sorted(keys)):
        for row in connection.execute(query, {"wanted": chunk}):
            found[row.key].append(row.mention_id)
    return found


def cores_of(connection: Connection, ids: set[int]) -> dict[int, str]:
    cores: dict[int, str] = {}
    for chunk in in_chunks(sorted(ids)):
        rows = connection.execute(select(mention.c.id, mention.c.text).where(mention.c.id.in_(chunk)))
        cores |= {row.id: core_of(row.text) for row in rows}
    return cores


def leave_clusters(connection: Connection, ids: Sequence[int]) -> list[datetime]:
    """Take these rows out of their clusters, before they are edited or deleted. The oldest that is left of a cluster
    becomes its first; answers the published times of the new firsts, whose steps are to be counted anew."""
    times: list[datetime] = []
    for chunk in in_chunks(ids):
        connection.execute(update(mention).where(mention.c.id.in_(chunk)).values(duplicate_of=None))
        heirs = connection.execute(
            select(mention.c.duplicate_of, func.min(mention.c.id))
            .where(mention.c.duplicate_of.in_(chunk))
            .group_by(mention.c.duplicate_of)
        ).all()
        for first, heir in heirs:
            connection.execute(update(mention).where(mention.c.duplicate_of == first).values(duplicate_of=heir))
            connection.execute(update(mention).where(mention.c.id == heir).values(duplicate_of=None))
            connection.execute(update(duplicate_key).where(duplicate_key.c.mention_id == first).values(mention_id=heir))
            published = connection.scalar(select(mention.c.published_at).where(mention.c.id == heir))
            times += [published] if published is not None else []
        connection.execute(delete(duplicate_key).where(duplicate_key.c.mention_id.in_(chunk)))
    return times


def forget_keys(connection: Connection, before: datetime) -> int:
    """Drop the keys of what was collected before this moment, and answer how many there were: reposts come soon after
    what they repeat, and keys are most of what a cluster costs. Clusters stay."""
    newest_old = select(func.max(mention.c.id)).where(mention.c.collected_at < before).scalar_subquery()
    return connection.execute(delete(duplicate_key).where(duplicate_key.c.mention_id <= newest_old)).rowcount


def cluster_sizes(connection: Connection, firsts: Sequence[int]) -> dict[int, int]:
    """First → mentions in its cluster, itself included; 1 for what has no duplicate."""
    sizes = dict.fromkeys(firsts, 1)
    for chunk in in_chunks(firsts):
        query = (
            select(mention.c.duplicate_of, func.count())
            .where(mention.c.duplicate_of.in_(chunk))
            .group_by(mention.c.duplicate_of)
        )
        for first, copies in connection.execute(query):
            sizes[first] += copies
    return sizes
