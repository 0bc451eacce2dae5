from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from alerts.tickets.numbering import following, prefix


def test_the_date_is_the_local_one() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert prefix(late, "Asia/Shanghai") == "FB20261124"
    assert prefix(late, "UTC") == "FB20261123"


def test_the_first_of_a_day_is_001_and_it_grows_past_999() -> None:
    assert following("FB20261123", []) == "FB20261123001"
    assert following("FB20261123", ["FB20261123998", "FB20261123999"]) == "FB202611231000"
    assert following("FB20261123", ["FB202611231000", "FB20261123999"]) == "FB202611231001"


@given(st.sets(st.integers(1, 1500)))
def test_a_number_is_never_given_twice(taken: set[int]) -> None:
    numbers = [f"FB20261123{number:03d}" for number in taken]
    assert following("FB20261123", numbers) not in numbers
