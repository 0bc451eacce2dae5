"""Reading stored mentions: pages by keyset, exports as a stream, always newest first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, Select, func, select

from monitor.keywords.document import Document
from monitor.mention import Answer, Aspect, KeywordMatch, Kind, Label, Purpose, Reason, Subject, Suspicion, Urgency
from monitor.store.chunks import in_chunks
from monitor.store.filters import MentionFilter, conditions, older_than
from monitor.store.labels import Correction, corrections
from monitor.store.suspicions import read_suspicions
from monitor.store.tables import answer, aspect_opinion, mention, mention_subject
from monitor.store.tables import match as match_table

#: Rows that one page looks at for a query that hardly matches; past it the page ends early, with a cursor to go on.
SCAN_LIMIT = 20_000
STREAM_CHUNK = 500
#: Short enough for a 64-bit column.
CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})")


class CursorError(ValueError):
    """The ``after`` of a page is not one that a page handed out."""


class Matcher(Protocol):
    """What a page asks of a query: ``None`` (or anything false) for a document that does not match."""

    def match(self, document: Document, /) -> object | None: ...


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A stored row with what belongs to it. Times are aware UTC, ``rating`` is 0–1, spans are in ``text``/``title``."""

    id: int
    source_id: str
    external_id: str
    url: str | None
    kind: Kind
    title: str | None
    text: str
    author_hash: str | None
    author_masked: str | None
    published_at: datetime | None
    collected_at: datetime
    changed_at: datetime
    timeline_epoch: int
    rating: float | None
    lang: str
    parent_id: str | None
    likes: int | None
    replies: int | None
    reposts: int | None
    revision: int
    brand_id: str
    product: str | None
    label: Label
    score: float
    confidence: float
    reasons: tuple[Reason, ...]
    negative: bool
    engine: str
    engine_version: str
    config_version_id: int
    duplicate_of: int | None
    purpose: Purpose
    urgency: Urgency
    urgent_for: tuple[str, ...]
    vague: bool
    suspicion: float
    suspicions: tuple[Suspicion, ...]
    keywords: tuple[KeywordMatch, ...]
    subjects: tuple[Subject, ...]
    answers: tuple[Answer, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    #: Of a person; ``label`` is then theirs, ``score``, ``confidence`` and ``reasons`` stay the engine's.
    correction: Correction | None = None

    @property
    def stars(self) -> float | None:
        """The rating on the scale that people know, 1–5."""
        return None if self.rating is None else 1 + 4 * self.rating

    def document(self) -> Document:
        """As the query language sees it; the author only as the keyed hash, for the plain name is not stored."""
        return Document(
            text=self.text,
            title=self.title,
            site=urlsplit(self.url).hostname if self.url else None,
            source=self.source_id,
            lang=self.lang,
            rating=self.stars,
            author_hash=self.author_hash,
        )


@dataclass(frozen=True, slots=True)
class MentionPage:
    """``next`` is the ``after`` of the following page; ``None``: there is none. With a query a page may hold fewer
    rows than asked for, even none, and still have a next one."""

    rows: tuple[StoredMention, ...]
    next: str | None


def page(
    connection: Connection,
    filters: MentionFilter | None = None,
    *,
    after: str | None = None,
    limit: int = 50,
    match: Matcher | None = None,
) -> MentionPage:
    """Up to ``limit`` mentions older than ``after``, newest first. Raises :class:`CursorError`."""
    position = None if after is None else parse_cursor(after)
    if match is None:
        rows = fetch(connection, filters, position, limit + 1)
        more = len(rows) > limit
        return MentionPage(tuple(rows[:limit]), cursor_of(rows[limit - 1]) if more else None)
    return matching_page(connection, filters, position, limit, match)


def matching_page(
    connection: Connection,
    filters: MentionFilter | None,
    position: tuple[int, int] | None,
    limit: int,
    match: Matcher,
) -> MentionPage:
    found: list[StoredMention] = []
    scanned = 0
    while True:
        chunk = fetch(connection, filters, position, STREAM_CHUNK)
        for index, row in enumerate(chunk):
            if match.match(row.document()):
                found.append(row)
            last = index == len(chunk) - 1 and len(chunk) < STREAM_CHUNK
            if len(found) == limit:
                return MentionPage(tuple(found), None if last else cursor_of(row))
        scanned += len(chunk)
        if len(chunk) < STREAM_CHUNK:
            return MentionPage(tuple(found), None)
        position = (chunk[-1].timeline_epoch, chunk[-1].id)
        if scanned >= SCAN_LIMIT:
            return MentionPage(tuple(found), cursor_of(chunk[-1]))


def stream(
    connection: Connection, filters: MentionFilter | None = None, match: Matcher | None = None
) -> Iterator[StoredMention]:
    """Every mention, newest first, in constant memory. Read it inside one transaction for one consistent answer."""
    position: tuple[int, int] | None = None
    while chunk := fetch(connection, filters, position, STREAM_CHUNK):
        for row in chunk:
            if match is None or match.match(row.document()):
                yield row
        position = (chunk[-1].timeline_epoch, chunk[-1].id)


def count(connection: Connection, filters: MentionFilter | None = None) -> int:
    query = select(func.count()).select_from(mention).where(*conditions(filters or MentionFilter()))
    return connection.execute(query).scalar_one()


def by_ids(connection: Connection, ids: Sequence[int]) -> list[StoredMention]:
    """In the order asked for; ids that are not stored are left out."""
    found: dict[int, StoredMention] = {}
    for chunk in in_chunks(ids):
        rows = connection.execute(select(mention).where(mention.c.id.in_(chunk))).all()
        found |= {row.id: row for row in assemble(connection, rows)}
    return [found[row_id] for row_id in ids if row_id in found]


def page_query(filters: MentionFilter | None, position: tuple[int, int] | None, limit: int) -> Select[Any]:
    """The one statement behind every page: keyset on (timeline, id), which all of mention's indexes end in."""
    query = select(mention).where(*conditions(filters or MentionFilter()))
    if position is not None:
        query = query.where(older_than(position))
    return query.order_by(mention.c.timeline_epoch.desc(), mention.c.id.desc()).limit(limit)


def fetch(
    connection: Connection, filters: MentionFilter | None, position: tuple[int, int] | None, limit: int
) -> list[StoredMention]:
    return assemble(connection, connection.execute(page_query(filters, position, limit)).all())


def assemble(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredMention]:
    """Rows with their matches, subjects, answers, aspects and labels: five further statements, not five a row."""
    ids = [row.id for row in rows]
    keywords: dict[int, list[KeywordMatch]] = defaultdict(list)
    subjects: dict[int, list[Subject]] = defaultdict(list)
    answers: dict[int, list[Answer]] = defaultdict(list)
    aspects: dict[int, list[Aspect]] = defaultdict(list)
    for chunk in in_chunks(ids):
        hits = select(match_table).where(match_table.c.mention_id.in_(chunk)).order_by(match_table.c.keyword_id)
        for hit in connection.execute(hits):
            keywords[hit.mention_id].append(KeywordMatch(hit.keyword_id, spans(hit.spans), spans(hit.title_spans)))
        named = select(mention_subject).where(mention_subject.c.mention_id.in_(chunk))
        for subject in connection.execute(named.order_by(mention_subject.c.brand_id)):
            subjects[subject.mention_id].append(Subject(subject.brand_id, subject.product))
        given = select(answer).where(answer.c.mention_id.in_(chunk)).order_by(answer.c.question)
        for each in connection.execute(given):
            answers[each.mention_id].append(Answer(each.question, each.value))
        spoken = select(aspect_opinion).where(aspect_opinion.c.mention_id.in_(chunk))
        for said in connection.execute(spoken.order_by(aspect_opinion.c.span_start, aspect_opinion.c.aspect)):
            aspects[said.mention_id].append(Aspect(said.aspect, said.polarity, (said.span_start, said.span_end)))
    corrected = corrections(connection, [(row.id, row.title, row.text) for row in rows])
    return [
        stored_mention(
            row,
            subjects[row.id],
            keywords=tuple(keywords[row.id]),
            answers=tuple(answers[row.id]),
            aspects=tuple(aspects[row.id]),
            correction=corrected.get(row.id),
        )
        for row in rows
    ]


def stored_mention(row: Row[Any], subjects: list[Subject], **details: Any) -> StoredMention:
    """``details`` are the fields that stand in tables of their own."""
    values = row._asdict()
    del values["content_hash"]
    values["reasons"] = tuple(Reason((r["span"][0], r["span"][1]), r["weight"]) for r in values["reasons"])
    values["urgent_for"] = tuple(values["urgent_for"])
    values["suspicions"] = read_suspicions(values["suspicions"])
    # The primary subject first, as in the mention that was stored.
    subjects.sort(key=lambda subject: subject.brand != row.brand_id)
    return StoredMention(**values, subjects=tuple(subjects), **details)


def spans(stored: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in stored)


def cursor_of(row: StoredMention) -> str:
    return f"{row.timeline_epoch}.{row.id}"


def parse_cursor(text: str) -> tuple[int, int]:
    found = CURSOR.fullmatch(text)
    if not found:
        raise CursorError(f"not a page cursor: {text[:40]!r}")
    return int(found[1]), int(found[2])
