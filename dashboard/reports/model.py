"""A weekly report as data: what every format renders. Times are aware UTC; ratios and shares 0–1, scores −1..1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboard.reports.statistics import Change, Ratio
from monitor.config.schema import Severity

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    negative: Ratio


@dataclass(frozen=True, slots=True)
class BrandWeek:
    """``share`` of voice is among all configured brands; a mention that names two counts for both."""

    id: str
    name: str
    own: bool
    negative: Ratio
    negative_before: Ratio
    share: float | None
    share_before: float | None
    score: float | None
    score_before: float | None
    volume_change: Change | None
    negative_change: Change | None
    days: tuple[Day, ...]

    @property
    def volume(self) -> int:
        return self.negative.n


@dataclass(frozen=True, slots=True)
class SourceWeek:
    """The own brands in one source."""

    id: str
    negative: Ratio
    volume_change: Change | None
    negative_change: Change | None


@dataclass(frozen=True, slots=True)
class Quote:
    """``rating`` 1–5; ``url`` is http(s) or None."""

    text: str
    source: str
    author: str | None
    url: str | None
    rating: float | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the own brands' negative mentions are about: a keyword's topic or an aspect (``words`` says which)."""

    name: str
    words: tuple[str, ...]
    count: int
    before: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class AlertOfWeek:
    rule: str
    brand: str | None
    source: str | None
    severity: Severity
    fired_at: datetime
    resolved_at: datetime | None
    negative: Ratio
    baseline: float | None
    ticket: str | None


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """``partial``: the week was not over when the report was made. ``complaints`` may overlap: one mention can
    be about two things. Of the ``own_negatives`` negative mentions ``unsorted`` are about none of them."""

    week: str
    language: Language
    timezone: str
    since: datetime
    until: datetime
    generated_at: datetime
    partial: bool
    demo: bool
    brands: tuple[BrandWeek, ...]
    sources: tuple[SourceWeek, ...]
    complaints: tuple[Complaint, ...]
    own_negatives: int
    unsorted: int
    alerts: tuple[AlertOfWeek, ...]

    @property
    def own(self) -> tuple[BrandWeek, ...]:
        return tuple(brand for brand in self.brands if brand.own)
