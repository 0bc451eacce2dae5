"""Language by script, and by declaration where there is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.language import declared_language, detect_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电池发烫", "zh"),
        ("iPhone 15 Pro Max 真的好用", "zh"),
        ("The battery of my 星河 phone overheats badly", "en"),
        ("バッテリーが熱い", "ja"),
        ("電池がとても熱い", "ja"),
        ("배터리가 뜨거워요", "ko"),
        ("배터리가 너무 뜨거워요, 大田에서", "ko"),
        ("Батарея греется", "ru"),
        ("😡😡 123 !!", "und"),
        ("", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, expected: str) -> None:
    assert detect_language(text) == expected


@given(st.text(st.sampled_from("电池很烫豈𠮷 abC9，。！《》—…~\n"), max_size=30))
def test_chinese_and_ascii_alone_are_told_as_among_all_scripts(text: str) -> None:
    # A sign of another script, which no language is counted by, has all scripts counted.
    assert detect_language(text) == detect_language(text + "☃")


@pytest.mark.parametrize(
    ("tag", "expected"), [("zh-CN", "zh"), ("en_US", "en"), (" JA ", "ja"), ("english", None), ("", None), (None, None)]
)
def test_a_declared_tag_gives_its_primary_subtag(tag: str | None, expected: str | None) -> None:
    assert declared_language(tag) == expected
