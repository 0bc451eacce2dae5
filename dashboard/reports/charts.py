"""Geometry of the report's drawings, in user units of their viewBox; the template only places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.reports.model import BrandWeek

WIDTH = 336
TOP = 28
GROUND = 168
HEIGHT = 192
BAR = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A day: from ``top`` to the ground line, the lower ``negative`` units of it red."""

    date: date
    x: float
    top: float
    height: float
    negative: float
    n: int
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Slice:
    """A brand's part of the share-of-voice bar, in percent of its width; ``tone`` numbers its colour."""

    name: str
    x: float
    width: float
    tone: int


def tallest(brands: Sequence[BrandWeek]) -> int:
    return max((day.negative.n for brand in brands for day in brand.days), default=0) or 1


def bars(brand: BrandWeek, most: int) -> tuple[Bar, ...]:
    """``most`` is the mention count that fills the height: the same for all brands."""
    gap = WIDTH / len(brand.days)
    found = []
    for index, day in enumerate(brand.days):
        height = round((GROUND - TOP) * day.negative.n / most, 1)
        negative = round((GROUND - TOP) * day.negative.k / most, 1)
        x = round(index * gap + (gap - BAR) / 2, 1)
        found.append(Bar(day.date, x, round(GROUND - height, 1), height, negative, day.negative.n, day.negative.value))
    return tuple(found)


def voice(brands: Sequence[BrandWeek], before: bool) -> tuple[Slice, ...]:
    """Brands without a mention take no room; empty where nobody was mentioned."""
    slices = []
    at = 0.0
    for tone, brand in enumerate(brands):
        share = (brand.share_before if before else brand.share) or 0.0
        if share:
            slices.append(Slice(brand.name, round(at, 2), round(share * 100, 2), tone % 6))
        at += share * 100
    return tuple(slices)
