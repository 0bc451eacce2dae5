"""Queries ready to be asked, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from monitor.config.schema import Keyword
from monitor.keywords.document import Document, Hit, Reading
from monitor.keywords.match import apart, holds, text_spans, title_spans
from monitor.keywords.parser import parse
from monitor.keywords.syntax import Find, Node, literals, wanted
from monitor.keywords.widening import by_sound, with_synonyms

#: The queries of a large configuration, and of the one that takes its place.
CACHED: Final = 20_000


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
    return known_query(text) if hash_author is None else query_of(text, parse(text, hash_author))


@lru_cache(maxsize=CACHED)
def known_query(text: str) -> Query:
    """A configuration is checked and then compiled, and of one that is changed most queries stay as they are."""
    return query_of(text, parse(text))


def query_of(text: str, root: Node) -> Query:
    return Query(text, root, wanted(root), literals(root))


def compile_keyword(keyword: Keyword, hash_author: Callable[[str], str] | None = None) -> Query:
    """The query of a keyword with its synonyms and homophones. Raises :class:`QueryError`."""
    if not keyword.synonyms and not keyword.homophones:
        return compile_query(keyword.query, hash_author)
    root = with_synonyms(parse(keyword.query, hash_author), keyword.synonyms)
    if keyword.homophones:
        root = by_sound(root)
    return query_of(keyword.query, root)
