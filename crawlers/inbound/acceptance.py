"""The last look at an item before it is taken: what is accepted must not be rejected when it is stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.mention import RawMention, Rejection
from monitor.normalise.item import SourceContext, normalise
from monitor.normalise.times import UnreadableTimeError, read_time

#: An absolute time reads the same a year and some days later.
LATER = timedelta(days=401, hours=5)


@dataclass(frozen=True, slots=True)
class Acceptable:
    """``external_id`` is the key under which it will be stored."""

    external_id: str
    found: RawMention


def examine(found: RawMention, context: SourceContext, now: datetime) -> Acceptable | Rejection:
    """The item, or why it cannot be used: the reasons of ``normalise``, and ``relative date``: it waits before it is
    stored, so that "3 hours ago" would be another time by then."""
    if found.published is not None and found.published.strip() and moves(found.published, context.timezone, now):
        return Rejection("relative date", "write the time with its date, as 2026-11-23T12:00:00Z")
    outcome = normalise(found, context, now)
    return outcome if isinstance(outcome, Rejection) else Acceptable(outcome.external_id, found)


def moves(stated: str, timezone: str, now: datetime) -> bool:
    zone = ZoneInfo(timezone)
    try:
        return read_time(stated, zone, now).at != read_time(stated, zone, now + LATER).at
    except UnreadableTimeError:
        return False  # normalise says so
