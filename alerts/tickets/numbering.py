"""Ticket numbers people can read over the phone: FB + local date + running number of the day."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo


def prefix(now: datetime, timezone: str) -> str:
    """ "FB20261123": the date is the local one of ``timezone``, not UTC's."""
    return f"FB{now.astimezone(ZoneInfo(timezone)):%Y%m%d}"


def following(day_prefix: str, taken: list[str]) -> str:
    """The number after the highest one taken that day; above 999 it grows a digit rather than stop."""
    found = (re.fullmatch(re.escape(day_prefix) + r"(\d{3,})", number) for number in taken)
    last = max((int(match[1]) for match in found if match), default=0)
    return f"{day_prefix}{last + 1:03d}"
