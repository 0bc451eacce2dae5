from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.dispatch.backoff import wait


@pytest.mark.parametrize(
    ("attempt", "retry_after", "seconds"),
    [(1, None, 5), (2, None, 10), (5, None, 80), (11, None, 3600), (10_000, None, 3600), (1, 30, 30), (3, 2, 20)],
)
def test_it_doubles_up_to_an_hour_and_heeds_the_receiver(attempt: int, retry_after: float | None, seconds: int) -> None:
    assert wait(attempt, retry_after) == timedelta(seconds=seconds)


def test_a_receiver_cannot_put_us_off_for_more_than_a_day() -> None:
    assert wait(1, 1e12) == timedelta(days=1)
