"""The mentions behind an alert: quotes for the message and the frozen query that finds them all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, exists, func, select

from alerts.notification import Quote
from monitor.store.tables import match, mention, mention_subject

QUOTES = 3
#: Newest negative mentions among which the quotes are chosen: bounds the work in a storm.
CANDIDATES = 100
#: Code points of a text that travel in a message.
QUOTE_LENGTH = 500


def behind(labels: Mapping[str, str], start: int, end: int) -> list[ColumnElement[bool]]:
    """Conditions on ``mention``: published in [start, end) (epoch s) and of the labels' brand, source and keyword."""
    conditions: list[ColumnElement[bool]] = [
        mention.c.timeline_epoch >= start,
        mention.c.timeline_epoch < end,
        mention.c.published_at.is_not(None),
    ]
    if "source" in labels:
        conditions.append(mention.c.source_id == labels["source"])
    if "brand" in labels:
        subject = mention_subject.c
        conditions.append(exists().where(subject.mention_id == mention.c.id, subject.brand_id == labels["brand"]))
    if "keyword" in labels:
        conditions.append(exists().where(match.c.mention_id == mention.c.id, match.c.keyword_id == labels["keyword"]))
    return conditions


def counts(
    connection: Connection, labels: Mapping[str, str], start: int, end: int, *, once: bool = False
) -> tuple[int, int]:
    """(mentions, negative ones) behind the labels in [start, end); ``once`` leaves out what repeats another."""
    negative = func.count().filter(mention.c.negative)
    conditions = [*behind(labels, start, end), *first_of_clusters(once)]
    row = connection.execute(select(func.count(), negative).select_from(mention).where(*conditions))
    total, negatives = row.one()
    return int(total), int(negatives)


def first_of_clusters(once: bool) -> list[ColumnElement[bool]]:
    return [mention.c.duplicate_of.is_(None)] if once else []


def reached_at(
    connection: Connection, labels: Mapping[str, str], start: int, end: int, limit: int, *, once: bool = False
) -> datetime:
    """When the ``limit``-th negative mention behind the labels in [start, end) was published; there must be one."""
    conditions = [*behind(labels, start, end), mention.c.negative, *first_of_clusters(once)]
    query = select(mention.c.timeline_epoch).where(*conditions)
    nth = query.order_by(mention.c.timeline_epoch, mention.c.id).offset(limit - 1).limit(1)
    return datetime.fromtimestamp(connection.execute(nth).scalar_one(), UTC)


def quotes(connection: Connection, labels: Mapping[str, str], start: int, end: int) -> tuple[Quote, ...]:
    """Up to three different texts: worst rating first, then the surest negative score, then the newest.

    A crisis word quotes any of its hits; the other measures quote negative mentions only.
    """
    conditions = behind(labels, start, end)
    if "keyword" not in labels:
        conditions.append(mention.c.negative)
    query = select(mention).where(*conditions).order_by(mention.c.timeline_epoch.desc(), mention.c.id.desc())
    chosen: dict[str, Any] = {}
    for row in sorted(connection.execute(query.limit(CANDIDATES)), key=badness):
        chosen.setdefault(" ".join(row.text.split()), row)
    return tuple(quote(row) for row in list(chosen.values())[:QUOTES])


def badness(row: Any) -> tuple[bool, float, float, int]:
    return not row.negative, 0.5 if row.rating is None else row.rating, row.score, -row.id


def quote(row: Any) -> Quote:
    return Quote(
        row.id, row.text[:QUOTE_LENGTH], row.author_masked, row.url, row.rating, row.source_id, row.published_at
    )


def mentions_path(labels: Mapping[str, str], start: int, end: int) -> str:
    """The dashboard's list of exactly these mentions. Without a brand it says so: the page has a default brand."""
    since, until = (datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for epoch in (start, end))
    shown = {name: value for name, value in labels.items() if name in ("brand", "source", "keyword")}
    return "/mentions?" + urlencode({"brand": "*", **shown, "since": since, "until": until, "dated": "1"})
