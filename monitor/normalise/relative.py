"""Times told from the reader's now: "3 小时前", "刚刚", "3 days, 4 hours ago", "昨天", "Tuesday".

Input is folded (NFKC, lower case, single spaces)."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NOW = {
    "刚刚", "剛剛", "刚才", "片刻前", "几秒前", "几秒钟前", "1分钟内", "1 分钟内", "不到1分钟前", "不到一分钟前",
    "just now", "now", "moments ago", "a moment ago", "a few seconds ago", "few seconds ago", "seconds ago",
    "less than a minute ago",
}  # fmt: skip
_SECONDS = {
    "秒": 1, "秒钟": 1, "分": 60, "分钟": 60, "小时": 3600, "钟头": 3600, "天": 86400, "日": 86400,
    "秒鐘": 1, "分鐘": 60, "小時": 3600, "周": 604800, "星期": 604800, "月": 2592000, "年": 31536000,
    "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86400,
    "d": 86400, "week": 604800, "w": 604800, "month": 2592000, "mo": 2592000, "year": 31536000, "y": 31536000,
}  # fmt: skip
_DIGITS = {"零": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORDS = {
    "an": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_PART_ZH = re.compile(
    r"(\d{1,6}|[半零一两二三四五六七八九十]{1,3})[个個]?(半?)"
    r"(小时|小時|钟头|分[钟鐘]?|秒[钟鐘]?|天|日|周|星期|月|年)"
)
_AGO_ZH = re.compile(r"(?:大约|约)? ?([^约前]{2,30}?) ?(?:以?前|之前)")
_PART_EN = re.compile(
    rf"(\d{{1,6}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))}) ?"
    r"(second|sec|s|minute|min|month|mo|m|hour|hr|h|day|d|week|w|year|y)s?\.?"
)
_AGO_EN = re.compile(r"(?:(?:about|around|over|almost|nearly) )?(.{2,60}?) ?ago")
_BETWEEN_EN = re.compile(r",? and |, ?| ")
_DAYS_BACK = {
    "今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2, "前日": 2, "大前天": 3,
}  # fmt: skip
_WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))} | {
    name: number for number, name in enumerate("一二三四五六日")
}


def time_ago(text: str) -> timedelta | None:
    """How long ago ``text`` says, a month being 30 days and a year 365; ``None`` when it says no such thing.

    Raises ``ValueError`` or ``OverflowError`` for a number that is none, or that leads out of the calendar.
    """
    if text in _NOW:
        return timedelta(0)
    if found := _AGO_ZH.fullmatch(text):
        return _summed(_PART_ZH, found[1].replace(" ", ""))
    if found := _AGO_EN.fullmatch(text):
        return _summed(_PART_EN, _BETWEEN_EN.sub("", found[1]))
    return None


def _summed(part: re.Pattern[str], stated: str) -> timedelta | None:
    """The sum of "3天4小时" or "3days4hours"; ``None`` where something else stands between them."""
    total, end = timedelta(), 0
    while found := part.match(stated, end):
        number = _number(found[1]) + (0.5 if part is _PART_ZH and found[2] else 0.0)
        total += timedelta(seconds=number * _SECONDS[found[found.re.groups]])
        end = found.end()
    return total if end == len(stated) and end else None


def _number(stated: str) -> float:
    """A number in digits, in English up to twelve, in Chinese up to 九十九, or 半."""
    if stated.isdecimal():
        return int(stated)
    if stated in _WORDS:
        return _WORDS[stated]
    if stated == "半":
        return 0.5
    tens, ten, ones = stated.rpartition("十")
    if any(digits and digits not in _DIGITS for digits in (tens, ones)):
        raise ValueError(f"{stated!r} is no number")
    return 10 * (_DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


def relative_day(word: str, today: date) -> date:
    """The date that "今天", "昨天" or "前天" names for someone whose date is ``today``."""
    return today - timedelta(days=_DAYS_BACK[word])


def relative_weekday(word: str, today: date, *, last_week: bool = False) -> date:
    """The latest day up to ``today`` that "tuesday" or "三" names; with ``last_week`` the one of the week before, which
    begins with a Monday."""
    number = _WEEKDAYS["日" if word == "天" else word[:3]]
    if last_week:
        return today - timedelta(days=today.weekday() + 7 - number)
    return today - timedelta(days=(today.weekday() - number) % 7)
