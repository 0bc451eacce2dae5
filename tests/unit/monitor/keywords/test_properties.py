"""What must hold for every query and every text."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.keywords import Document, Query, QueryError, compile_query
from monitor.keywords.document import Reading
from monitor.keywords.folding import fold
from monitor.keywords.match import holds

ALPHABET = st.sampled_from(
    [
        *'退款電电池aBé5ﬁ…。 *\n\t(){}[]"/:',
        "\u0301",
        "\u200b",
        "ｱ",
        "ﾞ",
        "한",
        "\u1161",
        "\ud800",
        "①",
        "😀",
        "NOT",
        "AND",
    ]
)
TEXTS = st.lists(ALPHABET, max_size=30).map("".join)
PIECES = st.sampled_from(
    ["退款", "电池", "ab", "a*", "{aB}", '"a b"', '"退 款"', "/[a-z]+/", "lang:zh", "title:退款", "rating:[1 TO 2]"]
)
NEARS = st.sampled_from(["退款 NEAR/2 ab", "(电池 OR a*) ONEAR/1 退款", '"退" NEAR "款"'])
QUERIES = st.recursive(
    PIECES | NEARS,
    lambda inner: st.one_of(
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} NOT ({}))".format, inner, inner),
    ),
    max_leaves=6,
)
DOCUMENTS = st.builds(Document, TEXTS, TEXTS | st.none(), lang=st.sampled_from([None, "zh"]), rating=st.just(2.0))


def compiled(text: str) -> Query | QueryError:
    try:
        return compile_query(text)
    except QueryError as error:
        return error


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_any_string_is_a_query_or_an_error_with_a_place(query: str, text: str) -> None:
    found = compiled(query)
    if isinstance(found, QueryError):
        assert 0 <= found.position <= len(query)
        assert found.message
    else:
        found.match(Document(text))


@given(QUERIES, DOCUMENTS)
@settings(max_examples=300)
def test_spans_lie_in_the_text_sorted_and_apart(query: str, document: Document) -> None:
    hit = compile_query(query).match(document)
    if hit is None:
        return
    for spans, text in ((hit.spans, document.text), (hit.title_spans, document.title or "")):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end in spans)


@given(QUERIES, DOCUMENTS)
@settings(max_examples=300)
def test_the_prefilter_rules_out_nothing_that_matches(query: str, document: Document) -> None:
    parsed = compile_query(query)
    assert (parsed.match(document) is not None) == holds(parsed.root, Reading(document))


@given(QUERIES, QUERIES, DOCUMENTS)
def test_operators_are_boolean(one: str, other: str, document: Document) -> None:
    a, b = (compile_query(query).match(document) is not None for query in (one, other))
    assert (compile_query(f"({one}) OR ({other})").match(document) is not None) == (a or b)
    assert (compile_query(f"({one}) ({other})").match(document) is not None) == (a and b)
    assert (compile_query(f"({one}) NOT ({other})").match(document) is not None) == (a and not b)


@given(TEXTS)
@settings(max_examples=300)
def test_folding_maps_every_character_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    covered = {place for start, end in zip(folded.starts, folded.ends, strict=True) for place in range(start, end)}
    assert covered == set(range(len(text)))


@given(TEXTS)
@settings(max_examples=300)
def test_equivalent_texts_fold_alike_and_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text).text
    assert fold(unicodedata.normalize("NFD", text)).text == folded
    assert fold(folded).text == folded
