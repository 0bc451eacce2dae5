"""Key figures with their uncertainty: a ratio never without its n, a change grey when it is within noise. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.reports.statistics import COMPARABLE, Ratio, Z
from dashboard.web import formats
from dashboard.web.i18n import Language, say

#: Below this many mentions a ratio or a mean says nothing: a chart leaves the point out, a change is not stated.
LEAST = 5


class Share(Ratio):
    """``k`` of ``n``, as a page says it."""

    __slots__ = ()

    @property
    def percent(self) -> str:
        return formats.percent(self.value)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in words; ``tone`` is bad, good or quiet (within noise). ``few`` says that there was too little to
    compare with, which the words tell themselves."""

    words: str
    tone: str
    icon: str
    explained: str
    few: bool = False


def _arrow(difference: float) -> str:
    return "arrow-up-right" if difference > 0 else "arrow-down-right"


def too_few(now: int, before: int, language: Language, other: str | None) -> Change:
    """Stands for a change that so few mentions cannot show; names the smaller side: now, the period before, or the
    brand ``other``."""
    if now < before:
        words = say(language, "change.few.now", n=now)
    elif other:
        words = say(language, "change.few.of", n=before, name=other)
    else:
        words = say(language, "change.few", n=before)
    return Change(words, "quiet", "wave-sine", say(language, "change.few.why", least=COMPARABLE), few=True)


def unsaid(now: int, before: int, noise: bool) -> bool:
    """Whether there are too few mentions to say anything of a difference; ``noise`` when it could be chance."""
    return min(now, before) < (COMPARABLE if noise else LEAST)


def ratio_change(now: Share, before: Share, language: Language, other: str | None = None) -> Change | None:
    """The difference of two negative ratios in percentage points; noise when its 95 % interval (normal, unpooled,
    one pseudo-mention of each sort added: Agresti and Caffo 2000) holds zero. ``None`` without a ratio before.
    ``other`` is the brand compared with, where it is not the period before."""
    if now.value is None or before.value is None:
        return None
    difference = now.value - before.value
    p, q = (now.k + 1) / (now.n + 2), (before.k + 1) / (before.n + 2)
    half = Z * math.sqrt(p * (1 - p) / (now.n + 2) + q * (1 - q) / (before.n + 2))
    low, high = p - q - half, p - q + half
    noise = low <= 0 <= high
    if unsaid(now.n, before.n, noise):
        return too_few(now.n, before.n, language, other)
    explained = say(language, "change.interval", low=formats.signed(low * 100), high=formats.signed(high * 100))
    points = say(language, "change.points", value=formats.signed(difference * 100))
    if noise:
        return Change(f"{points} · {say(language, 'change.noise')}", "quiet", "wave-sine", explained)
    return Change(points, "bad" if difference > 0 else "good", _arrow(difference), explained)


def volume_change(now: int, before: int, language: Language) -> Change | None:
    """The relative difference of two counts (both counts, where the first is
    below 10); noise within 1.96 standard deviations of a Poisson difference. More
    mentions are neither good nor bad. ``None`` when there were none before."""
    if not before:
        return None
    words = f"{formats.signed((now - before) / before * 100, 0)}%" if before >= 10 else f"{before} → {now}"
    explained = say(language, "change.before", now=formats.count(now, language), before=formats.count(before, language))
    if abs(now - before) <= Z * math.sqrt(now + before):
        return Change(f"{words} · {say(language, 'change.noise')}", "quiet", "wave-sine", explained)
    return Change(words, "plain", _arrow(now - before), explained)


def score_change(
    now: float | None, n_now: int, before: float | None, n_before: int, language: Language, other: str | None = None
) -> Change | None:
    """The difference of two mean scores. The rollup keeps no variance, so the widest that scores of −1..1 can have
    (1) is taken: what this calls a change is one."""
    if now is None or before is None or not n_now or not n_before:
        return None
    difference = now - before
    noise = abs(difference) <= Z * math.sqrt(1 / n_now + 1 / n_before)
    if unsaid(n_now, n_before, noise):
        return too_few(n_now, n_before, language, other)
    words = formats.signed(difference, 2)
    explained = say(language, "change.before", now=formats.score(now), before=formats.score(before))
    if noise:
        return Change(f"{words} · {say(language, 'change.noise')}", "quiet", "wave-sine", explained)
    return Change(words, "good" if difference > 0 else "bad", _arrow(difference), explained)


def polyline(values: Sequence[float | None]) -> str:
    """The points of a sparkline in a box of 100 × 28, gaps joined; empty for fewer than two values or none above
    zero. The scale starts at zero, or at the least value where that is negative."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2 or not any(value for _, value in known):
        return ""
    low = min(0.0, *(value for _, value in known))
    high = max(value for _, value in known)
    span = (high - low) or 1.0
    last = len(values) - 1
    return " ".join(f"{index / last * 100:.1f},{26 - (value - low) / span * 24:.1f}" for index, value in known)
