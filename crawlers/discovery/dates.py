"""Finds where a text says when it was written. What a time means is read by ``monitor.normalise.times`` alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.normalise.times import DateOrder, UnreadableTimeError, read_time

#: Longer texts are contents; a date in them says nothing about when they were written.
LONGEST_LINE = 160

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_HALF = r"(?:(?:凌晨|早上|上午|中午|下午|傍晚|晚上) ?)?"
_HOUR = r"\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_CLOCK = _HALF + _HOUR
_TIME = rf"(?:(?:,? (?:at )?|T){_HOUR}|,? (?:\d{{1,2}} ?[AaPp]\.?[Mm]\.?|noon|midnight))?"
#: By name; written so that both Python's and RE2's engines read them alike.
FORMS = {
    "numeric": rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ] ?{_CLOCK})?",
    "chinese": rf"\d{{4}} ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?[日号]?(?: ?{_CLOCK})?",
    "month first": rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}{_TIME}",
    "day first": rf"\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-] ?\d{{4}}{_TIME}",
    "slashes": rf"\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}{_TIME}|\d{{1,2}}/\d{{1,2}}/\d{{2}}{_TIME}",
    "ago": r"刚刚|刚才|(?:\d+|[半一两二三四五六七八九十]) ?(?:个?小时|分钟?|秒钟?|天|周|个?星期|个?月|年)(?:以?前|之前)"
    r"|(?:\d+|an?) (?:second|sec|minute|min|hour|day|week|month|year)s? ago|just now",
    "day word": rf"(?:今天|昨天|前天|[Tt]oday|[Yy]esterday)(?:(?:,? (?:at )?)?{_CLOCK})?",
    "no year": rf"\d{{1,2}}-\d{{1,2}} {_CLOCK}|\d{{1,2}} ?月 ?\d{{1,2}} ?[日号](?: ?{_CLOCK})?",
}
#: Dates whose order has to be found out later, and the orders that any of them may have.
_SHORT_YEAR = re.compile(r"\d{1,2}/\d{1,2}/\d{2}(?!\d)")
ORDERS: tuple[DateOrder, ...] = ("mdy", "dmy", "ymd")
RELATIVE = frozenset({"ago", "day word"})
_COMPILED = {name: re.compile(rf"(?:^|[^\d])({form})(?:$|[^\d])") for name, form in FORMS.items()}
_CLOCKED = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|noon|midnight|^\d{9,13}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dated:
    """``form`` is the name of the form inside a longer text, ``None`` where the whole value is a time."""

    at: datetime
    stated: str
    form: str | None
    relative: bool

    @property
    def clocked(self) -> bool:
        return bool(_CLOCKED.search(self.stated))


class DateReader:
    """Reads as the source later will: in ``zone``, seen at ``now``."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self.zone = zone
        self.now = now
        self._known: dict[str, Dated | None] = {}

    def read(self, value: str) -> Dated | None:
        """When ``value`` says, as a whole or in a short line that holds one date; ``None`` for anything else."""
        value = " ".join(value.split())
        if value not in self._known:
            self._known[value] = self._read(value)
        return self._known[value]

    def _read(self, value: str) -> Dated | None:
        if not 2 <= len(value) <= LONGEST_LINE or not (
            any(ch.isdigit() for ch in value) or "刚" in value or " " in value
        ):
            return None
        whole = self._whole(value)
        if whole and not (value.isdigit() and len(value) < 9):
            return Dated(whole[0], value, None, relative=not whole[1])
        for name, form in _COMPILED.items():
            if (found := form.search(value)) and (inner := self._whole(found[1])):
                return Dated(inner[0], found[1], name, relative=name in RELATIVE)
        return None

    def _whole(self, value: str) -> tuple[datetime, bool] | None:
        for order in (None, *(ORDERS if _SHORT_YEAR.match(value) else ())):
            try:
                read = read_time(value, self.zone, self.now, order)
            except UnreadableTimeError:
                continue
            return read.at, read.fixed
        return None
