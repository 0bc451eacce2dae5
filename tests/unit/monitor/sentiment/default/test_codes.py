"""Folding keeps positions, drops what carries no words, and never lets one text see another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.sentiment.default.codes import GAP, SEPARATORS, encode, fold_text, text_of
from monitor.sentiment.default.scoring import folding_table
from monitor.sentiment.default.weights import load, shipped

TABLE = folding_table(load(shipped()).folding)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("ＶＥＲＹ　Ｇｏｏｄ！", "very good!"),
        ("質量很好，體驗不錯", "质量很好,体验不错"),
        ("好好好好好好", "好好"),
        ("10000元", "10000元"),
        ("很\u200b好\ufeff", "很好"),
        ("看https://a.example/b?c=1完", "看 完"),
        ("@小明 你好", "  你好"),
        ("//@路人甲:太差了", " 太差了"),
        ("<b>好</b>", " 好 "),
        ("a<b 且 b>c", "a<b 且 b>c"),
        ("👍🏽👍️", "👍👍"),
        ("[泪][泪][泪]", "[泪][泪][泪]"),
        ("\x02好\x03", "好"),
        ("坏\ud800", "坏"),
    ],
)
def test_folding(given: str, seen: str) -> None:
    assert fold_text(given, TABLE) == seen


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_places_lead_back_and_texts_stay_apart(texts: list[str]) -> None:
    batch = encode(texts, TABLE)
    for text, start, end, offset in zip(texts, batch.starts, batch.ends, batch.offsets, strict=True):
        assert batch.codes[start - GAP : start].tolist() == [2, 3, 2] == batch.codes[end : end + GAP].tolist()
        assert not np.isin(batch.codes[start:end], SEPARATORS).any()
        places = batch.places[start:end] - offset
        assert (np.diff(places) > 0).all()
        assert all(0 <= place < len(text) for place in places)
        assert text_of(batch.codes[start:end]) == fold_text(text, TABLE)


@settings(deadline=None)
@given(st.text(alphabet="@<>/:：wh tps.a\x02\x03好", max_size=60))
def test_whatever_is_masked_keeps_its_length(text: str) -> None:
    batch = encode([text, "好"], TABLE)
    assert text_of(batch.codes[batch.starts[1] : batch.ends[1]]) == "好"
