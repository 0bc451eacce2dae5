"""The times and durations that people type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.cli.faults import USAGE, Fault


def parse_moment(text: str, option: str, zone: ZoneInfo, now: datetime) -> datetime:
    """``2026-11-23``, ``2026-11-23T15:00``, with or without an offset (else in ``zone``), or ``7d`` (so long ago)."""
    from monitor.config.schema import parse_duration

    try:
        ago = parse_duration(text)
    except ValueError:
        ago = None
    if isinstance(ago, timedelta):
        return now - ago
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Fault(USAGE, f"{option} {text!r}: write 2026-11-23, 2026-11-23T15:00 or 7d") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
