from __future__ import annotations

import pytest

from dashboard.bench.keywords import MUSTS, figure, run


@pytest.mark.slow
def test_every_promise_is_measured_beside_what_is_used_in_its_place() -> None:
    found = run(number=200, rounds=1)
    assert {each.figure for each in found} == MUSTS.keys()
    assert all(each.value > 0 and all(each.rivals.values()) for each in found)
    assert [each.figure for each in found if not each.rivals] == ["compile 10000"]


def test_more_is_better_but_for_seconds() -> None:
    assert [figure("compile 10000", value, "s", {}).met for value in (1.9, 2.1)] == [True, False]
    assert [figure("boolean 1000", value, "reviews/s", {}).met for value in (19_999, 20_000)] == [False, True]
