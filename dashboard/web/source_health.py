"""How a source is, as the pages show it: words, bars of filled fields, and the hours of its week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from alerts.health_words import DUTIES, mend, sentence
from crawlers.registry import SOURCES
from dashboard.web.formats import duration
from dashboard.web.i18n import Language, say
from monitor.health.fields import ANY, FIELDS, ITEMS, USABLE
from monitor.health.store import StoredHealth
from monitor.health.week import ALWAYS, EMPTY_HOUR_WEEKS, Week

#: Causes that the state's own word says.
SAID = frozenset({"ok", "never", "never_sent", "never_brought"})
#: Steps of the heat table's colour, from none to the most.
SHADES = 5


@dataclass(frozen=True, slots=True)
class FieldBar:
    """``share`` 0–1 of ``items``; ``usual`` likewise, where it is known; ``lost``: far below it."""

    kind: str
    field: str
    filled: int
    items: int
    usual: float | None

    @property
    def share(self) -> float:
        return self.filled / self.items

    @property
    def lost(self) -> bool:
        return self.usual is not None and self.usual >= ALWAYS and self.share < 0.8


@dataclass(frozen=True, slots=True)
class Hour:
    """``mean`` items; ``shade`` 0 (none) to SHADES; ``always``: nearly every week had some."""

    mean: float
    shade: int
    always: bool


@dataclass(frozen=True, slots=True)
class HealthView:
    """Delays as words."""

    stored: StoredHealth
    why: str
    mend: str
    p50: str
    p95: str
    fields: Sequence[FieldBar]


def health_view(found: StoredHealth, language: Language) -> HealthView:
    return HealthView(
        stored=found,
        why="" if found.cause in SAID else sentence(language, found.cause, found.facts),
        mend=mend(language, found.cause),
        p50=span(found.delay_p50, language),
        p95=span(found.delay_p95, language),
        fields=field_bars(found),
    )


def span(seconds: float | None, language: Language) -> str:
    return "" if seconds is None else duration(timedelta(seconds=seconds), language)


def field_bars(found: StoredHealth) -> list[FieldBar]:
    """The fields that the source's items have, or used to have, by kind of item."""
    bars = []
    for kind, counts in found.fill.items():
        usual: Mapping[str, float] = found.health.usual.get(kind, {})
        for name in (USABLE,) if kind == ANY else FIELDS:
            if counts.get(name) or usual.get(name):
                bars.append(FieldBar(kind, name, counts.get(name, 0), counts[ITEMS], usual.get(name)))
    return bars


def heat(week: Week) -> list[list[Hour]]:
    """Seven days of twenty-four hours, Monday first."""
    most = max((week.mean(cell) for cell in range(7 * 24)), default=0.0)
    return [[hour(week, day * 24 + number, most) for number in range(24)] for day in range(7)]


def hour(week: Week, cell: int, most: float) -> Hour:
    mean = week.mean(cell)
    shade = min(SHADES, 1 + int(mean / most * SHADES)) if mean and most else 0
    return Hour(mean, shade, week.share(cell) >= ALWAYS and week.hours[cell] >= EMPTY_HOUR_WEEKS - 1)


def unseen(kind: str) -> str:
    """``no`` or ``stand-in`` where nobody saw the reader of that kind at work on the real thing; else empty."""
    entry = SOURCES.get(kind)
    return "" if entry is None or entry.seen == "live" else entry.seen


def about_words(language: Language, about: Mapping[str, Any]) -> str:
    """What an alert about a source says: its state and why. ``about`` is that of ``alerts.reading.Alert``."""
    facts = about["facts"]
    if about["cause"] in DUTIES:
        said = sentence(language, about["cause"], facts)
        return said[:1].upper() + said[1:]
    colon = "：" if language == "zh-CN" else ": "
    return say(language, "source." + about["state"]) + colon + sentence(language, about["cause"], facts)
