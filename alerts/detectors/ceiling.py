"""Negative count: at least ``limit`` negative mentions within ``window``. No baseline, no warm-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self

from pydantic import Field

from alerts.detectors.engine import Finding
from alerts.detectors.window import SlidingWindow, check_step
from monitor.config.schema import Duration, Measure, Params


class CeilingParams(Params):
    measures: ClassVar[tuple[Measure, ...]] = ("negative_count",)

    limit: int = Field(ge=1, description="negative mentions in the window that set it off")
    window: Duration = timedelta(hours=1)


class Ceiling:
    """``min_mentions`` plays no part: a ceiling is absolute, and few mentions are below it by themselves.

    An empty window is "ok" and not active: nothing negative was said, which is what clears a ceiling.
    """

    def __init__(self, params: CeilingParams, min_mentions: int = 1) -> None:
        self._limit = params.limit
        self._window = SlidingWindow(int(params.window.total_seconds()))
        self._last: int | None = None

    def update(self, end: int, n: int, k: int) -> Finding:
        check_step(self._last, end, n, k)
        self._last = end
        self._window.advance(end, n, k)
        count = self._window.k
        active = count >= self._limit
        return Finding(
            "ok", active, self._window.n, count, None, float(count), float(self._limit), self._window.seconds
        )

    def state(self) -> dict[str, Any]:
        return {"window": self._window.steps(), "last": self._last}

    @classmethod
    def from_state(cls, params: CeilingParams, min_mentions: int, state: dict[str, Any]) -> Self:
        detector = cls(params, min_mentions)
        detector._window = SlidingWindow(detector._window.seconds, (tuple(step) for step in state["window"]))
        detector._last = state["last"]
        return detector
