"""Numbers and times as people read them, per language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.web.i18n import Language, say

MINUS = "−"


def count(value: int, language: Language) -> str:
    """1,234 in English; 1,234 and 12.3 万 in Chinese."""
    if language == "zh-CN" and abs(value) >= 10_000:
        return f"{value / 10_000:,.1f} 万"
    return f"{value:,}"


def percent(ratio: float | None, digits: int = 1) -> str:
    """0.3 → 30.0%; an unknown ratio is a dash."""
    return "–" if ratio is None else f"{ratio * 100:.{digits}f}%"


def signed(value: float, digits: int = 1) -> str:
    """+3.2, −0.4 (with a real minus); what rounds to nothing has no sign."""
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):.{digits}f}"


def score(value: float | None) -> str:
    return "–" if value is None else signed(value, 2)


def duration(span: timedelta, language: Language) -> str:
    """The two-figure length of a span: 45 秒, 12 分钟, 3 小时, 2 天."""
    seconds = max(0, int(span.total_seconds()))
    for unit, key in ((86400, "time.days"), (3600, "time.hours"), (60, "time.minutes")):
        if seconds >= unit:
            return say(language, key, n=seconds // unit)
    return say(language, "time.seconds", n=seconds)


def within(limit: timedelta, language: Language) -> str:
    """A time limit as it was set: 24 hours, not a day; days from three on."""
    hours, rest = divmod(limit, timedelta(hours=1))
    return say(language, "time.hours", n=hours) if hours < 72 and not rest else duration(limit, language)


@dataclass(frozen=True, slots=True)
class Clock:
    """Times as the visitor reads them: relative to ``now``, exact in ``zone``."""

    now: datetime
    zone: ZoneInfo
    language: Language

    def exact(self, at: datetime) -> str:
        """2026-11-23 15:32:00 CST+8; the zone is always stated."""
        local = at.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M:%S} {self.zone.key}"

    def second(self, at: datetime) -> str:
        """The exact time without its zone, beside one that states it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def short(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%m-%d %H:%M}"

    def due(self, at: datetime) -> str:
        """When something is planned for; what should have begun already is due now, never "ago"."""
        return self.relative(at) if at > self.now else say(self.language, "time.due")

    def relative(self, at: datetime | None) -> str:
        if at is None:
            return say(self.language, "time.unknown")
        span = self.now - at
        if abs(span) < timedelta(seconds=5):
            return say(self.language, "time.now")
        key = "time.ago" if span > timedelta(0) else "time.ahead"
        return say(self.language, key, span=duration(abs(span), self.language))
