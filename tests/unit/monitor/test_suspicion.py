"""Signs of advertising and of reviews to order, and how they add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.mention import Sentiment, Suspicion
from monitor.suspicion import BURST, BUSY, SUSPICIOUS, score_of, suspicions_among, suspicions_of

SURE = {"positive": Sentiment("positive", 0.96, 0.98), "negative": Sentiment("negative", -0.96, 0.98)}


@pytest.mark.parametrize(
    ("text", "label", "rating", "doubts"),
    [
        ("电池耐用，屏幕清晰", "positive", 1.0, []),
        ("加我微信***领优惠券", "positive", None, ["promotion"]),
        ("为了返现写的好评", "positive", 1.0, ["promotion"]),
        ("宝贝收到了，和描述的一样，非常满意的一次购物，五星好评", "positive", 1.0, ["template"]),
        ("用了两天就坏了，气死我了", "negative", 1.0, ["rating_against_text"]),
        ("非常好用，推荐大家购买", "positive", 0.0, ["rating_against_text"]),
        ("用了两天就坏了，气死我了", "negative", 0.0, []),
        ("用了两天就坏了，气死我了", "negative", None, []),
    ],
)
def test_signs_in_one_mention(text: str, label: str, rating: float | None, doubts: list[str]) -> None:
    assert [each.doubt for each in suspicions_of(text, SURE[label], rating)] == doubts


def test_an_unsure_verdict_does_not_speak_against_a_rating() -> None:
    assert suspicions_of("一般吧", Sentiment("negative", -0.4, 0.7), 1.0) == ()


def test_company_is_suspicious_from_a_number_on() -> None:
    assert suspicions_among(BURST - 1, BUSY - 1) == ()
    assert [each.doubt for each in suspicions_among(BURST, BUSY)] == ["burst", "busy_author"]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_company_is_never_less_suspicious(copies: int, by_author: int) -> None:
    score, more = score_of(suspicions_among(copies, by_author)), score_of(suspicions_among(copies + 1, by_author + 1))
    assert 0 <= score <= more <= 1


def test_one_weak_sign_is_not_enough_and_two_are() -> None:
    assert score_of([Suspicion("template", 0.4)]) < SUSPICIOUS <= score_of([Suspicion("template", 0.4)] * 2)
    assert score_of([]) == 0
