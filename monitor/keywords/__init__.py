"""The query language: ``compile_query(text).match(document)``, and :class:`KeywordSet` for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.keywords.document import Document, Hit
from monitor.keywords.errors import QueryError
from monitor.keywords.query import Query, compile_query

if TYPE_CHECKING:
    from monitor.keywords.keyword_set import KeywordSet

__all__ = ["Document", "Hit", "KeywordSet", "Query", "QueryError", "compile_query"]


def __getattr__(name: str) -> Any:
    # It is built on numpy, which the pages, that ask one query at a time, do without.
    if name == "KeywordSet":
        from monitor.keywords.keyword_set import KeywordSet

        return KeywordSet
    raise AttributeError(name)
