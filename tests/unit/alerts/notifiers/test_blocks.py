"""Golden Block Kit. After an intended change: write the new blocks into golden/ and look at them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.notification import Notification, Quote
from alerts.notifiers.blocks import HEADER_LENGTH, TEXT_LENGTH, blocks, escape, fallback
from tests.unit.alerts.samples import AT, notification

GOLDEN = Path(__file__).parent / "golden"
DASHBOARD = "https://tingfeng.example"
CASES: dict[str, tuple[Notification, str | None]] = {
    "firing_en": (notification(), DASHBOARD),
    "firing_zh": (replace(notification(), language="zh-CN", severity="critical"), DASHBOARD),
    "resolved_en": (replace(notification(), transition="resolved"), DASHBOARD),
    "without_dashboard": (replace(notification(), quotes=(), ticket=None), None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_blocks_are_as_agreed(case: str) -> None:
    built, dashboard = CASES[case]
    assert blocks(built, dashboard) == json.loads((GOLDEN / f"{case}.json").read_text("utf-8"))


def test_text_from_mentions_cannot_become_a_mention_a_link_or_formatting() -> None:
    text = json.dumps(blocks(notification(), None), ensure_ascii=False)
    assert "<!channel>" not in text
    assert "<https://evil.example" not in text
    assert escape("a & <b>") == "a &amp; &lt;b&gt;"
    assert escape("*_~`") == "\u200b*\u200b_\u200b~\u200b`"


def test_a_quotes_address_cannot_leave_its_link() -> None:
    quote = replace(notification().quotes[0], url="https://shop.example/?a=1&b=<x>|<!channel>")
    text = json.dumps(blocks(replace(notification(), quotes=(quote,)), None))
    assert "<https://shop.example/?a=1&amp;b=%3Cx%3E%7C%3C!channel%3E|original>" in text


def test_a_resolved_alert_does_not_quote_again() -> None:
    text = json.dumps(blocks(replace(notification(), transition="resolved"), None), ensure_ascii=False)
    assert "电池" not in text


def test_nothing_grows_beyond_slacks_limits() -> None:
    quotes = tuple(Quote(number, "<" * 500, "&" * 50, None, None, "s", AT) for number in range(20))
    label = replace(notification().labels[0], name="星" * 200)
    built = blocks(replace(notification(), quotes=quotes, labels=(label,)), DASHBOARD)
    assert len(built[0]["text"]["text"]) <= HEADER_LENGTH
    assert all(len(block["text"]["text"]) <= TEXT_LENGTH for block in built if block["type"] == "section")


def test_the_fallback_is_the_headline() -> None:
    assert fallback(notification()) == "Major alert · 星河: 18 of 60 negative against a baseline of 9 %"
