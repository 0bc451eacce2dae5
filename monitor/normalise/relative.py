"""Times told from the reader's now: "3 小时前", "刚刚", "yesterday".

Input is folded (NFKC, lower case, single spaces)."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NOW = {"刚刚", "剛剛", "刚才", "片刻前", "just now", "now", "moments ago", "a moment ago"}
_SECONDS = {
    "秒": 1, "秒钟": 1, "分": 60, "分钟": 60, "小时": 3600, "个小时": 3600, "天": 86400, "日": 86400,
    "秒鐘": 1, "分鐘": 60, "小時": 3600, "個小時": 3600,
    "周": 604800, "星期": 604800, "个星期": 604800, "个月": 2592000, "月": 2592000, "年": 31536000,
    "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86400,
    "d": 86400, "week": 604800, "w": 604800, "month": 2592000, "mo": 2592000, "year": 31536000, "y": 31536000,
}  # fmt: skip
_NUMBERS = {
    "半": 0.5,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_AGO_ZH = re.compile(
    r"(\d{1,6}|[半一两二三四五六七八九十]) ?"
    r"(个?小时|個?小時|分[钟鐘]?|秒[钟鐘]?|天|日|周|个?星期|个?月|年)(?:以?前|之前)"
)
_AGO_EN = re.compile(
    r"(?:about )?(\d{1,6}|an?) ?(second|sec|s|minute|min|m|hour|hr|h|day|d|week|w|month|mo|year|y)s?\.? ago"
)
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}


def time_ago(text: str) -> timedelta | None:
    """How long ago ``text`` says, a month being 30 days and a year 365; ``None`` when it says no such thing."""
    if text in _NOW:
        return timedelta(0)
    found = _AGO_ZH.fullmatch(text) or _AGO_EN.fullmatch(text)
    if not found:
        return None
    amount = 1.0 if found[1] in {"a", "an"} else _NUMBERS.get(found[1]) or float(found[1])
    return timedelta(seconds=amount * _SECONDS[found[2]])


def relative_day(word: str, today: date) -> date:
    """The date that "今天", "昨天" or "前天" names for someone whose date is ``today``."""
    return today - timedelta(days=_DAYS_BACK[word])
