"""What a text praises and blames, clause by clause, with the default engine."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.aspects.clauses import clauses
from monitor.aspects.direction import directed
from monitor.aspects.lexicon import WORDS
from monitor.aspects.opinions import AspectReader
from monitor.mention import Sentiment
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import load_engine

SIGNS = {"positive": "+", "negative": "-", "neutral": "0"}


@pytest.fixture(scope="module")
def engine() -> SentimentEngine:
    return load_engine(with_reasons=False)


def read(text: str, engine: SentimentEngine, aspects: dict[str, tuple[str, ...]] | None = None) -> set[str]:
    (found,) = AspectReader(aspects or {}).read([text], engine)
    return {each.name + SIGNS[each.polarity] for each in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("物流快但是质量差", {"logistics+", "quality-"}),
        ("物流很快，质量也不错，就是价格有点贵", {"logistics+", "quality+", "price-"}),
        ("物流，真的太慢了", {"logistics-"}),
        ("做工、手感都很好", {"quality+"}),
        ("快递小哥态度很好，包装破了", {"logistics+", "service+", "logistics-"}),
        ("价格便宜质量好服务态度也好", {"price+", "quality+", "service+"}),
        ("不贵，但是用了两天就坏了", {"price+", "quality-"}),
        ("界面简洁，就是老闪退", {"interface+", "interface-"}),
        ("充电的时候发烫，差点起火", {"quality0", "safety-"}),
        ("没有异味，没有掉色", {"safety+", "quality+"}),
        ("买贵了，客服还不给退差价", {"price-", "service-"}),
        ("等了五天才到，盒子都压扁了", {"logistics-"}),
        ("味道不错，送餐太慢了，菜都凉了", {"taste+", "taste-", "logistics-"}),
        ("請問質量怎麼樣？", {"quality0"}),
        ("收到的是假货，跟描述不符", {"authenticity-"}),
        ("这个宝贝很珍贵", set()),
        ("Delivery was fast but the quality is terrible", {"logistics+", "quality-"}),
        ("The app crashes all the time", {"interface-"}),
        ("pineapple", set()),
        ("", set()),
        ("，，。", set()),
    ],
)
def test_each_clause_judges_its_own_aspect(text: str, expected: set[str], engine: SentimentEngine) -> None:
    assert read(text, engine) == expected


def test_configured_aspects_are_looked_for_and_no_others(engine: SentimentEngine) -> None:
    assert read("隔音很差，价格有点贵", engine, {"noise": ("隔音", "噪音")}) == {"noise-"}
    # A known name has our words beside its own.
    assert read("邮差很慢，发货也慢，质量差", engine, {"logistics": ("邮差",)}) == {"logistics-"}


def test_the_span_is_the_part_that_says_so(engine: SentimentEngine) -> None:
    text = "😀 物流快，但是质量差！"
    (found,) = AspectReader({}).read([text], engine)
    assert [text[slice(*each.span)] for each in found] == ["😀 物流快", "但是质量差！"]


@pytest.mark.parametrize(
    ("clause", "thing", "verdict"),
    [
        ("油耗不高", "", "positive"),
        ("油耗有点高", "", "negative"),
        ("空间真的不大", "", "negative"),
        ("噪音小", "", "positive"),
        ("性价比很高", "", "positive"),
        ("态度不太好", "", "negative"),
        ("快递小哥来了", "", None),
        ("不是特别满意", "", "negative"),
        ("没什么毛病", "", None),
        ("动力没得说，油耗高", "油耗", "negative"),
    ],
)
def test_an_adjective_is_judged_by_what_has_it(clause: str, thing: str, verdict: str | None) -> None:
    assert directed(clause, thing) == verdict


class Undecided:
    name, version = "undecided", "1"

    def score(self, texts: list[str], channel: str) -> list[Sentiment]:
        return [Sentiment("neutral", 0.0, 0.5) for _ in texts]


PIECES = st.sampled_from(
    [*"，。、 的不很", "但是", "物流", "快", "慢", "质量", "坏了", "贵", "app", "客服", "😀", "沒", "好吃"]
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_spans_lie_in_the_text_and_nothing_is_said_twice(text: str) -> None:
    (found,) = AspectReader({}).read([text], Undecided())  # type: ignore[arg-type]
    assert all(0 <= start < end <= len(text) for start, end in (each.span for each in found))
    kinds = [(each.name, each.polarity) for each in found]
    assert len(kinds) == len(set(kinds))
    judged = {name for name, polarity in kinds if polarity != "neutral"}
    assert not any(polarity == "neutral" and name in judged for name, polarity in kinds)
    pieces = list(clauses(text))
    assert all(one.end <= other.start for one, other in pairwise(pieces))


def test_every_aspect_of_ours_has_terms() -> None:
    assert all(words.terms.split() for words in WORDS.values())
