"""Markup, control characters and hostile input become text that can be stored, shown and searched."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>很好用</p><p>推荐<br>给大家</p>", "很好用\n推荐\n给大家"),
        ("a<b>b</b>c &amp; d&nbsp;e &lt;3", "ab" + "c & d e <3"),
        ("价格 < 100 元，质量 > 预期", "价格 < 100 元，质量 > 预期"),
        ("<script>alert('</b>')</script>好<style>p{}</style><!-- <b>x -->的", "好的"),
        ('<img alt="a>b" src=x>文字', "文字"),
        ("<p title='its>'>文字</p>", "文字"),
        ("it's <b>don't</b> fine", "it's don't fine"),
        ('气死了<img class="emoji" title=":angry:" alt=":angry:">', "气死了:angry:"),
        ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
        ("未完<a href=", "未完<a href="),
        ("&#99999999999;&#xD800;&#0;好", "\ufffd\ufffd\ufffd好"),
        ("<SCRIPT>x</SCRIPT >好", "好"),
    ],
)
def test_html_becomes_what_a_reader_sees(markup: str, expected: str) -> None:
    assert clean_text(markup, markup=True) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("好\x00评\x1b[31m", "好评[31m"),
        ("abc\u202e\u2066def\u200b\ufeff", "abcdef"),
        ("e\u0301", "é"),
        ("①ＡＢ㎏", "①ＡＢ㎏"),  # NFC, not NFKC
        ("\ud83d\ude00", "😀"),
        ("x\ud83d", "x\ufffd"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),  # the joiner inside an emoji stays
        ("<b>不是标签</b>", "<b>不是标签</b>"),
    ],
)
def test_plain_text_keeps_its_words_and_loses_what_hides(found: str, expected: str) -> None:
    assert clean_text(found, markup=False) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "<a " * 300_000,
        '<a ="' * 200_000,
        "<a " + '="x" ' * 200_000 + ">",
        "<a ='>" * 160_000,
        "<!--" * 250_000,
        "<script>" * 120_000,
        "<" * 1_000_000,
        "&#" + "9" * 1_000_000,
        "e" + "\u0301\u0323" * 500_000,
    ],
    ids=["tags", "quotes", "attributes", "stray", "comments", "scripts", "less", "reference", "marks"],
)
def test_a_hostile_megabyte_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    clean_text(hostile, markup=True)
    # Linear is 0.1–1 s here; each of these took minutes in a quadratic form.
    assert time.process_time() - start < 10


@given(st.text(alphabet=st.characters(), max_size=200), st.booleans())
def test_the_result_is_always_storable(found: str, markup: bool) -> None:
    text = clean_text(found, markup=markup)
    text.encode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(ch) == "Cc" and ch not in "\n\t" for ch in text)
    assert clean_text(text, markup=False) == text


def test_a_line_is_one_line_of_bounded_length() -> None:
    assert clean_line(" a\n b ", limit=10) == "a b"
    assert clean_line("长" * 20, limit=5) == "长长长长长"
    assert clean_line("\u200b ", limit=5) is None
    assert clean_line(None, limit=5) is None
