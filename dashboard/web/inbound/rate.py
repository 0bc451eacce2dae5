"""How often one sender may call: a bucket that fills with time. Kept by this process alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

PER_MINUTE = 600
#: Senders that are known at once; strangers may be any number.
MOST, MINUTE = 10_000, timedelta(minutes=1)


@dataclass
class RateLimit:
    """``per_minute`` calls, which may also come at once."""

    per_minute: int = PER_MINUTE
    _buckets: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, sender: str, now: datetime) -> int:
        """Takes one call; 0, or the seconds after which there is one to be had."""
        each_second = self.per_minute / 60
        with self._lock:
            if len(self._buckets) >= MOST:
                # After a minute a bucket is full, which is what one that is not there counts as.
                fresh = {name: found for name, found in self._buckets.items() if now - found[1] < MINUTE}
                self._buckets = fresh if len(fresh) < MOST // 2 else {}
            level, since = self._buckets.get(sender, (float(self.per_minute), now))
            level = min(float(self.per_minute), level + max(0.0, (now - since).total_seconds()) * each_second)
            if level < 1:
                self._buckets[sender] = (level, now)
                return ceil((1 - level) / each_second)
            self._buckets[sender] = (level - 1, now)
            return 0
