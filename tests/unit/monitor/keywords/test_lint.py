from __future__ import annotations

import pytest

from monitor.config.schema import Brand, Config, Keyword, Product, Source
from monitor.keywords.lint import History, lint

BRANDS = (
    Brand(id="own", name="星河", role="own"),
    Brand(id="rival", name="天穹", role="competitor", aliases=("SkyDome",), products=(Product(name="天穹手表"),)),
)
NOTHING = History(0, {})


def found(*queries: str | Keyword, history: History = NOTHING) -> list[tuple[str, str, str | None]]:
    keywords = tuple(
        query if isinstance(query, Keyword) else Keyword(id=f"k{place}", query=query)
        for place, query in enumerate(queries)
    )
    config = Config(version=1, brands=BRANDS, keywords=keywords, sources=(Source(id="shop", kind="feed"),))
    return [(finding.keyword, finding.check, finding.other) for finding in lint(config, history)]


@pytest.mark.parametrize(
    "query",
    [
        "退款 NOT 退款",
        "已退款 NOT 退款",
        "article NOT art*",
        "退款 lang:zh lang:en",
        "退款 rating:[6 TO 9]",
        "rating:[1 TO 2] rating:[4 TO 5]",
        "退款 source:other",
        "(source:one OR source:other) 退款",
        "(退款 OR 退货) NOT (退款 OR 退货 OR 换货)",
        "退款 NEAR/3 客服 NOT 客服",
        "site:a.cn site:b.cn",
    ],
)
def test_never_matches(query: str) -> None:
    assert found(query) == [("k0", "never", None)]


@pytest.mark.parametrize(
    "query",
    [
        "退款 NOT 已退款",
        "art* NOT article",
        "退款 source:shop",
        "退款 (lang:zh OR lang:en)",
        "site:a.cn site:x.a.cn",
        "退款 NOT (退款 NEAR/3 客服)",
        "{退款} NOT 退货",
        "起火 OR 爆炸",
    ],
)
def test_may_match(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("申请退款", "退款"),
        ("退款 客服", "退款 OR 退货"),
        ("退款 NEAR/3 客服", "客服"),
        ("article", "art*"),
        ("rating:[1 TO 2] 退款", "rating:[1 TO 3] 退款"),
        ("(起火 OR 爆炸) 电池", "电池 (爆炸 OR 起火 OR 发烫)"),
        ("title:退款", "退款"),
        ("退款 site:x.a.cn", "退款 site:a.cn"),
    ],
)
def test_shadowed_by_another(narrow: str, wide: str) -> None:
    assert found(narrow, wide) == [("k0", "shadowed", "k1")]
    assert found(wide, narrow) == [("k1", "shadowed", "k0")]


def test_of_two_alike_the_later_is_shadowed() -> None:
    assert found("退款 OR 退货", "退货 OR 退款") == [("k1", "shadowed", "k0")]


@pytest.mark.parametrize(
    ("one", "other"), [("退款", "title:退款"), ("iPhone", "phone"), ("退款 NOT 客服", "退款 客服")]
)
def test_not_shadowed(one: str, other: str) -> None:
    assert ("k0", "shadowed", "k1") not in found(one, other)


def test_a_crisis_word_has_a_use_of_its_own() -> None:
    crisis = Keyword(id="fire", query="起火", severity="critical")
    assert found(crisis, "起火 OR 发烫") == []
    assert found(crisis, Keyword(id="hot", query="起火 OR 发烫", severity="major")) == [("fire", "shadowed", "hot")]


def test_everything_and_too_much() -> None:
    assert found("/./") == [("k0", "everything", None)]
    assert found("rating:[1 TO 5]") == [("k0", "everything", None)]
    history = History(1000, {"k0": 990, "k1": 300, "k2": 10})
    assert found("充电", "手机", "退款", "发烫", history=history) == [
        ("k0", "everything", None),
        ("k1", "broad", None),
        ("k3", "never", None),
    ]


@pytest.mark.parametrize("query", ["可以 OR 退款", '"退"', "ok", "退款 OR 5"])
def test_words_that_are_said_everywhere(query: str) -> None:
    assert found(query) == [("k0", "broad", None)]


def test_said_everywhere_but_not_enough() -> None:
    assert found("可以 退款", '"退" NEAR/3 "款"') == []


@pytest.mark.parametrize("query", ["天穹", "天穹退款", "天琼", "skydome", "skydoom 退款"])
def test_like_a_competitors_name(query: str) -> None:
    assert ("k0", "competitor", "rival") in found(query)


def test_a_keyword_for_the_competitor_may_name_it() -> None:
    assert found(Keyword(id="k0", query="天穹 退款", brand="rival"), "客服 NOT 天穹") == []
