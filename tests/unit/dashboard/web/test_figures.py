from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.reports.statistics import COMPARABLE
from dashboard.web.figures import Change, Share, polyline, ratio_change, score_change, volume_change
from dashboard.web.highlight import segments
from dashboard.web.i18n import Language
from dashboard.web.scope import PERIODS, bucket_seconds
from monitor.mention import Reason

SPANS = st.tuples(st.integers(-3, 30), st.integers(-3, 30))


def test_a_large_shift_is_bad_and_a_small_one_is_noise() -> None:
    worse = ratio_change(Share(48, 60), Share(6, 60), "en")
    assert worse is not None
    assert (worse.tone, worse.words) == ("bad", "+70.0 pp")
    better = ratio_change(Share(6, 60), Share(48, 60), "en")
    assert better is not None
    assert better.tone == "good"
    noise = ratio_change(Share(7, 60), Share(6, 60), "en")
    assert noise is not None
    assert noise.tone == "quiet"
    assert ratio_change(Share(1, 2), Share(0, 0), "en") is None


def test_one_of_one_against_none_of_one_is_noise() -> None:
    change = ratio_change(Share(1, 1), Share(0, 5), "en")
    assert change is not None
    assert change.tone == "quiet"


@pytest.mark.parametrize(
    ("n", "language", "other", "words"),
    [
        (2, "zh-CN", None, "上一时段提及太少，无法比较（n=2）"),
        (4, "en", None, "too few before to compare (n=4)"),
        (2, "zh-CN", "天穹", "天穹提及太少，无法比较（n=2）"),
        (2, "en", "天穹", "too few of 天穹 to compare (n=2)"),
    ],
)
def test_a_change_against_few_mentions_is_not_stated(n: int, language: Language, other: str | None, words: str) -> None:
    ratio = ratio_change(Share(40, 60), Share(1, n), language, other)
    score = score_change(-0.5, 60, 0.5, n, language, other)
    for change in (ratio, score):
        assert change is not None
        assert (change.words, change.tone, change.few) == (words, "quiet", True)


@pytest.mark.parametrize(("now", "before"), [(COMPARABLE - 1, 400), (400, COMPARABLE - 1), (6, 6)])
def test_calm_is_not_claimed_from_few_mentions(now: int, before: int) -> None:
    few = (
        ratio_change(Share(now // 10, now), Share(before // 10, before), "en"),
        score_change(0.1, now, 0.12, before, "en"),
    )
    for change in few:
        assert change is not None
        assert change.few
        assert f"n={min(now, before)}" in change.words
        assert "noise" not in change.words
    enough = ratio_change(Share(3, max(now, COMPARABLE)), Share(3, max(before, COMPARABLE)), "en")
    assert enough is not None
    assert "noise" in enough.words or enough.tone != "quiet"


def test_the_smaller_side_is_named() -> None:
    now = ratio_change(Share(1, 9), Share(40, 400), "zh-CN")
    assert now is not None
    assert now.words == "提及太少，无法比较（n=9）"


def test_a_treble_ratio_is_just_seen_from_enough_mentions() -> None:
    """The reason of the threshold: below it even this would be called noise."""

    def shift(n: int) -> Change | None:
        return ratio_change(Share(round(0.3 * n), n), Share(round(0.1 * n), n), "en")

    below, above = shift(COMPARABLE - 10), shift(COMPARABLE + 10)
    assert below is not None
    assert above is not None
    assert below.few
    assert above.tone == "bad"


def test_five_mentions_are_enough_for_a_shift_beyond_chance() -> None:
    ratio, score = ratio_change(Share(40, 60), Share(1, 5), "en"), score_change(-0.5, 60, 0.5, 5, "en")
    assert ratio is not None
    assert score is not None
    assert "pp" in ratio.words
    assert not ratio.few
    assert not score.few


def test_volume_is_neither_good_nor_bad() -> None:
    more = volume_change(400, 100, "en")
    assert more is not None
    assert (more.tone, more.words) == ("plain", "+300%")
    few = volume_change(12, 10, "en")
    assert few is not None
    assert few.tone == "quiet"
    assert volume_change(5, 0, "en") is None


def test_a_score_change_needs_many_mentions() -> None:
    shifted = score_change(-0.5, 400, 0.5, 400, "en")
    assert shifted is not None
    assert shifted.tone == "bad"
    noise = score_change(-0.5, 5, 0.5, 5, "en")
    assert noise is not None
    assert noise.tone == "quiet"
    assert score_change(None, 0, 0.5, 3, "en") is None


def test_sparkline_stays_in_its_box() -> None:
    assert polyline([0, 0, 0]) == ""
    assert polyline([1]) == ""
    assert polyline([0, None, 4]) == "0.0,26.0 100.0,2.0"


@given(st.text(max_size=25), st.lists(SPANS, max_size=5), st.lists(SPANS, max_size=5))
def test_segments_joined_are_the_text(text: str, spans: list[tuple[int, int]], reasons: list[tuple[int, int]]) -> None:
    found = segments(text, [("k", spans)], [Reason(span, -0.5) for span in reasons])
    assert "".join(part.text for part in found) == text
    marked = {i for a, b in spans for i in range(max(0, a), min(b, len(text)))}
    position = 0
    for part in found:
        assert bool(part.keyword) == (position in marked)
        position += len(part.text)


def test_marks_that_overlap_keep_both_signs() -> None:
    found = segments("电池发烫了", [("safety", ((2, 4),))], [Reason((3, 5), -0.5), Reason((0, 2), 0.2)])
    assert [(part.text, part.classes) for part in found] == [
        ("电池", "pos-2"),
        ("发", "hit"),
        ("烫", "hit neg-3"),
        ("了", "neg-3"),
    ]


@pytest.mark.parametrize("step", [10, 60, 3600])
@pytest.mark.parametrize("period", list(PERIODS.values()))
def test_buckets_are_whole_steps_and_not_too_many(period: timedelta, step: int) -> None:
    bucket = bucket_seconds(period, step)
    assert bucket % step == 0
    assert period.total_seconds() / bucket <= 72
