"""What was measured of a source: the input of the decision. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.health.fields import Fill
from monitor.health.week import Week

#: Of a source without a dated item.
NO_WEEK = Week()


@dataclass(frozen=True, slots=True)
class Run:
    """A closed crawl. ``fetched`` items of which ``rejected`` by reason; ``pages`` answered with content (200)."""

    state: str
    finished_at: datetime
    reason: str = ""
    fetched: int = 0
    pages: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    fill: Fill = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delay:
    """From published to stored, in seconds, of ``n`` items of the last seven days."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Measures:
    """``runs`` newest first. ``last_item``: when the newest dated item was published, at most now; ``week`` is made of
    the weeks before it, so that a silence does not teach itself as usual. ``first_success`` is when the first crawl
    that worked ended."""

    every: timedelta
    runs: tuple[Run, ...] = ()
    due_at: datetime | None = None
    failures: int = 0
    first_success: datetime | None = None
    last_item: datetime | None = None
    delay: Delay | None = None
    week: Week = NO_WEEK
    expected_24h: float = 0.0
    got_24h: int = 0
