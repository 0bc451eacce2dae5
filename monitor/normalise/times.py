"""The one reader of stated times: what a page, feed or export says about when, into aware UTC.

A time without a zone is read in the source's time zone; one that occurs twice there because the clocks were set back
is the first of the two, one that they skipped is read as if they had not yet been set. Where the forms of the world
contradict each other one reading is fixed: ``7/11/2026`` is day/month/year unless the source declares another order
or a number is above 12; ``11/07 15:32`` is month/day unless it declares ``dmy``; a year of two digits is read only in
a declared order; a bare date is its midnight in the source's zone; a date without a year and a weekday are the latest
such date that is not in the future; a zone abbreviation is the source's own where its zone uses it (``CST`` in
Asia/Shanghai is +08:00), else that of RFC 822.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.normalise.relative import relative_day, relative_weekday, time_ago

#: How a source writes its numeric dates.
DateOrder = Literal["dmy", "mdy", "ymd"]

#: Longer than any date; what is longer is not one.
MAX_LENGTH = 100
FIRST_YEAR = 1990
#: Clocks differ: so far in the future something is still now.
GRANTED = timedelta(hours=1)

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
#: RFC 822, section 5.1, and what feeds write besides.
ABBREVIATIONS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "msk": 3, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8,
    "wet": 0, "west": 1, "eet": 2, "eest": 3, "ict": 7, "wib": 7, "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "北京时间": 8,
}  # fmt: skip

_CLOCK = (
    r"(?:(?P<half_zh>凌晨|早上|上午|中午|下午|傍晚|晚上) ?)?"
    r"(?P<hour>\d{1,2})(?:[:点时] ?(?:(?P<minute>\d{1,2})分?"
    r"(?:(?::|(?<=分)) ?(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9})\d*)?秒?)?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = r"(?: ?\(?(?P<zone>(?:utc|gmt)? ?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5}|北京时间)\)?)?"
_AT = rf"(?:t|,? ?(?:at )?) ?(?:(?P<word>noon|midnight)|{_CLOCK}){_ZONE}(?: ?\([a-z ]+\))?"
_TIME = rf"(?:{_AT})?"
#: Where the digits before it could be taken for the clock's.
_THEN = rf"[ ,]{_AT}"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_WEEKDAY_ZH = r"(?: ?\(?(?:星期|周)[一二三四五六日天]\)?)?"
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_WEEKDAY_ZH}{_TIME}",
        rf"(?P<year>\d{{4}}) ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?[日号]?{_WEEKDAY_ZH}{_TIME}",
        rf"(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?[日号]{_WEEKDAY_ZH}{_TIME}",
        rf"(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_THEN}|(?P<month_>\d\d)-(?P<day_>\d\d)",
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[, -] ?(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        rf"(?P<first>\d{{1,2}})[-/.](?P<other>\d{{1,2}})[-/.](?P<third>\d{{4}}|\d{{1,2}}){_TIME}",
        rf"(?P<first>\d{{1,2}})/(?P<other>\d{{1,2}}){_THEN}",
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:{_THEN})?",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}(?:{_THEN})?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>z|[+-]\d{2}:?\d{2})?)?",
    )
)
_DAY_WORD = re.compile(rf"(?P<word_day>今天|今日|昨天|昨日|大?前天|前日|today|yesterday){_TIME}")
_WEEKDAY_WORDS = (
    re.compile(rf"(?P<last>上)?(?:星期|礼拜|周)(?P<weekday>[一二三四五六日天]){_TIME}"),
    re.compile(rf"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day){_TIME}"),
)
_PREFIX = re.compile(
    r"(?:(?:发表|發表|发布|發佈|编辑|更新|评论|回复|回答|提问|创建)(?:于|於|时间)?|时间|日期"
    r"|posted|published|reviewed|written|updated|edited|created|date|on)\b(?: on\b)?[: ]*"
)
_SUFFIX = re.compile(
    r" ?(?:发表|發表|发布|评论|回复|更新|编辑)$|\[[a-z_/+-]+\]$"
    r"|[ ·]+(?:来自|ip属地|ip归属地)[: ]?[^\d]{1,20}$"
)
#: As .NET writes JSON: milliseconds, and an offset that says nothing about the instant.
_DOT_NET = re.compile(r"/date\((-?\d{1,17})(?:[+-]\d{4})?\)/")
_EPOCH = re.compile(r"(\d{1,19})(?:\.(\d{0,20}))?")
#: What most interfaces write, which the standard library reads without a look at the other forms.
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
#: "上午12:05" is how browsers print five past midnight in Chinese; "晚上12:05" is said of it.
_HOURS_TO_NOON = {"凌晨", "早上", "上午", "晚上"}
_HOURS_FROM_NOON = {"中午", "下午", "傍晚", "晚上"}


class UnreadableTimeError(ValueError):
    """A stated time that no known form reads; the message holds the statement, shortened."""


@dataclass(frozen=True, slots=True)
class StatedTime:
    """``at`` is aware UTC. ``fixed`` is false for "3 小时前": read again later, it gives another instant."""

    at: datetime
    fixed: bool


def read_time(stated: str, zone: ZoneInfo, collected_at: datetime, order: DateOrder | None = None) -> StatedTime:
    """What ``stated`` means to someone in ``zone`` who reads it at ``collected_at`` (aware).

    ``order`` is that of the source's numeric dates, where it declares one. Raises :class:`UnreadableTimeError`; also
    for years before 1990, which are placeholders and never posts.
    """
    if (at := _common(stated, zone)) is not None:
        return StatedTime(at, fixed=True)
    text = " ".join(unicodedata.normalize("NFKC", stated[: MAX_LENGTH + 1]).casefold().split())
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError("too long")
        text = _bare(text)
        if (ago := time_ago(text)) is not None:
            return StatedTime(collected_at.astimezone(UTC) - ago, fixed=False)
        at = _read_fixed(text, zone, collected_at, order)
    except (ValueError, OverflowError) as error:
        raise UnreadableTimeError(f"cannot read the time {stated[:MAX_LENGTH]!r}: {error}") from error
    if at is None or at.year < FIRST_YEAR:
        raise UnreadableTimeError(f"cannot read the time {stated[:MAX_LENGTH]!r}")
    return StatedTime(at, fixed=True)


def _common(stated: str, zone: ZoneInfo) -> datetime | None:
    """An epoch or a time of ISO 8601; ``None`` is no verdict."""
    if not stated.isascii():
        return None
    if stated.isdigit():
        at = _from_epoch(stated, "")
    elif _ISO.fullmatch(stated):
        try:
            read = datetime.fromisoformat(stated)
            at = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):  # 24:00, a leap second, year 9999: the forms know or refuse them
            return None
    else:
        return None
    return at if at is not None and at.year >= FIRST_YEAR else None


def _bare(text: str) -> str:
    """Without the words around it ("发表于", "来自上海", "[Asia/Shanghai]")."""
    if wrapped := _DOT_NET.fullmatch(text):
        return wrapped[1]
    if prefix := _PREFIX.match(text):
        text = text[prefix.end() :]
    return _SUFFIX.sub("", text)


def _read_fixed(text: str, zone: ZoneInfo, collected_at: datetime, order: DateOrder | None) -> datetime | None:
    if (epoch := _EPOCH.fullmatch(text)) and (at := _from_epoch(epoch[1], epoch[2] or "")):
        return at
    today = collected_at.astimezone(zone).date()
    if found := _DAY_WORD.fullmatch(text):
        return _assemble(found.groupdict(), relative_day(found["word_day"], today), zone)
    for form in _WEEKDAY_WORDS:
        if found := form.fullmatch(text):
            return _from_weekday(found.groupdict(), today, zone, collected_at)
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _from_form(found.groupdict(), zone, collected_at, order)
    return None


def _from_epoch(digits: str, fraction: str) -> datetime | None:
    """9–10 digits are seconds, 12–13 milliseconds, 15–16 microseconds, 18–19 nanoseconds; other counts are no epoch."""
    scale = 10 ** (len(digits) // 3 * 3 - 9) if 9 <= len(digits) <= 19 and len(digits) % 3 != 2 else None
    if scale is None:
        return None
    microseconds = int(digits) * 1_000_000 // scale
    if fraction and scale == 1:
        microseconds += int(fraction[:6].ljust(6, "0"))
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


Groups = dict[str, str | None]


def _from_weekday(groups: Groups, today: date, zone: ZoneInfo, collected_at: datetime) -> datetime:
    day = relative_weekday(groups["weekday"] or "", today, last_week=bool(groups.get("last")))
    at = _assemble(groups, day, zone)
    return at if at <= collected_at + GRANTED else _assemble(groups, day - timedelta(days=7), zone)


def _from_form(groups: Groups, zone: ZoneInfo, collected_at: datetime, order: DateOrder | None) -> datetime:
    year, month, day = _numbers(groups, order)
    if year is not None:
        return _assemble(groups, date(year + 2000 if year < 100 else year, month, day), zone)
    return _latest_past(lambda year: _assemble(groups, date(year, month, day), zone), zone, collected_at)


def _numbers(groups: Groups, order: DateOrder | None) -> tuple[int | None, int, int]:
    """Year (``None`` where none is stated), month and day."""
    if groups.get("first"):
        first, other, third = int(groups["first"] or 0), int(groups["other"] or 0), groups.get("third")
        if third and len(third) < 3 and order is None:
            raise ValueError("a year of two digits: declare the source's date_order (dmy, mdy or ymd)")
        if third and len(third) < 3 and order == "ymd":
            return first, other, int(third)
        month_first = order == "mdy" or (third is None and order != "dmy")
        month, day = (first, other) if month_first else (other, first)
        if month > 12:
            month, day = day, month
        return int(third) if third else None, month, day
    year, name = groups.get("year"), groups.get("name")
    month = MONTHS[name] if name else int(groups.get("month") or groups.get("month_") or 0)
    return int(year) if year else None, month, int(groups.get("day") or groups.get("day_") or 0)


def _latest_past(in_year: Callable[[int], datetime], zone: ZoneInfo, collected_at: datetime) -> datetime:
    """The newest instant not after ``collected_at`` (:data:`GRANTED` to clocks that differ)."""
    this_year = collected_at.astimezone(zone).year
    for year in range(this_year, this_year - 5, -1):  # 29 February needs up to four years back
        try:
            at = in_year(year)
        except ValueError:
            continue
        if at <= collected_at + GRANTED:
            return at
    raise ValueError("no such day in the last four years")


def _assemble(group: Groups, day: date, zone: ZoneInfo) -> datetime:
    hour, minute, second = int(group.get("hour") or 0), int(group.get("minute") or 0), int(group.get("second") or 0)
    microsecond = int((group.get("fraction") or "0").ljust(6, "0")[:6])
    if group.get("word") == "noon":
        hour = 12
    hour = _hour_of_day(hour, group.get("half"), group.get("half_zh"))
    # ISO 8601 lets a day end at 24:00, and clocks write leap seconds; datetime knows neither.
    rest = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    clock = time(0 if rest else hour, minute, min(second, 59) if second == 60 else second, microsecond)
    naive = datetime.combine(day, clock) + rest
    return naive.replace(tzinfo=_zone(group.get("zone"), naive, zone)).astimezone(UTC)


def _hour_of_day(hour: int, half: str | None, half_zh: str | None) -> int:
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError("hour out of range on a twelve-hour clock")
        return hour % 12 + (12 if half == "p" else 0)
    if half_zh in _HOURS_TO_NOON and hour == 12:
        return 0
    if half_zh in _HOURS_FROM_NOON and hour < 12 and not (half_zh == "中午" and hour >= 10):
        return hour + 12
    return hour


def _zone(stated: str | None, naive: datetime, source_zone: ZoneInfo) -> tzinfo:
    if not stated:
        return source_zone
    if stated == (naive.replace(tzinfo=source_zone).tzname() or "").casefold():
        return source_zone
    if stated in ABBREVIATIONS:
        return timezone(timedelta(hours=ABBREVIATIONS[stated]))
    if found := re.fullmatch(r"(?:utc|gmt)? ?([+-])(\d{1,2}):?(\d{2})?", stated):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    raise ValueError(f"unknown time zone {stated!r}")
