"""Which mentions a list, a count or an export asks for. Brand and product go by every subject of a mention, not only
the primary one, exactly as the rollup counts them: the rows behind a figure are as many as the figure says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, and_, exists, false, literal, true, tuple_

from monitor.mention import Answer, Kind, Label, Purpose, Urgency
from monitor.store.tables import answer, aspect_opinion, match, mention, mention_subject
from monitor.suspicion import SUSPICIOUS


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """Everything optional, all of it together (AND). ``since`` inclusive and ``until`` exclusive, aware, on the
    published time, or on that of collecting where there is none; ratings 0–1 and inclusive. ``dated=True`` leaves
    undated mentions out, as trends do. ``polarity`` is of the aspect, or of any where none is asked for; ``cluster``
    is the id of its first mention."""

    brand: str | None = None
    source: str | None = None
    product: str | None = None
    label: Label | None = None
    negative: bool | None = None
    keyword: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    rating_min: float | None = None
    rating_max: float | None = None
    lang: str | None = None
    kind: Kind | None = None
    dated: bool | None = None
    answer: Answer | None = None
    aspect: str | None = None
    polarity: Label | None = None
    purpose: Purpose | None = None
    urgency: Urgency | None = None
    vague: bool | None = None
    suspicious: bool | None = None
    cluster: int | None = None


def conditions(filters: MentionFilter) -> list[ColumnElement[bool]]:
    columns = mention.c
    wanted: list[ColumnElement[bool]] = []
    for column, value in (
        (columns.source_id, filters.source),
        (columns.label, filters.label),
        (columns.lang, filters.lang),
        (columns.kind, filters.kind),
        (columns.purpose, filters.purpose),
        (columns.urgency, filters.urgency),
    ):
        if value is not None:
            wanted.append(column == value)
    if filters.negative is not None:
        wanted.append(columns.negative == (true() if filters.negative else false()))
    if filters.since is not None:
        wanted.append(columns.timeline_epoch >= ceil(filters.since.timestamp()))
    if filters.until is not None:
        wanted.append(columns.timeline_epoch < ceil(filters.until.timestamp()))
    if filters.rating_min is not None:
        wanted.append(columns.rating >= filters.rating_min)
    if filters.rating_max is not None:
        wanted.append(columns.rating <= filters.rating_max)
    if filters.dated is not None:
        wanted.append(columns.published_at.is_not(None) if filters.dated else columns.published_at.is_(None))
    if filters.vague is not None:
        wanted.append(columns.vague == (true() if filters.vague else false()))
    if filters.suspicious is not None:
        enough = columns.suspicion >= SUSPICIOUS
        wanted.append(enough if filters.suspicious else ~enough)
    if filters.cluster is not None:
        wanted.append((columns.id == filters.cluster) | (columns.duplicate_of == filters.cluster))
    return wanted + related(filters)


def related(filters: MentionFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.brand is not None or filters.product is not None:
        subject = [mention_subject.c.mention_id == mention.c.id]
        if filters.brand is not None:
            subject.append(mention_subject.c.brand_id == filters.brand)
        if filters.product is not None:
            subject.append(mention_subject.c.product == filters.product)
        wanted.append(exists().where(and_(*subject)))
    if filters.aspect is not None or filters.polarity is not None:
        said = [aspect_opinion.c.mention_id == mention.c.id]
        if filters.aspect is not None:
            said.append(aspect_opinion.c.aspect == filters.aspect)
        if filters.polarity is not None:
            said.append(aspect_opinion.c.polarity == filters.polarity)
        wanted.append(exists().where(and_(*said)))
    if filters.keyword is not None:
        wanted.append(exists().where(match.c.mention_id == mention.c.id, match.c.keyword_id == filters.keyword))
    if filters.answer is not None:
        given = (answer.c.question == filters.answer.question, answer.c.value == filters.answer.value)
        wanted.append(exists().where(answer.c.mention_id == mention.c.id, *given))
    return wanted


def older_than(position: tuple[int, int]) -> ColumnElement[bool]:
    """After ``position`` in a list that is ordered by (timeline, id), both descending."""
    epoch, row_id = position
    return tuple_(mention.c.timeline_epoch, mention.c.id) < tuple_(literal(epoch), literal(row_id))
