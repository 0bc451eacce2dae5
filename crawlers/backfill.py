"""Reading a source's past by date: which items belong, and when a listing has gone back far enough. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.mention import RawMention
from monitor.normalise.times import DateOrder, UnreadableTimeError, read_time


@dataclass(frozen=True, slots=True)
class Backfill:
    """Items published from ``since`` up to, not including, ``until`` (aware; ``None``: until now). ``zone`` is the
    source's, for times that state none, and ``order`` that of its numeric dates."""

    since: datetime
    until: datetime | None = None
    zone: str = "UTC"
    order: DateOrder | None = None

    def holds(self, item: RawMention, now: datetime) -> bool:
        """Whether the item belongs. One that states no time, or none that can be read, is left to the normaliser."""
        at = self._time(item, now)
        return at is None or (at >= self.since and (self.until is None or at < self.until))

    def is_past(self, items: Iterable[RawMention], now: datetime) -> bool:
        """Whether a part of a listing lies wholly before ``since``, so that its older parts need not be read."""
        times = [at for item in items if (at := self._time(item, now)) is not None]
        return bool(times) and max(times) < self.since

    def _time(self, item: RawMention, now: datetime) -> datetime | None:
        if not item.published:
            return None
        try:
            return read_time(item.published, ZoneInfo(self.zone), now, self.order).at
        except UnreadableTimeError:
            return None
