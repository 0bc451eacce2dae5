"""A sliding sum over the steps that ended within the last seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


class SlidingWindow:
    """Counts of the steps with an end in (end − seconds, end]; steps come in time order."""

    def __init__(self, seconds: int, steps: Iterable[tuple[int, int, int]] = ()) -> None:
        self.seconds = seconds
        self.n = 0
        self.k = 0
        self._steps: deque[tuple[int, int, int]] = deque()
        for end, n, k in steps:
            self._append(end, n, k)

    def advance(self, end: int, n: int, k: int) -> None:
        """Adds the step that ended at ``end`` and forgets what the window has left behind."""
        while self._steps and self._steps[0][0] <= end - self.seconds:
            _, old_n, old_k = self._steps.popleft()
            self.n -= old_n
            self.k -= old_k
        if n:
            self._append(end, n, k)

    def steps(self) -> list[tuple[int, int, int]]:
        return list(self._steps)

    def _append(self, end: int, n: int, k: int) -> None:
        self._steps.append((end, n, k))
        self.n += n
        self.k += k


def check_step(last_end: int | None, end: int, n: int, k: int) -> None:
    """Raises ``ValueError`` for a step out of order or with impossible counts."""
    if last_end is not None and end <= last_end:
        raise ValueError(f"step {end} is not after {last_end}: steps come in time order")
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} mentions cannot be negative")
