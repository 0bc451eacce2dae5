"""Queries ready to be asked, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from monitor.config.schema import Keyword
from monitor.keywords.document import Document, Hit, Reading
from monitor.keywords.match import apart, holds, text_spans, title_spans
from monitor.keywords.parser import parse
from monitor.keywords.syntax import Find, Node, literals, wanted
from monitor.mention import KeywordMatch


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query. ``literals``: every document that matches holds one of them when squeezed; None: unknown."""

    text: str
    root: Node
    wanted: tuple[Find, ...]
    literals: frozenset[str] | None

    def match(self, document: Document) -> Hit | None:
        """Where the query matches, or None where it does not. Linear in the document's length."""
        return self.read(Reading(document))

    def read(self, reading: Reading) -> Hit | None:
        """:meth:`match` for a document that several queries read."""
        if self.literals is not None and not any(literal in reading.squeezed for literal in self.literals):
            return None
        if not holds(self.root, reading):
            return None
        return Hit(
            spans=apart(chain.from_iterable(text_spans(find, reading) for find in self.wanted)),
            title_spans=apart(chain.from_iterable(title_spans(find, reading) for find in self.wanted)),
        )


def compile_query(text: str, hash_author: Callable[[str], str] | None = None) -> Query:
    """Compile a query, or raise :class:`QueryError` with the position of what is wrong.

    ``hash_author`` turns an ``author:`` name into the keyed hash that stored mentions carry in its place.
    """
    root = parse(text, hash_author)
    return Query(text, root, wanted(root), literals(root))


class KeywordSet:
    """The keywords of a configuration, compiled once. Raises :class:`QueryError` for a query that is wrong."""

    def __init__(self, keywords: Sequence[Keyword]) -> None:
        self.queries = tuple((keyword.id, compile_query(keyword.query)) for keyword in keywords)

    def match(self, document: Document) -> tuple[KeywordMatch, ...]:
        """The keywords that match, in the order of the configuration."""
        reading = Reading(document)
        hits = ((keyword, query.read(reading)) for keyword, query in self.queries)
        return tuple(KeywordMatch(keyword, hit.spans, hit.title_spans) for keyword, hit in hits if hit is not None)
