"""Keywords asked of what is stored: before they are applied, and to see how much each of them takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection

from monitor.config.schema import Keyword
from monitor.keywords.keyword_set import DOCUMENTS_AT_ONCE, KeywordSet
from monitor.keywords.lint import History
from monitor.keywords.rehearsal import Rehearsal
from monitor.redact import hash_author
from monitor.store.filters import MentionFilter
from monitor.store.reading import StoredMention, stream

T = TypeVar("T")


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, DOCUMENTS_AT_ONCE)):
        yield batch


def rehearse(
    connection: Connection,
    old: Sequence[Keyword],
    new: Sequence[Keyword],
    author_key: bytes,
    *,
    filters: MentionFilter | None = None,
    limit: int | None = None,
    samples: int = 3,
) -> Rehearsal[StoredMention]:
    """What other keywords would find of the newest ``limit`` stored mentions (``None``: of all)."""
    rehearsal: Rehearsal[StoredMention] = Rehearsal(
        old, new, samples=samples, hash_author=lambda name: hash_author(name, author_key)
    )
    if rehearsal.effects:
        for batch in in_batches(islice(stream(connection, filters), limit)):
            rehearsal.read([(mention, mention.document()) for mention in batch])
    return rehearsal


def history_of(connection: Connection, keywords: Sequence[Keyword], author_key: bytes, limit: int) -> History:
    """How much of the newest ``limit`` stored mentions each keyword finds."""
    asked = KeywordSet(keywords, lambda name: hash_author(name, author_key))
    found: Counter[str] = Counter()
    mentions = 0
    for batch in in_batches(islice(stream(connection), limit)):
        mentions += len(batch)
        for matches in asked.match_many([mention.document() for mention in batch]):
            found.update(match.keyword for match in matches)
    return History(mentions, found)
