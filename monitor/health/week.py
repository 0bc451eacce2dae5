"""What a source brings in each hour of the week, and how improbable a silence is. Pure; times are epoch seconds.

An hour of the week is one of 168, Monday 00:00 on the local clock first, so that nights and weekends are no silence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

HOUR, CELLS = 3600, 168
WEEK = CELLS * HOUR
#: Weeks of published items that the expectation is made of.
WEEKS = 8

#: History below which a silence or an empty hour proves nothing.
SILENCE_WEEKS, SILENCE_ITEMS = 2, 20
EMPTY_HOUR_WEEKS = 4
#: An hour of the week is one that "always" brings something from this share of such hours on.
ALWAYS = 0.95
#: Chance of a false alarm that is accepted: of a silence in a whole week of watching, of a row of empty hours each.
IMPROBABLE = 0.01


@dataclass(frozen=True, slots=True)
class Week:
    """By hour of the week: ``hours`` that were looked at, the ``items`` in them, how many were ``filled`` (had some).

    ``dispersion``: variance over mean of an hour's count (Pearson's χ² by its degrees of freedom, at least 1): posts
    come in bursts, so that a gap between bursts is more probable than Poisson's law says.
    ``lapse``: chance that an hour is empty though all other hours of its cell had items, as this source's own history
    shows it (leave one out, Laplace's rule).
    """

    hours: tuple[int, ...] = (0,) * CELLS
    items: tuple[int, ...] = (0,) * CELLS
    filled: tuple[int, ...] = (0,) * CELLS
    dispersion: float = 1.0
    lapse: float = 0.5

    @property
    def weeks(self) -> float:
        return sum(self.hours) / CELLS

    def mean(self, cell: int) -> float:
        return self.items[cell] / self.hours[cell] if self.hours[cell] else 0.0

    def share(self, cell: int) -> float:
        """Of such hours that had at least one item."""
        return self.filled[cell] / self.hours[cell] if self.hours[cell] else 0.0

    @property
    def per_week(self) -> float:
        return sum(self.mean(cell) for cell in range(CELLS))


def cell_of(epoch: int, zone: tzinfo) -> int:
    local = datetime.fromtimestamp(epoch, UTC).astimezone(zone)
    return local.weekday() * 24 + local.hour


def learn(counts: Mapping[int, int], start: int, end: int, zone: tzinfo) -> Week:
    """``counts``: items by start of the hour they were published in; whole hours in [start, end), empty ones too."""
    cells: list[list[int]] = [[] for _ in range(CELLS)]
    for hour in range(-(-start // HOUR) * HOUR, end // HOUR * HOUR, HOUR):
        cells[cell_of(hour, zone)].append(counts.get(hour, 0))
    return Week(
        hours=tuple(len(cell) for cell in cells),
        items=tuple(sum(cell) for cell in cells),
        filled=tuple(sum(1 for n in cell if n) for cell in cells),
        dispersion=dispersion(cells),
        lapse=lapse(cells),
    )


def dispersion(cells: list[list[int]]) -> float:
    squares, freedom = 0.0, 0
    for cell in cells:
        mean = sum(cell) / len(cell) if cell else 0.0
        if mean > 0:
            squares += sum((n - mean) ** 2 for n in cell) / mean
            freedom += len(cell) - 1
    return max(1.0, squares / freedom) if freedom else 1.0


def lapse(cells: list[list[int]]) -> float:
    tries = empty = 0
    for cell in cells:
        none = sum(1 for n in cell if not n)
        if none == 0 and len(cell) > 1:
            tries += len(cell)
        elif none == 1 and len(cell) > 1:
            tries, empty = tries + 1, empty + 1
    return (empty + 1) / (tries + 2)


def expected(week: Week, start: int, end: int, zone: tzinfo) -> float:
    """Items that such hours usually bring in [start, end), parts of hours by their length."""
    if end <= start:
        return 0.0
    whole = (end - start) // WEEK
    total, at = whole * week.per_week, start + whole * WEEK
    while at < end:
        until = min(end, (at // HOUR + 1) * HOUR)
        total += week.mean(cell_of(at, zone)) * (until - at) / HOUR
        at = until
    return total


@dataclass(frozen=True, slots=True)
class Improbable:
    """``expected`` items (or, of empty hours, such hours) and the probability of none, which is below ``threshold``."""

    since: int
    expected: float
    probability: float
    threshold: float


def silence(week: Week, last: int, until: int, zone: tzinfo) -> Improbable | None:
    """Nothing published in (last, until): improbable?

    P(none) = exp(−λ / dispersion), Poisson's law for λ expected items that come in bursts. A busy source has many gaps
    a week, each of which is a test: the threshold is 1 % shared between as many gaps as the week has items, so that a
    healthy source raises one false alarm in a hundred weeks, however much it brings.
    """
    if week.weeks < SILENCE_WEEKS or sum(week.items) < SILENCE_ITEMS:
        return None
    wanted = expected(week, last, until, zone)
    probability = math.exp(-wanted / week.dispersion)
    threshold = IMPROBABLE / max(1.0, week.per_week / week.dispersion)
    return Improbable(last, wanted, probability, threshold) if probability < threshold else None


def empty_hours(week: Week, last: int, until: int, zone: tzinfo) -> Improbable | None:
    """Whole hours without an item, after the one of the ``last`` item and before ``until``, of which each had some in
    95 % of the weeks before: improbable?

    One empty hour is enough where the source never left out such an hour; where it sometimes did (``lapse``), it takes
    as many of them in a row as bring the chance below 1 %.
    """
    if week.weeks < EMPTY_HOUR_WEEKS:
        return None
    first, number = 0, 0
    start = (last // HOUR + 1) * HOUR
    # Beyond a week the first empty hour is what counts, and it is found there.
    for hour in range(start, min(until // HOUR * HOUR, start + WEEK), HOUR):
        cell = cell_of(hour, zone)
        if week.hours[cell] >= EMPTY_HOUR_WEEKS - 1 and week.share(cell) >= ALWAYS:
            first, number = first or hour, number + 1
    probability = week.lapse**number
    return Improbable(first, float(number), probability, IMPROBABLE) if number and probability < IMPROBABLE else None
