"""When a message that did not arrive is tried again. Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST = 5.0
CAP = 3600.0

#: After this long a message is dead: news of last week is no alert.
GIVE_UP = timedelta(days=7)


def wait(attempt: int, retry_after: float | None = None) -> timedelta:
    """5 s · 2^(attempt − 1), at most 1 h; never sooner than the receiver asked for (which may be up to a day)."""
    seconds = min(CAP, FIRST * 2 ** min(attempt - 1, 20))
    return timedelta(seconds=max(seconds, min(retry_after or 0.0, 86400.0)))
