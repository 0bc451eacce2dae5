"""What is new is found by its growth, whole, and once; chance is told as nothing."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.phrases import log_odds, phrases, rising

USUAL = (
    "物流太慢了",
    "客服态度不好",
    "质量很差，两天就坏",
    "包装破了",
    "味道一般",
    "屏幕有划痕",
    "价格虚高",
    "app闪退",
)
NEW = ("充电发烫，吓人", "手机充电发烫", "晚上充电发烫得厉害", "又是充电发烫")


def complaints(number: int, seed: int) -> list[str]:
    random = Random(seed)
    return ["，".join(random.sample(USUAL, 2)) for _ in range(number)]


def test_what_is_new_is_told_whole_and_once() -> None:
    new = [*NEW, "the battery overheats", "battery overheats again"] * 3
    found = rising([*complaints(300, 1), *new], complaints(1200, 2))
    assert [topic.phrase for topic in found] == ["充电发烫", "battery overheats"]
    top = found[0]
    assert (top.now, top.before) == (12, 0)
    assert top.growth > 5
    assert top.texts == (300, 301, 302, 303, 306)


def test_chance_is_no_topic_and_without_a_past_nothing_is_new() -> None:
    assert rising(complaints(300, 1), complaints(1200, 2)) == []
    assert rising(["充电发烫"] * 20, []) == []
    assert rising([], complaints(10, 1)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("充电发烫", {"充电", "充电发", "充电发烫", "电发", "电发烫", "发烫"}),
        ("我的手机", {"手机"}),
        ("充電", {"充电"}),
        ("The battery overheats", {"battery", "overheats", "battery overheats"}),
        ("是的吗，2026", set()),
        ("", set()),
    ],
)
def test_phrases_of_a_text(text: str, found: set[str]) -> None:
    assert phrases(text) == found


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_more_of_it_now_is_more_growth(now: int, before: int, more: int) -> None:
    z, ratio = log_odds(now, 1000, before, 1000, 2.0, 400.0)
    assert log_odds(now + more, 1000, before, 1000, 2.0, 400.0)[1] > ratio
    assert (z > 0) == (now > before)
    assert log_odds(now, 1000, now, 1000, 2.0, 400.0)[0] == pytest.approx(0)
