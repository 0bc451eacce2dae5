"""The query language: ``compile_query(text).match(document)``, and :class:`KeywordSet` for many at once."""

from monitor.keywords.document import Document, Hit
from monitor.keywords.errors import QueryError
from monitor.keywords.query import KeywordSet, Query, compile_query

__all__ = ["Document", "Hit", "KeywordSet", "Query", "QueryError", "compile_query"]
