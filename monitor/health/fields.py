"""Which fields of the found items were filled, and whether one that used to be there went missing. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.mention import RawMention

#: Fields that a page can lose without losing its items.
FIELDS = ("external_id", "url", "title", "author", "published", "rating")
#: In a tally: the number of items. Fields that no item had are absent.
ITEMS = "items"
#: Kind under which all found items are counted, and its one field: those whose text could be read.
ANY, USABLE = "any", "usable"
#: Rejections that mean that the page is not what its reader knows.
UNREADABLE = frozenset({"layout not recognised", "no text", "bad json", "bad json-ld", "bad microdata", "bad feed"})

#: Tallies by kind of item: a reply has no title where a topic has one.
Fill = Mapping[str, Mapping[str, int]]
#: Share of the items of a kind (0–1) in which a field is usually filled.
Usual = Mapping[str, Mapping[str, float]]

#: A field is one that items have from this share on; it is lost when more than LOST of them lack it.
HAD, LOST = 0.95, 0.20
#: Items without which nothing is usual, and those of the last runs that are looked at. A page that cannot be read at
#: all shows as one rejection, so that two of those are enough.
USUAL_ITEMS, LEAST, LEAST_USABLE = 20, 10, 2
#: Chance that so many lack the field by accident, if as many as 1 − HAD usually do.
ACCIDENT = 0.01


@dataclass(frozen=True, slots=True)
class Gap:
    """``missing`` of the last ``items`` of a kind lack the field."""

    kind: str
    field: str
    missing: int
    items: int


class Tally:
    """Counts fields as items come in."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, int]] = {}

    def count(self, found: RawMention) -> None:
        kind = self._kinds.setdefault(found.kind, {ITEMS: 0})
        kind[ITEMS] += 1
        for name in FIELDS:
            value = getattr(found, name)
            if value is not None and value.strip():
                kind[name] = kind.get(name, 0) + 1

    def as_json(self) -> dict[str, dict[str, int]]:
        return {kind: dict(sorted(counts.items())) for kind, counts in sorted(self._kinds.items())}


def with_usable(fill: Fill, fetched: int, rejected: Mapping[str, int]) -> Fill:
    """The tallies of a run, with what could be read among all that it fetched."""
    lost = sum(number for reason, number in rejected.items() if reason in UNREADABLE)
    return {**fill, ANY: {ITEMS: fetched, USABLE: fetched - lost}} if fetched else fill


def pooled(fills: Sequence[Fill]) -> dict[str, dict[str, int]]:
    """The sum of several runs."""
    total: dict[str, dict[str, int]] = {}
    for fill in fills:
        for kind, counts in fill.items():
            mine = total.setdefault(kind, {})
            for name, number in counts.items():
                mine[name] = mine.get(name, 0) + number
    return total


def usual(fills: Sequence[Fill]) -> dict[str, dict[str, float]]:
    """What the runs before the latest had (``fills`` newest first); kinds with too few items are left out."""
    shares = {}
    for kind in sorted({kind for fill in fills for kind in fill}):
        _, number = latest(fills, kind)
        counts = pooled([{kind: fill[kind]} for fill in fills[number:] if kind in fill]).get(kind, {})
        if counts.get(ITEMS, 0) >= USUAL_ITEMS:
            shares[kind] = {name: counts[name] / counts[ITEMS] for name in counts if name != ITEMS}
    return shares


def latest(fills: Sequence[Fill], kind: str) -> tuple[Mapping[str, int], int]:
    """The sum of the newest runs that have enough items of the kind together (``fills`` newest first), and how many
    runs that were. Runs without such items say nothing; no more runs are taken than it needs, for older ones would
    hide what is new."""
    least = LEAST_USABLE if kind == ANY else LEAST
    taken: list[Fill] = []
    for index, fill in enumerate(fills):
        if fill.get(kind, {}).get(ITEMS, 0):
            taken.append({kind: fill[kind]})
            counts = pooled(taken)[kind]
            if counts[ITEMS] >= least:
                return counts, index + 1
    return pooled(taken).get(kind, {}), len(fills)


def gaps(fills: Sequence[Fill], known: Usual) -> list[Gap]:
    """Fields that ``known`` says are there and that too many items of the last runs lack; the worst first."""
    found = []
    for kind, shares in known.items():
        counts, _ = latest(fills, kind)
        items = counts.get(ITEMS, 0)
        for name, share in shares.items():
            missing = items - counts.get(name, 0)
            if share >= HAD and lost(missing, items, LEAST_USABLE if kind == ANY else LEAST):
                found.append(Gap(kind, name, missing, items))
    return sorted(found, key=lambda gap: (-gap.missing / gap.items, gap.kind, gap.field))


def lost(missing: int, items: int, least: int) -> bool:
    return items >= least and missing > LOST * items and by_accident(missing, items) < ACCIDENT


def by_accident(missing: int, items: int) -> float:
    """P(at least ``missing`` of ``items``) where each lacks the field with 1 − HAD: the binomial tail.

    From 200 items on, more than a fifth of them has no probability worth stating (below 1e-12).
    """
    if items > 200:
        return 0.0 if missing > LOST * items else 1.0
    chance = 1 - HAD
    return 1.0 - sum(math.comb(items, k) * chance**k * (1 - chance) ** (items - k) for k in range(missing))


def to_expect(known: Usual, last: Fill) -> dict[str, tuple[str, ...]]:
    """The fields that items of the next crawl should have, by kind: what is usual and, of kinds of which too little
    came before the latest runs, what these had (``last``: their tallies)."""
    fresh = {
        kind: {name: number / counts[ITEMS] for name, number in counts.items() if name != ITEMS}
        for kind, counts in last.items()
        if kind not in known and counts.get(ITEMS, 0) >= LEAST
    }
    return had({**known, **fresh})


def had(known: Usual) -> dict[str, tuple[str, ...]]:
    """The fields that nearly all items of each kind have."""
    kinds = {
        kind: tuple(name for name, share in shares.items() if share >= HAD)
        for kind, shares in known.items()
        if kind != ANY
    }
    return {kind: names for kind, names in kinds.items() if names}
