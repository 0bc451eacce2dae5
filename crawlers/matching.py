"""Tells which texts of a stream are looked for, by queries in the language of the keywords."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.keywords import compile_query
from monitor.keywords.document import Document, Reading


class Matcher:
    """Holds if one of the ``queries`` does. Compile once, ask often: a text that no query names a word of costs
    some ten microseconds."""

    def __init__(self, queries: Iterable[str]) -> None:
        self._queries = tuple(compile_query(query) for query in queries)

    def match(self, text: str, *, author: str, site: str, source: str, lang: str | None) -> bool:
        reading = Reading(Document(text=text, author=author, site=site, source=source, lang=lang))
        return any(query.read(reading) is not None for query in self._queries)
