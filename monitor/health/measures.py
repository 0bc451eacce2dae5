"""What was measured of a source: the input of the decision. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor.health.fields import Fill
from monitor.health.week import Week

#: How items come in: we crawl, we look into a mailbox, others send (or people type in), or files are brought.
Way = Literal["crawled", "polled", "sent", "brought"]
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
class Inbox:
    """What was accepted and is not stored: ``waiting`` items, and ``dead`` ones that were put aside for ``reason``;
    ``oldest`` of both came then."""

    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests that were refused since something was stored last, mostly for ``reason``."""

    number: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What people are late with at the outlets of a source."""

    cause: Literal["transcription", "box"]
    since: datetime
    facts: Mapping[str, Any]


NO_INBOX, NOT_REFUSED = Inbox(), Refused()


@dataclass(frozen=True, slots=True)
class Measures:
    """``runs`` newest first. ``last_item``: when the newest dated item was published, at most now; ``week`` is made of
    the weeks before it, so that a silence does not teach itself as usual. ``first_success`` is when the first crawl
    that worked ended. What follows ``got_24h`` is of sources that nobody asks; ``slack`` is the time that people may
    take until what came is stored."""

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
    way: Way = "crawled"
    inbox: Inbox = NO_INBOX
    refused: Refused = NOT_REFUSED
    duty: Duty | None = None
    slack: timedelta = timedelta(0)
