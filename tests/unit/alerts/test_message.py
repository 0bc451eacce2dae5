from __future__ import annotations

import re
from dataclasses import replace

import pytest

from alerts.message import QUOTE_LENGTH, WORDS, duration, percent, render
from alerts.notification import Label, Quote
from tests.unit.alerts.samples import AT, notification


def test_english() -> None:
    message = render(notification())
    assert message.title == "Major alert · 星河"
    assert message.summary == "18 of 60 negative against a baseline of 9 %"
    assert message.facts == ("Since: 2026-11-23 13:00", "Window: 6 h", "Rule: spike", "Ticket: FB20261123001")
    assert message.quotes[0] == "“充电时电池 发烫” — 王** (1 of 5 stars, shop)"
    assert message.quotes[1].endswith("— anonymous (forum)")


def test_chinese() -> None:
    message = render(replace(notification(), language="zh-CN"))
    assert message.headline == "重要预警 · 星河：60 条提及中有 18 条负面，基线为 9%"
    assert message.facts == ("开始于：2026-11-23 13:00", "统计窗口：6 小时", "规则：spike", "工单：FB20261123001")
    assert message.quotes[0] == "“充电时电池 发烫” — 王**（1 星，shop）"


def test_resolved_says_when() -> None:
    resolved = replace(notification(), transition="resolved", language="zh-CN")
    assert render(resolved).title == "重要已恢复 · 星河"
    assert render(resolved).facts[1] == "恢复于：2026-11-23 20:10"


def test_the_demo_says_so_first() -> None:
    assert render(replace(notification(), demo=True)).headline.startswith("[Demo] ")
    assert render(replace(notification(), demo=True, language="zh-CN")).headline.startswith("【演示】")


def test_each_measure_has_its_sentence() -> None:
    count = replace(notification(), measure="negative_count", window_seconds=90)
    assert render(count).summary == "18 negative mentions in 90 s (60 in all)"
    volume = replace(notification(), measure="mention_volume", n=480, expected=120.4, window_seconds=3600)
    assert render(volume).summary == "480 mentions in 1 h, usually about 120"
    word = replace(notification(), measure="crisis_word", labels=(Label("keyword", "safety", "safety"),))
    assert render(word).summary == "crisis word “safety” in 60 mentions, 18 of them negative"
    assert render(replace(notification(), baseline=None)).summary == "18 of 60 negative"
    assert render(replace(notification(), labels=())).title == "Major alert · everything"


def test_a_long_quote_is_cut() -> None:
    quote = Quote(1, "烫" * 500, None, None, None, "shop", AT)
    (line,) = render(replace(notification(), quotes=(quote,))).quotes
    assert line.startswith("“" + "烫" * (QUOTE_LENGTH - 1) + "…”")


@pytest.mark.parametrize(
    ("ratio", "shown"), [(0.09, "9 %"), (0.0951, "10 %"), (0.004, "0.4 %"), (1.0, "100 %"), (None, "")]
)
def test_percent(ratio: float | None, shown: str) -> None:
    assert percent(ratio, "en") == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(86400, "1 d"), (90000, "25 h"), (3600, "1 h"), (5400, "90 min"), (61, "61 s"), (10, "10 s")],
)
def test_durations_use_the_largest_unit_without_a_rest(seconds: int, shown: str) -> None:
    assert duration(seconds, WORDS["en"]) == shown


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    zh, en = WORDS["zh-CN"], WORDS["en"]
    assert zh.keys() == en.keys()
    for name in zh:
        assert set(re.findall(r"{\w+}", zh[name])) == set(re.findall(r"{\w+}", en[name])), name
