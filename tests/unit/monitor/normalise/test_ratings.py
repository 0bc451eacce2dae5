"""Ratings as shops state them, onto 0–1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.ratings import UnreadableRatingError, read_rating


@pytest.mark.parametrize(
    ("stated", "best", "worst", "expected"),
    [
        ("4", None, None, 0.75),
        ("1", None, None, 0.0),
        ("5.0", "5", "1", 1.0),
        ("4,5", None, None, 0.875),
        ("4.5/5", None, None, 0.875),
        ("8/10", None, "0", 0.8),
        ("80/100", None, None, 0.8),
        ("4 out of 5 stars", None, None, 0.75),
        ("8", "10", "0", 0.8),
        ("5", "10", None, 4 / 9),
        ("Three", None, None, 0.5),
        ("五星", None, None, 1.0),
        ("2星", None, None, 0.25),
        ("80%", None, None, 0.75),
        ("20%", "100", "1", 0.0),
        ("0%", None, None, None),
        ("★★★★☆", None, None, 0.75),
        ("★★", None, None, 0.25),
        ("好评", None, None, 1.0),
        ("差评", None, None, 0.0),
        ("４", None, None, 0.75),
        ("0.5", "5", None, 0.0),
        ("0", "5", "0", 0.0),
        ("0", None, None, None),
        ("", None, None, None),
        (None, "5", "1", None),
    ],
)
def test_a_stated_rating(stated: str | None, best: str | None, worst: str | None, expected: float | None) -> None:
    assert read_rating(stated, best, worst) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("stated", "best", "worst"),
    [
        ("6", None, None),
        ("11", "10", "1"),
        ("110%", None, None),
        ("7/5", None, None),
        ("good", None, None),
        ("nan", None, None),
        ("-1", None, None),
        ("4", "five points", None),
        ("3", "3", "3"),
        ("3", "10", "5"),
        ("4" * 100, None, None),
    ],
)
def test_a_rating_outside_its_scale_or_no_rating_is_refused(stated: str, best: str | None, worst: str | None) -> None:
    with pytest.raises(UnreadableRatingError):
        read_rating(stated, best, worst)


@given(st.text(max_size=20) | st.text("0123456789./% ★☆½星分", max_size=12))
def test_any_text_gives_a_share_or_a_refusal(stated: str) -> None:
    try:
        rating = read_rating(stated)
    except UnreadableRatingError:
        return
    assert rating is None or 0 <= rating <= 1
