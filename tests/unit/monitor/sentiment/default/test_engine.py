"""The default engine: the same verdict in any company, spans into the text as given, linear time."""

from __future__ import annotations

import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.mention import Sentiment
from monitor.sentiment.default.engine import MOST_CHARACTERS, DefaultEngine

ENGINE = DefaultEngine()


def reasons(text: str, verdict: Sentiment) -> list[str]:
    return [text[slice(*reason.span)] for reason in verdict.reasons]


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_verdict_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = ENGINE.score(texts, "social")
    assert together == [ENGINE.score([text], "social")[0] for text in texts]


@settings(deadline=None)
@given(st.text(max_size=80))
def test_every_text_has_a_verdict_and_reasons_inside_it(text: str) -> None:
    (verdict,) = ENGINE.score([text], "review")
    assert -1 <= verdict.score <= 1
    assert all(0 <= reason.span[0] < reason.span[1] <= len(text) for reason in verdict.reasons)


def test_reasons_are_spans_of_the_text_as_given() -> None:
    text = "<p>Ｂｒａｎｄ　\u200b質量太差，客服態度惡劣</p>"
    (verdict,) = ENGINE.score([text], "review")
    assert verdict.label == "negative"
    assert any("太差" in each for each in reasons(text, verdict))


def test_a_negation_belongs_to_the_reason() -> None:
    text = "一点也不喜欢"
    (verdict,) = ENGINE.score([text], "review")
    assert verdict.label == "negative"
    assert any("不" in each for each in reasons(text, verdict))


def test_batches_are_cut_without_a_seam() -> None:
    texts = ["质量很好" * 2_000, "太差了"] * 20
    assert sum(map(len, texts)) > 2 * MOST_CHARACTERS
    assert ENGINE.score(texts, "review") == [ENGINE.score([text], "review")[0] for text in texts]


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["好", "不", "@", "<a", "//@", "https://a", "[泪]", "😀", "\u202e", "\ud800", "a b", "但是好"]
)
def test_time_is_linear_in_the_length(unit: str) -> None:
    """Doubling a text may double the time; a quadratic step would make it four times as much."""

    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        started = process_time()
        ENGINE.score([text], "review")
        return process_time() - started

    ratio = min(seconds(400_000) / seconds(100_000) for _ in range(3))
    assert ratio < 10, "four times the text"


@pytest.mark.slow
def test_it_is_small_and_needs_no_other_engine() -> None:
    code = (
        "import pathlib, sys\n"
        "from monitor.sentiment.registry import load_engine\n"
        "load_engine().score(['质量太差'], 'review')\n"
        "(line,) = (l for l in pathlib.Path('/proc/self/status').read_text().splitlines() if l.startswith('VmHWM'))\n"
        "print(line.split()[1], {'snownlp', 'pandas', 'jieba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kibibytes, loaded = done.stdout.split(" ", 1)
    assert int(kibibytes) < 80 * 1024
    assert loaded.strip() == "set()"
