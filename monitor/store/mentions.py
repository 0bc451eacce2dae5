"""Storing a batch of mentions: one upsert on (source, external id); an edit is a revision, a replay changes nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Row, bindparam, delete, select, text
from sqlalchemy import insert as plain_insert

from monitor.mention import Aspect, Mention
from monitor.store.chunks import in_chunks
from monitor.store.duplicates import join_clusters, leave_clusters
from monitor.store.labels import keep_labels
from monitor.store.rollups import mark_steps
from monitor.store.suspicions import as_json, judge_company
from monitor.store.tables import answer, aspect_opinion, match, mention, mention_revision, mention_subject
from monitor.suspicion import score_of

#: How far an item went; it grows without the item being edited.
REACH = ("likes", "replies", "reposts")


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What became of a batch: ``new + updated + unchanged + duplicate`` is its length.

    ``duplicate`` counts items whose key came again later in the same batch (the last one wins), ``undated`` those
    of the new ones whose source states no time. ``changed_ids`` are the rows that were inserted or edited, so
    ``new_ids`` is part of it; both are sorted.
    """

    new: int
    updated: int
    unchanged: int
    duplicate: int
    undated: int
    new_ids: tuple[int, ...]
    changed_ids: tuple[int, ...]


def store_batch(
    connection: Connection,
    mentions: Sequence[Mention],
    *,
    config_version_id: int,
    step_seconds: int,
    now: datetime,
) -> StoreResult:
    """Insert what is new, revise what was edited, leave alone what is as it was. Call it in a write transaction.

    Edited means another title, text or rating, or a time where none was known. The replaced text goes to
    mention_revision; enrichment, matches and subjects are replaced as a whole, but a label that a person gave to these
    very words stays. An edited item that no longer states its time keeps the one it had. Counts of likes, replies and
    reposts are brought up to date and are no edit.
    Steps of the published time, old and new, are marked for the rollup.
    """
    latest = {(item.source_id, item.external_id): item for item in mentions}
    lock_sources(connection, {source_id for source_id, _ in latest})
    stored = find_stored(connection, latest)
    fresh = [item for key, item in latest.items() if key not in stored]
    edited = [(item, stored[key]) for key, item in latest.items() if key in stored and is_edit(item, stored[key])]

    handed_on = leave_clusters(connection, [row.id for _, row in edited])
    insert_mentions(connection, fresh, config_version_id, now)
    revise_mentions(connection, edited, config_version_id, now)
    update_reach(connection, [(item, stored[key]) for key, item in latest.items() if key in stored])
    ids = {key: row.id for key, row in stored.items()}
    ids |= {key: row.id for key, row in find_stored(connection, [key_of(item) for item in fresh], KEYS).items()}
    changed = [(ids[key_of(item)], item) for item in (*fresh, *(item for item, _ in edited))]
    replace_details(connection, changed, [row.id for _, row in edited], config_version_id)
    join_clusters(connection, changed)
    judge_company(connection, [row_id for row_id, _ in changed])
    times = [*handed_on, *(item.published_at for _, item in changed)] + [row.published_at for _, row in edited]
    mark_steps(connection, step_seconds, [time for time in times if time is not None])
    return StoreResult(
        new=len(fresh),
        updated=len(edited),
        unchanged=len(latest) - len(fresh) - len(edited),
        duplicate=len(mentions) - len(latest),
        undated=sum(item.published_at is None for item in fresh),
        new_ids=tuple(sorted(ids[key_of(item)] for item in fresh)),
        changed_ids=tuple(sorted(row_id for row_id, _ in changed)),
    )


def key_of(item: Mention) -> tuple[str, str]:
    return item.source_id, item.external_id


def content_hash(title: str | None, text: str, rating: float | None) -> str:
    """SHA-256 over what an edit can change; JSON keeps the parts apart."""
    return sha256(json.dumps([title, text, rating]).encode()).hexdigest()


def is_edit(item: Mention, row: Row[Any]) -> bool:
    if row.published_at is None and item.published_at is not None:
        return True
    return bool(content_hash(item.title, item.text, item.rating) != row.content_hash)


def lock_sources(connection: Connection, source_ids: Iterable[str]) -> None:
    """Let one transaction at a time store for a source, so that "is it there already?" stays true until the commit.

    SQLite has one writer anyway. In a fixed order, or two batches could wait for each other.
    """
    if connection.dialect.name != "postgresql":
        return
    for source_id in sorted(source_ids):
        key = int.from_bytes(sha256(source_id.encode()).digest()[:8], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


KEYS = (mention.c.id, mention.c.source_id, mention.c.external_id)
STORED = (
    *KEYS,
    mention.c.published_at,
    mention.c.collected_at,
    mention.c.content_hash,
    mention.c.revision,
    mention.c.title,
    mention.c.text,
    mention.c.rating,
    *(mention.c[name] for name in REACH),
)


def find_stored(
    connection: Connection, keys: Iterable[tuple[str, str]], columns: Sequence[Column[Any]] = STORED
) -> dict[tuple[str, str], Row[Any]]:
    """By key, the rows that are stored, with ``columns`` (``KEYS`` among them)."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source_id, external_id in keys:
        by_source[source_id].append(external_id)
    query = select(*columns).where(
        mention.c.source_id == bindparam("of_source"),
        mention.c.external_id.in_(bindparam("wanted", expanding=True)),
    )
    found: dict[tuple[str, str], Row[Any]] = {}
    for source_id, external_ids in by_source.items():
        for chunk in in_chunks(external_ids):
            for row in connection.execute(query, {"of_source": source_id, "wanted": chunk}):
                found[row.source_id, row.external_id] = row
    return found


def insert_mentions(connection: Connection, fresh: Sequence[Mention], config_version_id: int, now: datetime) -> None:
    if not fresh:
        return
    rows = [
        {
            "source_id": item.source_id,
            "external_id": item.external_id,
            "collected_at": item.collected_at,
            "revision": 1,
            **{name: getattr(item, name) for name in REACH},
            **changing_columns(item, item.published_at, item.collected_at, config_version_id, now),
        }
        for item in fresh
    ]
    connection.execute(plain_insert(mention), rows)


def revise_mentions(
    connection: Connection, edited: Sequence[tuple[Mention, Row[Any]]], config_version_id: int, now: datetime
) -> None:
    if not edited:
        return
    replaced = [
        {
            "mention_id": row.id,
            "revision": row.revision,
            "title": row.title,
            "text": row.text,
            "rating": row.rating,
            "replaced_at": now,
        }
        for _, row in edited
    ]
    connection.execute(plain_insert(mention_revision), replaced)
    rows = [
        {
            "row_id": row.id,
            "revision": row.revision + 1,
            **changing_columns(item, item.published_at or row.published_at, row.collected_at, config_version_id, now),
        }
        for item, row in edited
    ]
    keep_labels(connection, rows)
    names: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "row_id"}
    connection.execute(mention.update().where(mention.c.id == bindparam("row_id")).values(names), rows)


def update_reach(connection: Connection, known: Sequence[tuple[Mention, Row[Any]]]) -> None:
    """The newest counts of items that are stored; a source that no longer says keeps what it said."""
    rows = []
    for item, row in known:
        before = {name: getattr(row, name) for name in REACH}
        now = {name: count for name in REACH if (count := getattr(item, name)) is not None}
        if before | now != before:
            rows.append({"row_id": row.id, **before, **now})
    if rows:
        names: dict[str, Any] = {name: bindparam(name) for name in REACH}
        connection.execute(mention.update().where(mention.c.id == bindparam("row_id")).values(names), rows)


def changing_columns(
    item: Mention, published_at: datetime | None, first_seen: datetime, config_version_id: int, now: datetime
) -> dict[str, Any]:
    """Every column that an edit may change."""
    primary = item.subjects[0]
    return {
        "url": item.url,
        "kind": item.kind,
        "title": item.title,
        "text": item.text,
        "author_hash": item.author_hash,
        "author_masked": item.author_masked,
        "published_at": published_at,
        "changed_at": now,
        "timeline_epoch": int((published_at or first_seen).timestamp()),
        "rating": item.rating,
        "lang": item.lang,
        "parent_id": item.parent_id,
        "content_hash": content_hash(item.title, item.text, item.rating),
        "brand_id": primary.brand,
        "product": primary.product,
        "label": item.sentiment.label,
        "score": item.sentiment.score,
        "confidence": item.sentiment.confidence,
        "reasons": [{"span": list(reason.span), "weight": reason.weight} for reason in item.sentiment.reasons],
        "negative": item.negative,
        "engine": item.engine,
        "engine_version": item.engine_version,
        "config_version_id": config_version_id,
        "purpose": item.feedback.purpose,
        "urgency": item.feedback.urgency,
        "urgent_for": list(item.feedback.reasons),
        "vague": item.feedback.vague,
        "suspicion": score_of(item.suspicions),
        "suspicions": as_json(item.suspicions),
    }


def replace_details(
    connection: Connection, changed: Sequence[tuple[int, Mention]], edited_ids: Sequence[int], config_version_id: int
) -> None:
    """Matches, subjects, answers and aspects of the changed rows; only edited rows can have old ones."""
    for chunk in in_chunks(edited_ids):
        connection.execute(delete(match).where(match.c.mention_id.in_(chunk)))
        connection.execute(delete(mention_subject).where(mention_subject.c.mention_id.in_(chunk)))
        connection.execute(delete(answer).where(answer.c.mention_id.in_(chunk)))
        connection.execute(delete(aspect_opinion).where(aspect_opinion.c.mention_id.in_(chunk)))
    matches = [
        {
            "mention_id": row_id,
            "keyword_id": hit.keyword,
            "spans": [list(span) for span in hit.spans],
            "title_spans": [list(span) for span in hit.title_spans],
            "config_version_id": config_version_id,
        }
        for row_id, item in changed
        for hit in item.matches
    ]
    if matches:
        connection.execute(plain_insert(match), matches)
    subjects = [
        {"mention_id": row_id, "brand_id": brand, "product": product}
        for row_id, item in changed
        for brand, product in products_by_brand(item).items()
    ]
    if subjects:
        connection.execute(plain_insert(mention_subject), subjects)
    answers = [
        {"mention_id": row_id, "question": each.question, "value": each.value}
        for row_id, item in changed
        for each in item.answers
    ]
    if answers:
        connection.execute(plain_insert(answer), answers)
    insert_aspects(connection, [(row_id, item.aspects) for row_id, item in changed])


def insert_aspects(connection: Connection, found: Iterable[tuple[int, Sequence[Aspect]]]) -> None:
    """Of mentions, by id, that have none stored."""
    opinions = [
        {
            "mention_id": row_id,
            "aspect": each.name,
            "polarity": each.polarity,
            "span_start": each.span[0],
            "span_end": each.span[1],
        }
        for row_id, aspects in found
        for each in aspects
    ]
    if opinions:
        connection.execute(plain_insert(aspect_opinion), opinions)


def products_by_brand(item: Mention) -> dict[str, str | None]:
    """Each brand once, with the first of its products that was named."""
    brands: dict[str, str | None] = {}
    for subject in item.subjects:
        brands[subject.brand] = brands.get(subject.brand) or subject.product
    return brands
