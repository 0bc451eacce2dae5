"""What a week's figures can carry: intervals, and whether a change is more than noise. All at 95 %."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from monitor.trends import wilson_interval

Z = 1.96
#: Below this many mentions on either side a difference of ratios that could be chance is "too few to compare", not
#: "within noise": even a ratio that went from 10 % to 30 % is not told from chance then, so calm would be claimed
#: unseen.
COMPARABLE = 30


@dataclass(frozen=True, slots=True)
class Ratio:
    """k of n; ``low``/``high`` by Wilson, ``value`` None where n is 0."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def low(self) -> float:
        return wilson_interval(self.k, self.n, Z)[0]

    @property
    def high(self) -> float:
        return wilson_interval(self.k, self.n, Z)[1]


@dataclass(frozen=True, slots=True)
class Change:
    """Against the week before. ``difference`` is in the figure's own unit; not ``significant`` means within noise, or
    where there are ``few`` mentions that nothing can be said."""

    difference: float
    significant: bool
    few: bool = False


def ratio_change(now: Ratio, before: Ratio) -> Change | None:
    """Difference of two independent proportions; noise when Newcombe's hybrid score interval holds 0.

    R. G. Newcombe, Statistics in Medicine 17 (1998), method 10. None where either week has no mentions.
    """
    if now.value is None or before.value is None:
        return None
    difference = now.value - before.value
    low = difference - sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    high = difference + sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    significant = low > 0 or high < 0
    return Change(difference, significant, few=not significant and min(now.n, before.n) < COMPARABLE)


def volume_change(now: int, before: int) -> Change | None:
    """Relative change of a count; noise by Anscombe's variance-stabilised Poisson test. None without a week before."""
    if before == 0:
        return None
    score = 2 * (sqrt(now + 3 / 8) - sqrt(before + 3 / 8)) / sqrt(2)
    return Change((now - before) / before, abs(score) > Z)
