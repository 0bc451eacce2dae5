"""What a site leaves unsaid about its times: the order of numeric dates, and the zone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from monitor.normalise.times import DateOrder, UnreadableTimeError, read_time

_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d/])")
#: Dates that have to fall or rise in one reading alone before that settles the order.
ENOUGH = 4
_FAR = ZoneInfo("Etc/GMT+12")
#: Where pages say it: "All times are UTC+8" (phpBB, vBulletin, MyBB), "GMT+8, 2026-11-7 15:32" (Discuz!).
_OFFSET = re.compile(
    r"(?:[Aa]ll\s+times\s+are\s+(?:in\s+)?(?:<[^>]{0,80}>\s*)*(?:UTC|GMT)\s*"
    r"(?P<hours>[+-]\s*\d{1,2})?(?::?(?P<minutes>\d\d))?"
    r"|\bGMT(?P<discuz>[+-]\d{1,2}),\s+\d{4}-\d)"
)


@dataclass(frozen=True, slots=True)
class Order:
    """``order`` is what the dates themselves prove, or the likeliest where they prove none (``sure`` is false)."""

    order: DateOrder
    sure: bool


def order_of(stated: Sequence[str], today: date) -> Order | None:
    """The order in which numeric dates were written; ``None`` where there are none.

    An order is out where it gives a month 13 or a day after tomorrow. Of several that are left the one counts in which
    alone the dates fall or rise from one to the next, as lists do.
    """
    found = [(int(each[1]), int(each[2]), each[3]) for text in stated if (each := _NUMERIC.search(text))]
    if not found:
        return None
    short = any(len(third) == 2 for *_, third in found)
    left: dict[DateOrder, list[date]] = {}
    for order in ("dmy", "mdy", "ymd") if short else ("dmy", "mdy"):
        days = [day_of(each, order) for each in found]
        read = [day for day in days if day is not None and day <= today + timedelta(days=1)]
        if len(read) == len(found):
            left[order] = read
    if len(left) == 1:
        return Order(next(iter(left)), sure=True)
    sorted_ones = [order for order, days in left.items() if is_sorted(days)]
    if len(sorted_ones) == 1:
        return Order(sorted_ones[0], sure=True)
    return Order(next(iter(left)), sure=False) if left else None


def day_of(found: tuple[int, int, str], order: DateOrder) -> date | None:
    first, other, third = found
    if order == "ymd":
        year, month, day = 2000 + first, other, int(third)
    else:
        year = int(third) + (2000 if len(third) == 2 else 0)
        month, day = (first, other) if order == "mdy" else (other, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_sorted(days: Sequence[date]) -> bool:
    if len(set(days)) < ENOUGH:
        return False
    steps = list(pairwise(days))
    return all(a >= b for a, b in steps) or all(a <= b for a, b in steps)


def without_zone(stated: Iterable[str], now: datetime, order: DateOrder | None) -> bool:
    """Whether most of these times mean another instant to somebody elsewhere."""
    moved = kept = 0
    for text in stated:
        try:
            here, there = (read_time(text, zone, now, order) for zone in (ZoneInfo("UTC"), _FAR))
        except UnreadableTimeError:
            continue
        moved += here.fixed and here.at != there.at
        kept += here.at == there.at
    return moved > kept


def stated_zone(page: str) -> str | None:
    """The IANA name of the zone that a page says its times are in; only whole hours have one."""
    found = _OFFSET.search(page)
    if found is None or int(found["minutes"] or 0):
        return None
    hours = int("".join((found["hours"] or found["discuz"] or "0").split()))
    if hours == 8:
        return "Asia/Shanghai"
    # The database writes these with the sign turned round: Etc/GMT-3 is three hours ahead of UTC.
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}" if -12 <= hours <= 14 else None


def today_in(now: datetime) -> date:
    """The latest date that anybody on earth has."""
    return (now.astimezone(UTC) + timedelta(hours=14)).date()
