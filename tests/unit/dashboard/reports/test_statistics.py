from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.reports.statistics import COMPARABLE, Ratio, ratio_change, volume_change

ratios = st.integers(1, 5000).flatmap(lambda n: st.builds(Ratio, st.integers(0, n), st.just(n)))


def test_newcombe_example() -> None:
    """Newcombe 1998, table II, comparison (a): 56/70 against 48/80 gives 0.2000 (0.0524 to 0.3339): not noise."""
    change = ratio_change(Ratio(56, 70), Ratio(48, 80))
    assert change is not None
    assert change.difference == pytest.approx(0.2)
    assert change.significant


@pytest.mark.parametrize(
    ("now", "before", "significant"),
    [(Ratio(27, 90), Ratio(6, 60), True), (Ratio(6, 40), Ratio(8, 40), False), (Ratio(1, 3), Ratio(0, 3), False)],
)
def test_ratio_change(now: Ratio, before: Ratio, significant: bool) -> None:
    change = ratio_change(now, before)
    assert change is not None
    assert change.significant is significant


def test_nothing_to_compare() -> None:
    assert ratio_change(Ratio(1, 2), Ratio(0, 0)) is None
    assert ratio_change(Ratio(0, 0), Ratio(1, 2)) is None
    assert volume_change(5, 0) is None
    assert Ratio(0, 0).value is None


@pytest.mark.parametrize(
    ("now", "before", "significant"), [(90, 60, True), (70, 60, False), (0, 40, True), (0, 1, False)]
)
def test_volume_change(now: int, before: int, significant: bool) -> None:
    change = volume_change(now, before)
    assert change is not None
    assert change.significant is significant
    assert change.difference == pytest.approx((now - before) / before)


@given(ratios, ratios)
def test_change_is_symmetric_and_equal_ratios_are_noise(one: Ratio, other: Ratio) -> None:
    there, back = ratio_change(one, other), ratio_change(other, one)
    assert there is not None
    assert back is not None
    assert there.difference == pytest.approx(-back.difference)
    assert there.significant == back.significant
    assert one.value != other.value or not there.significant


@pytest.mark.parametrize(
    ("now", "before", "few"),
    [
        (Ratio(9, COMPARABLE), Ratio(4, COMPARABLE - 1), True),
        (Ratio(4, COMPARABLE - 1), Ratio(9, COMPARABLE), True),
        (Ratio(4, COMPARABLE), Ratio(5, COMPARABLE), False),
        (Ratio(9, 9), Ratio(0, 9), False),
    ],
)
def test_calm_is_not_claimed_from_few_mentions(now: Ratio, before: Ratio, few: bool) -> None:
    change = ratio_change(now, before)
    assert change is not None
    assert change.few is few
    assert not (change.few and change.significant)
