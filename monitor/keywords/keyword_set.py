"""All keywords of a configuration asked of many documents at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from monitor.config.schema import Keyword
from monitor.keywords.batch import Batch
from monitor.keywords.columns import Columns, Plan, places, plan
from monitor.keywords.document import Document
from monitor.keywords.folding import Span
from monitor.keywords.match import apart
from monitor.keywords.query import Query, compile_keyword
from monitor.keywords.sightings import Search
from monitor.keywords.syntax import Where
from monitor.keywords.vocabulary import Vocabulary, needed
from monitor.mention import KeywordMatch

#: Arrays of this many characters stay in a processor's cache; an integer of this many bits is quick to combine.
CHARACTERS_AT_ONCE: Final = 100_000
DOCUMENTS_AT_ONCE: Final = 2_048
HashAuthor = Callable[[str], str]
NOWHERE: Final[Sequence[Span]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in a set. ``wanted``: the patterns whose occurrences are its spans."""

    keyword: str
    query: Query
    plan: Plan
    wanted: tuple[tuple[int, Where], ...]


class KeywordSet:
    """The keywords of a configuration, compiled once. Raises :class:`QueryError` for a query that is wrong.
    ``hash_author`` is for stored mentions, whose authors are known by their keyed hash."""

    def __init__(self, keywords: Sequence[Keyword], hash_author: HashAuthor | None = None) -> None:
        vocabulary = Vocabulary()
        asked: list[Asked] = []
        self._always: list[int] = []
        self._needing: dict[int, list[int]] = {}
        for place, keyword in enumerate(keywords):
            query = compile_keyword(keyword, hash_author)
            wanted = tuple((vocabulary.number(find.pattern), find.where) for find in query.wanted)
            asked.append(Asked(keyword.id, query, plan(query.root, vocabulary), wanted))
            patterns = needed(query.root, vocabulary)
            if patterns is None:
                self._always.append(place)
            for pattern in patterns or ():
                self._needing.setdefault(pattern, []).append(place)
        self.asked = tuple(asked)
        self._search = Search(vocabulary)

    def match(self, document: Document) -> tuple[KeywordMatch, ...]:
        """The keywords that match, in the order of the configuration."""
        return self.match_many([document])[0]

    def match_many(self, documents: Sequence[Document]) -> list[tuple[KeywordMatch, ...]]:
        """:meth:`match` for each of the documents, in their order."""
        return [matches for some in batches(documents) for matches in self._match_batch(some)]

    def sight(self, documents: Sequence[Document]) -> int:
        """How many occurrences of terms and phrases there are: the literal stage alone, for measuring."""
        return sum(len(self._search.sight(Batch(some))) for some in batches(documents))

    def _match_batch(self, documents: Sequence[Document]) -> list[tuple[KeywordMatch, ...]]:
        batch = Batch(documents)
        alone = batch.apart(self._search.signs)
        sightings = self._search.sight(batch)
        columns = Columns(batch, sightings, self._search.vocabulary)
        together = (1 << batch.size) - 1
        for document in alone:
            together &= ~(1 << document)
        found: list[list[KeywordMatch]] = [[] for _ in documents]
        for place in self._candidates({*sightings.ranges, *sightings.probes}):
            asked = self.asked[place]
            matching = asked.plan(columns, together)
            if matching:
                add_matches(asked, matching, columns, batch.size, found)
        for document in alone:
            found[document] = list(self._match_alone(batch, document))
        return [tuple(matches) for matches in found]

    def _candidates(self, patterns: set[int] | frozenset[int]) -> list[int]:
        """The queries that may match where only these patterns are."""
        needing = self._needing
        places = {place for pattern in patterns for place in needing.get(pattern, ())}
        return sorted(places.union(self._always))

    def _match_alone(self, batch: Batch, document: int) -> Iterator[KeywordMatch]:
        reading = batch.reading(document)
        patterns = self._search.present([reading.text, reading.title])
        for place in self._candidates(patterns):
            hit = self.asked[place].query.read(reading)
            if hit is not None:
                yield KeywordMatch(self.asked[place].keyword, hit.spans, hit.title_spans)


def batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    lengths = [len(document.text) for document in documents]
    if any(document.title for document in documents):
        lengths = [length + len(each.title or "") for length, each in zip(lengths, documents, strict=True)]
    total = list(accumulate(lengths, initial=0))
    first = 0
    while first < len(documents):
        full = bisect_right(total, total[first] + CHARACTERS_AT_ONCE) - 1
        last = min(max(full, first + 1), first + DOCUMENTS_AT_ONCE)
        yield documents[first:last]
        first = last


def add_matches(asked: Asked, matching: int, columns: Columns, size: int, found: Sequence[list[KeywordMatch]]) -> None:
    """Adds the keyword to each of the ``matching`` documents."""
    spans: dict[int, list[Span]] = {}
    for number, where in asked.wanted:
        columns.occurrences(number, where, matching, spans)
    keyword = asked.keyword
    for document in places(matching):
        in_text, in_title = spans.get(document, NOWHERE), spans.get(document + size, NOWHERE)
        found[document].append(KeywordMatch(keyword, settled(in_text), settled(in_title)))


def settled(spans: Sequence[Span]) -> tuple[Span, ...]:
    return apart(spans) if len(spans) > 1 else tuple(spans)
