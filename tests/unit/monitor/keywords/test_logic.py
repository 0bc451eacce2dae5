"""What is said of queries without any text holds of every text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.keywords import Document, compile_query
from monitor.keywords.logic import finds_no_more, never_matches
from tests.unit.monitor.keywords.test_keyword_set import DOCUMENTS, QUERIES


@given(QUERIES, QUERIES, st.lists(DOCUMENTS, min_size=5, max_size=5))
@settings(max_examples=300, deadline=None)
def test_a_query_that_finds_no_more_than_another_finds_nothing_else(
    one: str, other: str, documents: list[Document]
) -> None:
    query, wider = compile_query(one), compile_query(other)
    if finds_no_more(query.root, wider.root):
        assert [each for each in documents if query.match(each) and not wider.match(each)] == []


@given(QUERIES, DOCUMENTS)
@settings(max_examples=400, deadline=None)
def test_a_query_that_never_matches_does_not(query: str, document: Document) -> None:
    compiled = compile_query(query)
    if compiled.match(document) is not None:
        assert not never_matches(compiled.root)


def test_what_takes_too_long_may_be() -> None:
    """A query of more words than are looked into is never called hopeless."""
    words = [f"词{number}号" for number in range(300)]
    hopeless = compile_query(f"({' OR '.join(words)}) NOT ({' OR '.join(words)})")
    assert not never_matches(hopeless.root)
