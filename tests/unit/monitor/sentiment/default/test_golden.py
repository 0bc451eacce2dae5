"""150 sentences that must be read rightly, and some that are known to be misread: sarcasm, mostly."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.mention import Channel
from monitor.sentiment.default.engine import DefaultEngine

ENGINE = DefaultEngine(with_reasons=False)
#: Marks a sentence that the engine misreads.
FAILS = "?"


def cases() -> list[object]:
    found: list[object] = []
    for line in Path(__file__).with_name("golden.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        channel, label, text = line.split(" ", 2)
        marks = [pytest.mark.xfail(reason="sarcasm", strict=True)] if label.endswith(FAILS) else []
        found.append(pytest.param(channel, label.removesuffix(FAILS), text, marks=marks))
    return found


@pytest.mark.parametrize(("channel", "label", "text"), cases())
def test_golden_sentences(channel: Channel, label: str, text: str) -> None:
    assert ENGINE.score([text], channel)[0].label == label


def test_there_are_enough_of_them() -> None:
    assert len(cases()) >= 150
