"""Negative ratio: the window's Wilson lower bound against a lagged, decayed baseline.

The row "Wilson lower bound 6 h > 1.25 × baseline" of the usual rules. Baseline: mentions older than ``lag``, decayed
with ``half_life``, shrunk towards ``prior`` by :data:`PSEUDO_MENTIONS` pseudo-mentions.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from math import sqrt
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from alerts.detectors.engine import Finding, Status
from alerts.detectors.window import SlidingWindow, check_step
from monitor.config.schema import Duration, Measure, Params

#: Weight of the prior ratio, in mentions: enough to keep a young baseline off 0 and 1, lost in an old one.
PSEUDO_MENTIONS = 20.0


class WilsonParams(Params):
    """``z`` is the normal quantile of the lower bound. Its default is far above the usual 1.96 because a rule looks
    at its window every step and real series scatter more than a binomial: on simulated brands it gives 0.2 false
    alarms per brand and month where 1.96 gives 1.5. The warm-up counts from the series' first mention; after
    ``freeze`` of an unbroken condition the new level counts as normal and is learned."""

    measures: ClassVar[tuple[Measure, ...]] = ("negative_ratio",)

    window: Duration = timedelta(hours=6)
    factor: float = Field(default=1.25, ge=1, le=100)
    z: float = Field(default=3.09, gt=0, le=10)
    half_life: Duration = timedelta(days=14)
    lag: Duration = timedelta(hours=24)
    warm_up: Duration = timedelta(days=28)
    freeze: Duration = timedelta(days=7)
    prior: float = Field(default=0.15, gt=0, lt=1)

    @model_validator(mode="after")
    def lag_covers_window(self) -> Self:
        if self.lag < self.window:
            raise ValueError("lag must be at least as long as window, or the baseline would contain what it judges")
        return self


def wilson_lower(k: int, n: int, z: float) -> float:
    """Lower end of Wilson's score interval (Wilson 1927) for k of n; 0 for an empty sample."""
    if n == 0:
        return 0.0
    ratio, square = k / n, z * z
    centre = ratio + square / (2 * n)
    margin = z * sqrt(ratio * (1 - ratio) / n + square / (4 * n * n))
    return max(0.0, (centre - margin) / (1 + square / n))


class Wilson:
    """See the module. Only steps with mentions change the state, so that leaving out empty steps changes nothing."""

    def __init__(self, params: WilsonParams, min_mentions: int) -> None:
        self._params = params
        self._min_mentions = min_mentions
        self._lag = int(params.lag.total_seconds())
        self._half_life = params.half_life.total_seconds()
        self._warm_up = params.warm_up.total_seconds()
        self._freeze = params.freeze.total_seconds()
        self._window = SlidingWindow(int(params.window.total_seconds()))
        self._waiting: deque[list[int]] = deque()  # [end, n, k, learn] of steps younger than the lag
        self._first: int | None = None
        self._last: int | None = None
        self._active_since: int | None = None
        self._n = 0.0
        self._k = 0.0
        self._reference = 0  # the time that _n and _k are decayed to

    def update(self, end: int, n: int, k: int) -> Finding:
        check_step(self._last, end, n, k)
        self._last = end
        self._window.advance(end, n, k)
        self._learn(end - self._lag)
        if n:
            self._first = end if self._first is None else self._first
            self._waiting.append([end, n, k, 1])
        finding = self._judge(end)
        if n:
            self._hold_back(end, finding.active)
        return finding

    def state(self) -> dict[str, Any]:
        return {
            "window": self._window.steps(),
            "waiting": [list(step) for step in self._waiting],
            "first": self._first,
            "last": self._last,
            "active_since": self._active_since,
            "baseline": [self._n, self._k, self._reference],
        }

    @classmethod
    def from_state(cls, params: WilsonParams, min_mentions: int, state: dict[str, Any]) -> Self:
        detector = cls(params, min_mentions)
        detector._window = SlidingWindow(detector._window.seconds, (tuple(step) for step in state["window"]))
        detector._waiting = deque(list(step) for step in state["waiting"])
        detector._first, detector._last = state["first"], state["last"]
        detector._active_since = state["active_since"]
        detector._n, detector._k, detector._reference = state["baseline"]
        return detector

    def _judge(self, end: int) -> Finding:
        n, k = self._window.n, self._window.k
        baseline = self._baseline(end)
        score = wilson_lower(k, n, self._params.z) if n else None
        threshold = self._params.factor * baseline
        status = self._status(end, n)
        active = status == "ok" and score is not None and score > threshold
        return Finding(status, active, n, k, n * baseline, score, threshold, self._window.seconds)

    def _status(self, end: int, n: int) -> Status:
        if n == 0 or self._first is None:
            return "no_data"
        if end - self._first < self._warm_up:
            return "warm_up"
        return "few" if n < self._min_mentions else "ok"

    def _baseline(self, end: int) -> float:
        weight = 0.5 ** ((end - self._lag - self._reference) / self._half_life) if self._n else 0.0
        return (self._k * weight + PSEUDO_MENTIONS * self._params.prior) / (self._n * weight + PSEUDO_MENTIONS)

    def _learn(self, until: int) -> None:
        while self._waiting and self._waiting[0][0] <= until:
            end, n, k, learn = self._waiting.popleft()
            if not learn:
                continue
            weight = 0.5 ** ((end - self._reference) / self._half_life) if self._n else 0.0
            self._n, self._k, self._reference = self._n * weight + n, self._k * weight + k, end

    def _hold_back(self, end: int, active: bool) -> None:
        """Keeps what set the condition off out of the baseline: the whole window, not only its last step."""
        if not active:
            self._active_since = None
            return
        if self._active_since is None:
            self._active_since = end
        if end - self._active_since > self._freeze:
            return
        for step in reversed(self._waiting):
            if step[0] <= end - self._window.seconds:
                break
            step[3] = 0
