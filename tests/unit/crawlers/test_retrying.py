from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.retrying import PATIENCE, PAUSES, pause

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "header", "put_off", "seconds"),
    [
        (429, "1", 0, 1),
        (503, str(PATIENCE), PAUSES - 1, PATIENCE),
        (429, "Mon, 23 Nov 2026 12:00:07 GMT", 0, 7),
        (429, "0", 0, 0),
        (429, str(PATIENCE + 1), 0, None),
        (429, "1", PAUSES, None),
        (429, "soon", 0, None),
        (429, None, 0, None),
        (500, "1", 0, None),
        (200, "1", 0, None),
    ],
)
def test_only_a_short_pause_is_waited_out_and_not_for_ever(
    status: int, header: str | None, put_off: int, seconds: int | None
) -> None:
    assert pause(status, header, put_off, NOW) == seconds
