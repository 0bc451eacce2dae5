"""What people call a keyword: its id is for files."""

from __future__ import annotations

from monitor.config.schema import Keyword
from monitor.keywords.errors import QueryError
from monitor.keywords.patterns import Regex
from monitor.keywords.query import compile_query

#: Words of the query that stand for all of them.
WORDS = 3


def keyword_name(keyword: Keyword) -> str:
    """The topic; else the first words that the query looks for, as written; else the id."""
    return keyword.topic or looked_for(keyword.query) or keyword.id


def looked_for(query: str) -> str:
    """As "起火 / 爆炸 / 烧起来…"; empty where the query names no words, or cannot be read."""
    try:
        wanted = compile_query(query).wanted
    except QueryError:
        return ""
    words = list(dict.fromkeys(find.written for find in wanted if not isinstance(find.pattern, Regex)))
    return " / ".join(words[:WORDS]) + ("…" if len(words) > WORDS else "")
