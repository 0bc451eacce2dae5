"""Synonyms and homophones of a keyword."""

from __future__ import annotations

import pytest

from monitor.config.schema import Keyword
from monitor.keywords import Document, QueryError
from monitor.keywords.query import compile_keyword


def spans(text: str, query: str, *, synonyms: tuple[str, ...] = (), homophones: bool = False) -> list[tuple[int, int]]:
    keyword = Keyword(id="k", query=query, synonyms=synonyms, homophones=homophones)
    hit = compile_keyword(keyword).match(Document(text))
    return list(hit.spans) if hit else []


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("微信", "加我威信，薇 信也行", [(2, 4), (5, 8)]),
        ("退款", "申请推宽", [(2, 4)]),
        ("退款", "申請腿*款", [(2, 5)]),
        ('"烧起来"', "稍 起 来", [(0, 5)]),
        ("退款", "退。款", []),
        ("{微信}", "威信", []),
        ("iPhone手机", "iphone首级", [(0, 8)]),
        ("退款 NOT 已退款", "以腿宽", []),
        ("发烫 NEAR/2 电池", "垫迟发烫", [(0, 2), (2, 4)]),
        ("银行", "银航", []),  # 行 is read by itself: xing
        ("旅行", "吕型", [(0, 2)]),
    ],
)
def test_words_that_sound_alike(query: str, text: str, found: list[tuple[int, int]]) -> None:
    assert spans(text, query, homophones=True) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("退款", "我要退钱", [(2, 4)]),
        ("退款 NOT 已退款", "退钱，已退款", []),
        ("退款 客服", "客服说退 钱", [(0, 2), (3, 6)]),
        ("发烫 NEAR/1 电池", "退钱 电池", [(0, 2), (3, 5)]),
        ("title:退款", "退钱", []),
        ("客服 OR 退款", "退钱 退款", [(0, 2), (3, 5)]),
        ("退款", "Money  back!", [(0, 11)]),
    ],
)
def test_other_words_for_the_first(query: str, text: str, found: list[tuple[int, int]]) -> None:
    assert spans(text, query, synonyms=("退钱", "money back")) == found


def test_synonyms_that_sound_alike() -> None:
    assert spans("腿前", "退款", synonyms=("退钱",), homophones=True) == [(0, 2)]


@pytest.mark.parametrize(("query", "synonym"), [("lang:zh", "退钱"), ("退款", "退")])
def test_synonyms_that_are_refused(query: str, synonym: str) -> None:
    with pytest.raises(QueryError) as caught:
        spans("", query, synonyms=(synonym,))
    assert caught.value.hint
