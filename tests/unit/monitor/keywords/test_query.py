"""The statements of the query language, one line each."""

from __future__ import annotations

import pytest

from monitor.config.schema import Keyword
from monitor.keywords import Document, KeywordSet, QueryError, compile_query
from monitor.mention import KeywordMatch

FOUND = [
    # terms and word boundaries
    ("退款", "申请退款", [(2, 4)]),
    ("5G", "15G 5G 5Gb", [(4, 6)]),
    ("c++", "用c++写的", [(1, 4)]),
    ("art*", "art articles smart", [(0, 3), (4, 12)]),
    ("{iPhone}", "iphone iPhone iPhones", [(7, 13)]),
    # folding
    ("退款", "申请退 款三次", [(2, 5)]),
    ("退款", "退*款 退\u200b款 退……款", [(0, 3), (4, 7), (8, 12)]),
    ("電池", "电池", [(0, 2)]),
    ("电池", "換電池", [(1, 3)]),
    ("IPHONE", "ｉＰｈｏｎｅ", [(0, 6)]),
    ("straße", "STRASSE", [(0, 7)]),
    ("café", "cafe\u0301 x", [(0, 5)]),
    ("ガス", "ｶﾞｽ漏れ", [(0, 3)]),
    # phrases
    ('"hello world"', "Hello \n  World", [(0, 14)]),
    ('"屏幕 很亮"', "屏幕很亮", [(0, 4)]),
    ('"屏幕很亮"', "屏 幕   很亮", [(0, 8)]),
    ('"退"', "要退", [(1, 2)]),
    ("“屏幕”", "屏幕", [(0, 2)]),
    # operators: NOT, AND (also unwritten), OR; the positive terms' occurrences
    ("a OR b c", "a", [(0, 1)]),
    ("a OR b c", "c b", [(0, 1), (2, 3)]),
    ("（a OR b） c", "c b", [(0, 1), (2, 3)]),
    ("退款 NOT 已收", "退款", [(0, 2)]),
    ("NOT (NOT 退款)", "退款", [(0, 2)]),
    ("退款 OR 申请退款", "申请退款", [(0, 4)]),
    ("and Or", "or and", [(0, 2), (3, 6)]),
    # distance, in units: a CJK character, a Latin word or a number
    ("发烫 NEAR/3 电池", "电池，真的很发烫", [(0, 2), (6, 8)]),
    ("a ONEAR/1 b", "a - hello! - b", [(0, 1), (13, 14)]),
    ("(a OR /x+/) NEAR/0 (b OR c)", "c xx", [(0, 1), (2, 4)]),
    ("哈哈 NEAR/0 哈哈", "哈哈哈哈", [(0, 2), (2, 4)]),
    ("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 b", [(0, 1), (23, 24)]),
    # regular expressions, on the text as it is
    (r"/[a-z]+\d/", "ABC1 abc1", [(5, 9)]),
    (r"/(?i)订单 \d+\/\d/", "中订单 12/3", [(1, 8)]),
    (r"/款./", "款\ud800", [(0, 2)]),
]
NOT_FOUND = [
    ("退款", "退。款"),
    ("退款", "退！款"),
    ("退款", "退\n款"),
    ("退款", "退   款"),
    ("退款", "退a款"),
    ("{退款}", "退 款"),
    ("iPhone手机", "iPhone 手机"),
    ('"hello world"', "helloworld"),
    ('"hello world"', "hello, world"),
    ("a b", "a"),
    ("a NOT b", "a b"),
    ("发烫 NEAR/2 电池", "电池，真的很发烫"),
    ("b ONEAR/1 a", "a - hello! - b"),
    ("a ONEAR/0 b", "a - hello! - b"),
    ("ab NEAR abc*", "abcd"),
    ("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 11 b"),
    ("哈哈 NEAR 哈哈", "哈哈哈"),
]


@pytest.mark.parametrize(("query", "text", "spans"), FOUND)
def test_finds_every_occurrence(query: str, text: str, spans: list[tuple[int, int]]) -> None:
    hit = compile_query(query).match(Document(text))
    assert hit is not None
    assert list(hit.spans) == spans


@pytest.mark.parametrize(("query", "text"), NOT_FOUND)
def test_finds_nothing(query: str, text: str) -> None:
    assert compile_query(query).match(Document(text)) is None


def test_title_and_text_are_searched_apart() -> None:
    document = Document("要退款", title="退款")
    both = compile_query("退款").match(document)
    title = compile_query("title:退款").match(document)
    assert both is not None
    assert title is not None
    assert (both.spans, both.title_spans) == (((1, 3),), ((0, 2),))
    assert (title.spans, title.title_spans) == ((), ((0, 2),))
    assert compile_query("title:要退款").match(document) is None
    assert compile_query("a NEAR b").match(Document("b", title="a")) is None


@pytest.mark.parametrize(
    ("query", "document", "matches"),
    [
        ("author:王小明", Document("", author="王小明"), True),
        ('author:"Ann Lee"', Document("", author="ANN  lee"), True),
        ("author:王小", Document("", author="王小明"), False),
        ("author:王小明", Document(""), False),
        ("site:Example.com", Document("", site="shop.example.com"), True),
        ("site:example.com", Document("", site="badexample.com"), False),
        ("site:example.com", Document("", site="https://example.com:8080/x"), True),
        ("source:shop", Document("", source="shop"), True),
        ("source:shop", Document("", source="shop2"), False),
        ("lang:zh", Document("", lang="zh"), True),
        ("lang:zh", Document(""), False),
        ("rating:[1 TO 2]", Document("", rating=2.0), True),
        ("rating:[1 TO 2.5]", Document("", rating=2.6), False),
        ("rating:[1 TO 5]", Document(""), False),
        ("NOT lang:zh rating:[1 TO 5]", Document("", rating=1.0), True),
    ],
)
def test_fields(query: str, document: Document, matches: bool) -> None:
    assert (compile_query(query).match(document) is not None) is matches


def test_an_author_is_found_by_its_keyed_hash() -> None:
    query = compile_query("author:王小明", hash_author=lambda name: f"hash of {name}")
    assert query.match(Document("", author_hash="hash of 王小明")) is not None
    assert query.match(Document("", author_hash="hash of 王大明")) is None


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 0, "empty query"),
        (" \u3000", 0, "empty query"),
        ("AND", 0, "dangling AND"),
        ("退款 AND", 3, "dangling AND"),
        ("OR 退款", 0, "dangling OR"),
        ("退款 AND OR 换货", 3, "dangling AND"),
        ("退款 NOT", 3, "dangling NOT"),
        ("退款 NEAR/3", 3, "dangling NEAR"),
        ("a (b", 2, "unbalanced bracket '('"),
        ("a b)", 3, "unbalanced bracket ')'"),
        (")", 0, "unbalanced bracket ')'"),
        ("a ()", 2, "empty brackets"),
        ('a "b', 2, "unbalanced quote '\"'"),
        ('"  "', 0, "empty phrase"),
        ("a {b", 2, "unbalanced brace '{'"),
        ("a}", 1, "unbalanced bracket '}'"),
        ("titel:a", 0, "unknown field titel:"),
        ("https://x", 0, "unknown field https:"),
        ("title: a", 0, "title: without a value"),
        ("title:(a OR b)", 6, "title: takes a word or a phrase"),
        ("rating:[2 TO 1]", 7, "reversed range"),
        ("rating:5", 7, "rating: takes a range"),
        ("a /(/", 2, "invalid regular expression: missing ): ("),
        ("/x(?=y)/", 0, "invalid regular expression: invalid perl operator: (?="),
        ("/a*/", 0, "the regular expression matches the empty string"),
        (r"/\b/", 0, "the regular expression matches the empty string"),
        ("/abc", 0, "unbalanced / of a regular expression"),
        ("a NEAR/ b", 7, "NEAR/ without a number"),
        ("a ONEAR/x b", 8, "ONEAR/ without a number"),
        ("a NEAR (b AND c)", 8, "AND inside NEAR"),
        ("NOT a NEAR b", 0, "NOT inside NEAR"),
        ("a NEAR lang:zh", 7, "a field inside NEAR"),
        ("a NEAR b NEAR c", 0, "another NEAR inside NEAR"),
        ("a 退", 2, "the term 退 is a single character"),
        ("{退}", 0, "the term 退 is a single character"),
        ("NOT 退款", 0, "a query of NOT alone"),
        ("NOT 退款 OR 客服", 0, "a query of NOT alone"),
        ("退款 OR NOT 客服", 6, "a query of NOT alone"),
        ("退款 OR (NOT 客服 NOT 售后)", 7, "a query of NOT alone"),
        ("NOT (退款 AND NOT 客服)", 0, "a query of NOT alone"),
        ("退款 OR NOT (客服 售后)", 6, "a query of NOT alone"),
        ("NOT NOT 退款", 4, "NOT inside NOT"),
        ("客服 NOT NOT 退款", 7, "NOT inside NOT"),
        ("a NEAR/99999999999 b", 7, "NEAR/ without a number"),
        ("NOT (a OR b) NOT c", 0, "a query of NOT alone"),
        ("退款*", 2, "* stands only at the end of a Latin word"),
        ("a*b", 1, "* stands only at the end of a Latin word"),
        ("(" * 51 + "a" + ")" * 51, 50, "more than 50 brackets inside each other"),
    ],
)
def test_errors_say_where_and_what(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(query)
    assert (caught.value.position, caught.value.message) == (position, message)
    assert caught.value.hint


def test_the_limit_of_a_distance_is_told() -> None:
    assert compile_query("a NEAR/100000 b").match(Document("a b"))
    for distance in ("100001", "99999999999"):
        with pytest.raises(QueryError, match=r"write ONEAR/0 to ONEAR/100000"):
            compile_query(f"a ONEAR/{distance} b")


@pytest.mark.parametrize(
    ("query", "text", "matches"),
    [
        ("退款 (客服 OR NOT 已退款)", "退款", True),
        ("退款 (客服 OR NOT 已退款)", "已退款", False),
        ("退款 NOT (客服 AND NOT 售后)", "退款 客服", False),
        ("退款 OR (客服 NOT 售后)", "客服", True),
    ],
)
def test_a_not_inside_or_stands_where_something_else_is_asked_for(query: str, text: str, matches: bool) -> None:
    assert (compile_query(query).match(Document(text)) is not None) is matches


def test_a_near_misspelt_field_is_guessed() -> None:
    with pytest.raises(QueryError, match="did you mean title:"):
        compile_query("titel:a")


def test_a_keyword_set_answers_in_the_order_of_the_configuration() -> None:
    keywords = [Keyword(id="b", query="退款"), Keyword(id="none", query="爆炸"), Keyword(id="a", query="lang:zh")]
    matches = KeywordSet(keywords).match(Document("退 款", title="退款", lang="zh"))
    assert matches == (KeywordMatch("b", ((0, 3),), ((0, 2),)), KeywordMatch("a"))


@pytest.mark.parametrize("query", ["退款", '"退 款"', "ab", "ab*", "退款 NEAR/2 ab", "/(退+)+款/", '"a b"', "{退款}"])
@pytest.mark.parametrize("unit", ["退", "退 ", "a", "a ", "ab", "退\u200b", " ", "é\u0301"])
def test_a_megabyte_takes_linear_time(query: str, unit: str) -> None:
    # Quadratic work on 300,000 characters would take hours; no clock is needed to notice.
    compile_query(query).match(Document(unit * (300_000 // len(unit))))
