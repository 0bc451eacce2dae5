"""Many queries over many texts at once answer what each query answers of each text alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Keyword
from monitor.keywords import Document, KeywordSet, compile_query
from monitor.keywords.keyword_set import DOCUMENTS_AT_ONCE
from monitor.keywords.necessary import necessary
from monitor.keywords.query import compile_keyword
from monitor.mention import KeywordMatch

#: Of each thing that texts are made of, more than one: what differs in how it folds, joins, skips or ends.
ALPHABET = st.sampled_from(
    [
        *"退款電电池推哈aBécx5１ﬁß…。！；，.*+#c\"'´ \n\t\u3000",
        "\u0301",
        "\u200b",
        "ｱ",
        "ﾞ",
        "ガ",
        "한",
        "\u1161",
        "\ud800",
        "\ufffd",
        "①",
        "㎡",
        "🤮",
        "❤",
        "\ufe0f",
        "退款",
        "电池",
        "哈哈",
        "c++",
        "hello world",
        "Ｃ＃",
    ]
)
TEXTS = st.lists(ALPHABET, max_size=24).map("".join)
TERMS = [
    "退款",
    "電池",
    "哈哈",
    "哈哈哈",
    "退款a",
    "a退款",
    "aB",
    "ab",
    "a*",
    "ab*",
    "5",
    "x",
    "ß",
    "c++",
    "c#",
    "🤮",
    "❤️",
    "…",
    "...",
    "。！",
    "a.b",
    "退+款",
    "#退款",
    "ss",
    "m2",
]
RAW = ["{aB}", "{退款}", "{a.}", "{ﬁ}", "{é}", "{a b}"]
PHRASES = [
    '"退 款"',
    '"退"',
    '"a b"',
    '"hello world"',
    '"a 退"',
    '"退款 电池"',
    '"a。"',
    '"🤮 🤮"',
    '"退款！"',
    '"a"',
    '"ガ"',
    '"한"',
    '"退款电池"',
]
REGEXES = [
    r"/[a-z]+/",
    r"/退款?/",
    r"/(?i)AB+/",
    r"/退.{0,3}款/",
    r"/款$/",
    r"/^退/",
    r"/电池|[0-9]/",
    "/\ufffd/",
    r"/\bab/",
    r"/(退|x)款a{0}/",
]
FIELDS = ["lang:zh", "source:shop", "site:a.cn", 'author:"王 小"', "rating:[1 TO 2]"]
TITLES = ["title:退款", 'title:"a b"', "title:{aB}", "title:a*"]
NEARS = ["退款 NEAR/2 ab", "(电池 OR a*) ONEAR/1 退款", '"退" NEAR "款"', "/a+/ NEAR/1 退款", "哈哈 NEAR/0 哈哈"]
NEARS += ["c++ NEAR 退款", "(哈哈 OR 哈哈哈) ONEAR 5"]
QUERIES = st.recursive(
    st.sampled_from([*TERMS, *RAW, *PHRASES, *REGEXES, *FIELDS, *TITLES, *NEARS]),
    lambda inner: st.one_of(
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} NOT ({}))".format, inner, inner),
    ),
    max_leaves=5,
)
DOCUMENTS = st.builds(
    Document,
    TEXTS,
    TEXTS | st.none(),
    author=st.sampled_from([None, "王 小", "李"]),
    site=st.sampled_from([None, "x.A.cn", "b.cn"]),
    source=st.sampled_from([None, "shop"]),
    lang=st.sampled_from([None, "zh", "EN"]),
    rating=st.sampled_from([None, 1.0, 2.5]),
)


def one_by_one(keywords: list[Keyword], document: Document) -> tuple[KeywordMatch, ...]:
    hits = ((keyword.id, compile_keyword(keyword).match(document)) for keyword in keywords)
    return tuple(KeywordMatch(name, hit.spans, hit.title_spans) for name, hit in hits if hit is not None)


ASKED = st.tuples(QUERIES, st.booleans(), st.sampled_from([(), ("换货",), ("a b", "哈哈")]))


@given(st.lists(ASKED, min_size=1, max_size=6), st.lists(DOCUMENTS, max_size=5))
@settings(max_examples=250, deadline=None)
def test_together_they_answer_as_each_does_alone(
    asked: list[tuple[str, bool, tuple[str, ...]]], documents: list[Document]
) -> None:
    keywords = [
        Keyword(
            id=f"k{place}", query=query, homophones=homophones, synonyms=synonyms if compile_query(query).wanted else ()
        )
        for place, (query, homophones, synonyms) in enumerate(asked)
    ]
    assert KeywordSet(keywords).match_many(documents) == [one_by_one(keywords, each) for each in documents]


def test_what_a_batch_ends_in_is_in_no_text() -> None:
    signs = KeywordSet([Keyword(id="signs", query="。！"), Keyword(id="words", query="退款")])
    documents = [Document("退"), Document("款。"), Document("！", title="！"), Document("。！")]
    assert signs.match_many(documents) == [(), (), (), (KeywordMatch("signs", ((0, 2),)),)]


def test_more_than_fits_a_batch_keeps_its_order() -> None:
    numbers = range(2 * DOCUMENTS_AT_ONCE + 7)
    matches = KeywordSet([Keyword(id="late", query="最后")]).match_many(
        [Document("x" * (n % 99) + "最后") for n in numbers]
    )
    assert [match.spans for (match,) in matches] == [((n % 99, n % 99 + 2),) for n in numbers]


def test_ten_thousand_keywords_find_what_each_says() -> None:
    """Words that begin alike, end alike and stand inside each other."""
    keywords = [Keyword(id=f"k{n}", query=f"货号{n}") for n in range(10_000)]
    (matches,) = KeywordSet(keywords).match_many([Document("退回货号 1234，货号99")])
    assert [(match.keyword, match.spans) for match in matches] == [("k99", ((10, 14),))]
    (matches,) = KeywordSet(keywords).match_many([Document("货号1234")])
    assert [(match.keyword, match.spans) for match in matches] == [("k1234", ((0, 6),))]


@pytest.mark.parametrize(
    ("source", "strings"),
    [
        ("退款", ("退款",)),
        ("退款?", ("退",)),
        ("退款+天", ("退款",)),
        ("退款{0,2}", ("退",)),
        ("(退|换)货[0-9]{2,4}天内", ("天内",)),
        ("退款|换货.", ("退款", "换货")),
        ("退款|[换]货?", ()),
        (r"a\.b\d+", ("a.b",)),
        (r"(?i)iPhone\s*1[0-9]", ("iPhone",)),
        (r"退款\x41", ()),
        (r"\Q退款\E", ()),
        ("退款{1,2}{3}", ()),
        ("a{,5}", ()),
        ("[]退款]货物", ("货物",)),
        ("[[:alpha:]]]+退款", ("退款",)),
        ("\ufffd退款", ()),
    ],
)
def test_what_a_regular_expression_cannot_do_without(source: str, strings: tuple[str, ...]) -> None:
    assert necessary(source) == strings
