"""What people call a keyword: its id is for files."""

from __future__ import annotations

from itertools import pairwise

from monitor.config.schema import Keyword
from monitor.keywords.errors import QueryError
from monitor.keywords.query import compile_query
from monitor.keywords.tokens import tokens

#: Words of the query that stand for all of them.
WORDS = 3


def keyword_name(keyword: Keyword) -> str:
    """The topic; else the first words that the query looks for, as written; else the id."""
    return keyword.topic or looked_for(keyword.query) or keyword.id


def looked_for(query: str) -> str:
    """As "起火 / 爆炸 / 烧起来…"; empty where the query names no words, or cannot be read."""
    try:
        wanted = {find.position for find in compile_query(query).wanted}
    except QueryError:
        return ""
    cut = list(tokens(query))
    # A term of title: begins at the field's name; its words come next.
    found = [
        after if token.kind == "field" else token
        for token, after in pairwise([*cut, *cut[-1:]])
        if token.position in wanted
    ]
    words = list(dict.fromkeys(token.text for token in found if token.kind != "regex"))
    return " / ".join(words[:WORDS]) + ("…" if len(words) > WORDS else "")
