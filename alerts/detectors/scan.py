"""Negative ratio: a scan of the likelihood ratio over windows of several lengths, deflated by the series' scatter.

Scan statistic (Kulldorff 1997) with K of N mentions negative where E are usual, all three counted as independent
mentions (:mod:`alerts.detectors.scatter`): LLR = K ln(K/E) + (N−K) ln((N−K)/(N−E)) for K > E, else 0; the score is the
largest √(2·LLR/φ) over the windows, which a standard normal would give. The usual ratio is
:mod:`alerts.detectors.forecast`, of what is older than ``lag``.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from math import log, sqrt
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from alerts.detectors.engine import Finding, Status
from alerts.detectors.forecast import RatioForecast
from alerts.detectors.scatter import HOUR, MEMORY, Scatter
from alerts.detectors.window import check_step
from monitor.config.schema import Duration, Measure, Params

#: Mentions an hour below which a series is quiet, and below which it is middling.
QUIET, MIDDLING = 0.8, 8.0

#: Negative mentions that a window must hold: two can always be chance.
LEAST_NEGATIVES = 3

#: A deviation this large, to either side, keeps the steps around it out of what is learned.
STRANGE = 3.0


class ScanParams(Params):
    """``thresholds`` are for quiet, middling and busy series (under 0.8, under 8, and more mentions an hour), which
    evens their false alarms out: together 0.13 a brand and month on the simulator's development seeds. From
    ``at_once`` on a rule does not wait for a second evaluation. The warm-up counts from the series' first mention;
    after ``freeze`` of unbroken strangeness the new level counts as normal and is learned."""

    measures: ClassVar[tuple[Measure, ...]] = ("negative_ratio",)
    usual_min_mentions: ClassVar[int] = 5
    usual_cooldown: ClassVar[timedelta] = timedelta(hours=24)

    windows: tuple[Duration, ...] = (
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(hours=6),
        timedelta(hours=24),
    )
    thresholds: tuple[float, float, float] = (2.7, 3.3, 3.4)
    at_once: float = Field(default=5.2, gt=0, le=50)
    lag: Duration = timedelta(hours=24)
    warm_up: Duration = timedelta(days=28)
    freeze: Duration = timedelta(days=7)
    prior: float = Field(default=0.17, gt=0, lt=1)

    def history(self) -> timedelta:
        """The level settles within two weeks of drift, the scatter and the weekdays within a quarter of a year."""
        return timedelta(days=90) + self.warm_up + self.lag

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if not 1 <= len(self.windows) <= 8:
            raise ValueError("windows must be one to eight lengths of time")
        if list(self.windows) != sorted(set(self.windows)):
            raise ValueError("windows must go from the shortest to the longest, each once")
        if self.lag < self.windows[-1]:
            raise ValueError(
                "lag must be at least as long as the longest window, or it would judge what it learned from"
            )
        if not all(0 < one <= 50 for one in self.thresholds):
            raise ValueError("thresholds must be above 0 and at most 50")
        return self


class Window:
    """Sums over the steps that ended within the last ``seconds``: as counted, and as independent mentions."""

    __slots__ = ("_steps", "expected", "k", "n", "negatives", "seconds", "total")

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._steps: deque[_Step] = deque()
        self._empty()

    def advance(self, end: int, step: _Step | None) -> None:
        steps = self._steps
        while steps and steps[0].end <= end - self.seconds:
            old = steps.popleft()
            self.total -= old.n
            self.negatives -= old.k
            self.n -= old.n / old.effect
            self.k -= old.k / old.effect
            self.expected -= old.n * old.ratio / old.effect
        if not steps:
            self._empty()  # what rounding has left over goes with the last step
        if step is not None:
            steps.append(step)
            self.total += step.n
            self.negatives += step.k
            self.n += step.n / step.effect
            self.k += step.k / step.effect
            self.expected += step.n * step.ratio / step.effect

    def deviation(self, phi: float) -> float:
        """√(2·LLR/φ), negative where fewer than usual were negative."""
        n, k, expected = self.n, max(self.k, 0.0), self.expected
        if n <= 0 or not 0 < expected < n:
            return 0.0
        ratio = k * log(k / expected) if k > 0 else 0.0
        if n - k > 1e-9:
            ratio += (n - k) * log((n - k) / (n - expected))
        size = sqrt(2 * max(ratio, 0.0) / phi)
        return size if k > expected else -size

    @property
    def variance(self) -> float:
        return self.expected * max(1 - self.expected / self.n, 0.01) if self.n > 0 else 0.0

    def sums(self) -> list[float]:
        return [self.total, self.negatives, self.n, self.k, self.expected]

    def restore(self, steps: deque[_Step], end: int, sums: list[float]) -> None:
        self._steps = deque(step for step in steps if step.end > end - self.seconds)
        self.total, self.negatives = int(sums[0]), int(sums[1])
        self.n, self.k, self.expected = sums[2:]

    def _empty(self) -> None:
        self.total = self.negatives = 0
        self.n = self.k = self.expected = 0.0


class _Step:
    __slots__ = ("effect", "end", "k", "learn", "n", "ratio")

    def __init__(self, end: int, n: int, k: int, ratio: float, effect: float, learn: bool) -> None:
        self.end, self.n, self.k, self.ratio, self.effect, self.learn = end, n, k, ratio, effect, learn


class Scan:
    """See the module. Only steps with mentions change the state, so that leaving out empty steps changes nothing."""

    def __init__(self, params: ScanParams, min_mentions: int = ScanParams.usual_min_mentions) -> None:
        self._params = params
        self._min_mentions = min_mentions
        self._lag = int(params.lag.total_seconds())
        self._warm_up = int(params.warm_up.total_seconds())
        self._freeze = int(params.freeze.total_seconds())
        self._windows = [Window(int(window.total_seconds())) for window in params.windows]
        self._forecast = RatioForecast(params.prior)
        self._scatter = Scatter(len(self._windows))
        self._waiting: deque[_Step] = deque()  # steps younger than the lag
        self._first: int | None = None
        self._last: int | None = None
        self._last_mention: int | None = None
        self._strange: tuple[int, int] | None = None  # first and last step of an unbroken strangeness
        self._volume = 0.0  # mentions, decayed to _last_mention

    def update(self, end: int, n: int, k: int) -> Finding:
        check_step(self._last, end, n, k)
        self._last = end
        self._learn(end - self._lag)
        step = self._step(end, n, k) if n else None
        for window in self._windows:
            window.advance(end, step)
        busy = self._busy(end)
        deviations = [window.deviation(self._scatter.phi(place)) for place, window in enumerate(self._windows)]
        if step is not None:
            self._take(step, deviations)
        return self._judge(end, deviations, busy)

    def state(self) -> dict[str, Any]:
        return {
            "forecast": self._forecast.state(),
            "scatter": self._scatter.state(),
            "waiting": [[s.end, s.n, s.k, s.ratio, s.effect, s.learn] for s in self._waiting],
            "sums": [window.sums() for window in self._windows],
            "times": [self._first, self._last, self._last_mention],
            "strange": list(self._strange) if self._strange else None,
            "volume": self._volume,
        }

    @classmethod
    def from_state(cls, params: ScanParams, min_mentions: int, state: dict[str, Any]) -> Self:
        detector = cls(params, min_mentions)
        detector._forecast = RatioForecast.from_state(state["forecast"])
        detector._scatter = Scatter.from_state(state["scatter"])
        detector._waiting = deque(_Step(*step) for step in state["waiting"])
        detector._first, detector._last, detector._last_mention = state["times"]
        for window, sums in zip(detector._windows, state["sums"], strict=True):
            window.restore(detector._waiting, detector._last or 0, sums)
        detector._strange = tuple(state["strange"]) if state["strange"] else None
        detector._volume = state["volume"]
        return detector

    def _step(self, end: int, n: int, k: int) -> _Step:
        usual = self._forecast.usual(end)
        return _Step(end, n, k, usual.ratio, self._scatter.effect(n), True)

    def _learn(self, until: int) -> None:
        while self._waiting and self._waiting[0].end <= until:
            step = self._waiting.popleft()
            if step.learn:
                self._forecast.learn(step.end, step.n / step.effect, step.k / step.effect)

    def _take(self, step: _Step, deviations: list[float]) -> None:
        """Remembers the step, and learns how such steps scatter while nothing strange goes on."""
        hours = (step.end - self._last_mention) / HOUR if self._last_mention is not None else 0.0
        strange = self._strange
        if strange is not None and step.end - strange[1] > self._lag:
            strange = None
        if strange is None:
            for place, window in enumerate(self._windows):
                self._scatter.learn_window(place, window.k, window.expected, window.variance)
            self._scatter.learn_step(step.n, step.k, step.ratio, hours)
        if max(abs(deviation) for deviation in deviations[len(deviations) // 2 :]) > STRANGE:
            strange = (strange[0] if strange else step.end, step.end)
        self._strange = strange
        step.learn = strange is None or step.end - strange[0] > self._freeze
        self._waiting.append(step)
        self._volume = self._volume * MEMORY**hours + step.n
        self._first = step.end if self._first is None else self._first
        self._last_mention = step.end

    def _busy(self, end: int) -> float:
        """Mentions an hour, over about the last month."""
        if self._first is None or self._last_mention is None:
            return 0.0
        hours = (end - self._first) / HOUR + 1
        weight = (1 - MEMORY**hours) / (1 - MEMORY)
        return float(self._volume * MEMORY ** ((end - self._last_mention) / HOUR) / weight)

    def _judge(self, end: int, deviations: list[float], busy: float) -> Finding:
        best, score = self._windows[-1], None
        for window, deviation in zip(self._windows, deviations, strict=True):
            if window.total < self._min_mentions:
                continue
            deviation = deviation if window.negatives >= LEAST_NEGATIVES else min(deviation, 0.0)
            if score is None or deviation > score:
                best, score = window, deviation
        low, middle, high = self._params.thresholds
        threshold = low if busy < QUIET else middle if busy < MIDDLING else high
        status: Status = "ok"
        if self._windows[-1].total == 0 or self._first is None:
            status = "no_data"
        elif end - self._first < self._warm_up:
            status = "warm_up"
        elif score is None:
            status = "few"
        active = status == "ok" and score is not None and score >= threshold
        expected = best.total * best.expected / best.n if best.n > 0 else None
        return Finding(
            status,
            active,
            best.total,
            best.negatives,
            expected,
            score,
            threshold,
            best.seconds,
            urgent=active and score is not None and score >= max(self._params.at_once, threshold),
        )
