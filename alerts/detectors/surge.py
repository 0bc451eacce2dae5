"""Mention volume: the last hour against the hours of the week before it.

z = (2√(n+⅜) − mean) / sd, with mean and standard deviation of 2√(c+⅜) over the ``trail`` of whole hours before
(Anscombe 1948: the root makes the scatter of counts even); the hour that has just ended is left out, so that a rise
does not hide itself. No seasonality is assumed: on 5-minute series with labelled events (NAB, five brands) the plain
trail scored 80 to 83 with a day between two messages.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from math import sqrt
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from alerts.detectors.engine import Finding
from alerts.detectors.window import SlidingWindow, check_step
from monitor.config.schema import Duration, Measure, Params

HOUR = 3600

#: Below this standard deviation of roots a series is taken to scatter as counts do: 1 is Poisson's own.
LEAST_SCATTER = 1.0

#: Of a root, to one.
UNITS = 1 << 20


class SurgeParams(Params):
    """``threshold`` in standard deviations: 3.25 to 4 do about equally well on NAB. The warm-up counts from the first
    mention."""

    measures: ClassVar[tuple[Measure, ...]] = ("mention_volume",)
    usual_min_mentions: ClassVar[int] = 8
    usual_cooldown: ClassVar[timedelta] = timedelta(hours=24)

    threshold: float = Field(default=3.75, gt=0, le=50)
    trail: Duration = timedelta(days=7)
    warm_up: Duration = timedelta(days=2)

    @model_validator(mode="after")
    def long_enough(self) -> Self:
        if self.trail < timedelta(hours=24):
            raise ValueError("trail must be at least 24h, or a day's own rhythm would look like a surge")
        return self


def root(count: int) -> int:
    """2√(count+⅜) in :data:`UNITS`: whole numbers, so that sums come out the same in whatever order they are made."""
    return round(2 * sqrt(count + 0.375) * UNITS)


class Surge:
    """See the module. ``expected`` is of n, not of k. An hour without mentions is a count of 0, not a gap."""

    def __init__(self, params: SurgeParams, min_mentions: int = SurgeParams.usual_min_mentions) -> None:
        self._params = params
        self._min_mentions = min_mentions
        self._trail = int(params.trail.total_seconds()) // HOUR
        self._warm_up = int(params.warm_up.total_seconds())
        self._window = SlidingWindow(HOUR)
        self._recent: deque[tuple[int, int]] = deque()  # (hour since the epoch, mentions): the last two hours
        self._past: deque[tuple[int, int]] = deque()  # (hour, root) of the trail; hours without mentions are left out
        self._sum = self._squares = 0  # of the past's roots
        self._first: int | None = None
        self._last: int | None = None

    def update(self, end: int, n: int, k: int) -> Finding:
        check_step(self._last, end, n, k)
        self._last = end
        self._window.advance(end, n, k)
        hour = (end - 1) // HOUR
        if n:
            self._first = end if self._first is None else self._first
            before = self._recent.pop()[1] if self._recent and self._recent[-1][0] == hour else 0
            self._recent.append((hour, before + n))
        self._move(hour)
        return self._judge(end, hour)

    def state(self) -> dict[str, Any]:
        return {
            "window": self._window.steps(),
            "recent": list(self._recent),
            "past": list(self._past),
            "times": [self._first, self._last],
        }

    @classmethod
    def from_state(cls, params: SurgeParams, min_mentions: int, state: dict[str, Any]) -> Self:
        detector = cls(params, min_mentions)
        detector._window = SlidingWindow(HOUR, (tuple(step) for step in state["window"]))
        detector._recent = deque((hour, count) for hour, count in state["recent"])
        detector._past = deque((hour, value) for hour, value in state["past"])
        detector._sum = sum(value for _, value in detector._past)
        detector._squares = sum(value * value for _, value in detector._past)
        detector._first, detector._last = state["times"]
        return detector

    def _move(self, hour: int) -> None:
        """The hour before the one that ``hour`` may have begun with is still in the window: it is not past yet."""
        while self._recent and self._recent[0][0] < hour - 1:
            when, count = self._recent.popleft()
            value = root(count)
            self._past.append((when, value))
            self._sum, self._squares = self._sum + value, self._squares + value * value
        while self._past and self._past[0][0] < hour - self._trail:
            value = self._past.popleft()[1]
            self._sum, self._squares = self._sum - value, self._squares - value * value

    def _judge(self, end: int, hour: int) -> Finding:
        n, k, threshold = self._window.n, self._window.k, self._params.threshold
        if self._first is None:
            return Finding("no_data", False, n, k, None, None, threshold, HOUR)
        if end - self._first < self._warm_up:
            return Finding("warm_up", False, n, k, None, None, threshold, HOUR)
        mean, scatter = self._usual(min(self._trail, hour - (self._first - 1) // HOUR) - 1)
        score = (root(n) / UNITS - mean) / max(scatter, LEAST_SCATTER)
        active = n >= self._min_mentions and score >= threshold
        return Finding("ok", active, n, k, max(mean * mean / 4 - 0.375, 0.0), score, threshold, HOUR)

    def _usual(self, hours: int) -> tuple[float, float]:
        """Mean and standard deviation of the roots over the past, which is ``hours`` long, the empty ones included."""
        empty = max(hours - len(self._past), 0)
        hours, nothing = len(self._past) + empty, root(0)
        if not hours:
            return root(0) / UNITS, 0.0
        total = self._sum + empty * nothing
        squares = self._squares + empty * nothing * nothing
        mean = total / hours
        return mean / UNITS, sqrt(max(squares * hours - total * total, 0)) / hours / UNITS
