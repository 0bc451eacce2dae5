"""The one reader of stated times: what a page, feed or export says about when, into aware UTC.

A time without a zone is read in the source's time zone. Where the forms of the world contradict each other one
reading is fixed: ``7/11/2026`` is day/month/year unless the second number is above 12; a bare date is its midnight
in the source's zone; a date without a year is the latest such date that is not in the future; a zone abbreviation is
the source's own where its zone uses it (``CST`` in Asia/Shanghai is +08:00), else that of RFC 822.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from monitor.normalise.relative import relative_day, time_ago

#: Longer than any date; what is longer is not one.
MAX_LENGTH = 100
FIRST_YEAR = 1990

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
#: RFC 822, section 5.1, and what feeds write besides.
ABBREVIATIONS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "msk": 3, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8,
}  # fmt: skip

_CLOCK = (
    r"(?:(?P<half_zh>凌晨|早上|上午|中午|下午|傍晚|晚上) ?)?"
    r"(?P<hour>\d{1,2})(?:[:点时] ?(?:(?P<minute>\d{1,2})分?"
    r"(?:(?::|(?<=分)) ?(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9})\d*)?秒?)?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = r"(?: ?\(?(?P<zone>(?:utc|gmt)? ?[+-]\d{2}:?\d{0,2}|[a-z]{1,5})\)?)?"
_AT = rf"(?:t|,? ?(?:at )?) ?(?:(?P<word>noon|midnight)|{_CLOCK}){_ZONE}(?: ?\([a-z ]+\))?"
_TIME = rf"(?:{_AT})?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_WEEKDAY_ZH = r"(?: ?\(?(?:星期|周)[一二三四五六日天]\)?)?"
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_WEEKDAY_ZH}{_TIME}",
        rf"(?P<year>\d{{4}}) ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?[日号]?{_WEEKDAY_ZH}{_TIME}",
        rf"(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?[日号]{_WEEKDAY_ZH}{_TIME}",
        rf"(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_AT}",
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[, -] ?(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH} (?P<day>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        rf"(?P<first>\d{{1,2}})[/.](?P<other>\d{{1,2}})[/.](?P<year>\d{{4}}){_TIME}",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>z|[+-]\d{2}:?\d{2})?)?",
    )
)
_DAY_WORD = re.compile(rf"(?P<word_day>今天|今日|昨天|昨日|前天|today|yesterday){_TIME}")
_PREFIX = re.compile(r"(?:发表于|發表於|发布于|编辑于|更新于|评论于|posted|published|reviewed|written|on)(?: on)?[: ]*")
_EPOCH = re.compile(r"-?(\d{1,17})(?:\.(\d{0,20}))?")
_HOURS_FROM_NOON = {"中午", "下午", "傍晚", "晚上"}


class UnreadableTimeError(ValueError):
    """A stated time that no known form reads; the message holds the statement, shortened."""


@dataclass(frozen=True, slots=True)
class StatedTime:
    """``at`` is aware UTC. ``fixed`` is false for "3 小时前": read again later, it gives another instant."""

    at: datetime
    fixed: bool


def read_time(stated: str, zone: ZoneInfo, collected_at: datetime) -> StatedTime:
    """What ``stated`` means to someone in ``zone`` who reads it at ``collected_at`` (aware).

    Raises :class:`UnreadableTimeError`; also for years before 1990, which are placeholders and never posts.
    """
    text = " ".join(unicodedata.normalize("NFKC", stated[: MAX_LENGTH + 1]).casefold().split())
    if prefix := _PREFIX.match(text):
        text = text[prefix.end() :]
    ago = time_ago(text) if len(text) <= MAX_LENGTH else None
    try:
        if ago is not None:
            return StatedTime(collected_at.astimezone(UTC) - ago, fixed=False)
        at = _read_fixed(text, zone, collected_at) if len(text) <= MAX_LENGTH else None
    except (ValueError, OverflowError) as error:
        raise UnreadableTimeError(f"cannot read the time {stated[:MAX_LENGTH]!r}: {error}") from error
    if at is None or at.year < FIRST_YEAR:
        raise UnreadableTimeError(f"cannot read the time {stated[:MAX_LENGTH]!r}")
    return StatedTime(at, fixed=True)


def _read_fixed(text: str, zone: ZoneInfo, collected_at: datetime) -> datetime | None:
    if (epoch := _EPOCH.fullmatch(text)) and (at := _from_epoch(epoch[1], epoch[2] or "")):
        return at
    if found := _DAY_WORD.fullmatch(text):
        day = relative_day(found["word_day"], collected_at.astimezone(zone).date())
        return _assemble(found, (day.year, day.month, day.day), zone)
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _from_form(found, zone, collected_at)
    return None


def _from_epoch(digits: str, fraction: str) -> datetime | None:
    """9–10 digits are seconds, 12–13 milliseconds, 15–16 microseconds; other counts are no epoch."""
    scale = {9: 1, 10: 1, 12: 1_000, 13: 1_000, 15: 1_000_000, 16: 1_000_000}.get(len(digits))
    if scale is None:
        return None
    microseconds = int(digits) * (1_000_000 // scale)
    if fraction and scale == 1:
        microseconds += int(fraction[:6].ljust(6, "0"))
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _from_form(found: re.Match[str], zone: ZoneInfo, collected_at: datetime) -> datetime:
    group = found.groupdict()
    if group.get("name"):
        month, day = MONTHS[found["name"]], int(found["day"])
    elif group.get("first"):
        day, month = int(found["first"]), int(found["other"])
        if month > 12:
            day, month = month, day
    else:
        month, day = int(found["month"]), int(found["day"])
    if group.get("year"):
        year = int(found["year"])
        return _assemble(found, (year + 2000 if year < 100 else year, month, day), zone)
    return _latest_past(lambda year: _assemble(found, (year, month, day), zone), zone, collected_at)


def _latest_past(in_year: Callable[[int], datetime], zone: ZoneInfo, collected_at: datetime) -> datetime:
    """The newest instant not after ``collected_at`` (an hour is granted to clocks that differ)."""
    this_year = collected_at.astimezone(zone).year
    for year in range(this_year, this_year - 5, -1):  # 29 February needs up to four years back
        try:
            at = in_year(year)
        except ValueError:
            continue
        if at <= collected_at + timedelta(hours=1):
            return at
    raise ValueError("no such day in the last four years")


def _assemble(found: re.Match[str], day: tuple[int, int, int], zone: ZoneInfo) -> datetime:
    group = found.groupdict()
    hour, minute, second = int(group.get("hour") or 0), int(group.get("minute") or 0), int(group.get("second") or 0)
    microsecond = int((group.get("fraction") or "0").ljust(6, "0")[:6])
    if group.get("word") == "noon":
        hour = 12
    hour = _hour_of_day(hour, group.get("half"), group.get("half_zh"))
    # ISO 8601 lets a day end at 24:00, and clocks write leap seconds; datetime knows neither.
    rest = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    naive = datetime(*day, 0 if rest else hour, minute, min(second, 59) if second == 60 else second, microsecond) + rest  # noqa: DTZ001
    return naive.replace(tzinfo=_zone(group.get("zone"), naive, zone)).astimezone(UTC)


def _hour_of_day(hour: int, half: str | None, half_zh: str | None) -> int:
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError("hour out of range on a twelve-hour clock")
        return hour % 12 + (12 if half == "p" else 0)
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
    if found := re.fullmatch(r"(?:utc|gmt)? ?([+-])(\d{2}):?(\d{2})?", stated):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    raise ValueError(f"unknown time zone {stated!r}")
