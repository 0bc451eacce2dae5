"""The figures of the crawl benchmark, and what each must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from dashboard.bench.memory import Sample

#: What the product promises of its crawls: share of a bare spider's rate, items per second, megabytes.
SHARE, RATE, PEAK_MB, GROWTH_MB = 0.6, 400.0, 200.0, 5.0
#: Growth is told from here on: until then a process is still loading what it needs.
SETTLED = 10_000


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two in one round: wall seconds from the start of its first process to its last item, and the seconds
    of processor time of all its processes, which a busy machine disturbs less."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Round:
    ours: Side
    rival: Side
    memory: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Must:
    figure: str
    value: float
    must: str
    met: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the rounds; rates are items per wall second. ``share_of_rival`` is the median of each round's own
    share, for the two of one round met the same machine. ``crawl_process_growth_mb`` is what the crawl process gained
    after its first 10,000 items, ``None`` where there were hardly more."""

    shape: str
    items: int
    rounds: int
    engine: str
    ours_seconds: float
    ours_rate: float
    ours_cpu_seconds: float
    rival_seconds: float
    rival_rate: float
    rival_cpu_seconds: float
    share_of_rival: float
    crawl_process_peak_mb: float
    crawl_process_growth_mb: float | None
    worker_peak_mb: float
    memory: tuple[Sample, ...]
    musts: tuple[Must, ...]


def measured(shape: str, items: int, engine: str, rounds: Sequence[Round]) -> Measured:
    ours_seconds = median(each.ours.seconds for each in rounds)
    rival_seconds = median(each.rival.seconds for each in rounds)
    share = median(each.rival.seconds / each.ours.seconds for each in rounds)
    memory = rounds[-1].memory
    samples = [sample for each in rounds for sample in each.memory]
    peak = max((sample.crawl_peak_mb for sample in samples), default=0.0)
    grown = growth(memory)
    return Measured(
        shape=shape,
        items=items,
        rounds=len(rounds),
        engine=engine,
        ours_seconds=round(ours_seconds, 2),
        ours_rate=round(items / ours_seconds, 1),
        ours_cpu_seconds=round(median(each.ours.cpu_seconds for each in rounds), 2),
        rival_seconds=round(rival_seconds, 2),
        rival_rate=round(items / rival_seconds, 1),
        rival_cpu_seconds=round(median(each.rival.cpu_seconds for each in rounds), 2),
        share_of_rival=round(share, 3),
        crawl_process_peak_mb=peak,
        crawl_process_growth_mb=grown,
        worker_peak_mb=max((sample.worker_mb for sample in samples), default=0.0),
        memory=memory,
        musts=tuple(musts(shape, share, items / ours_seconds, peak, grown)),
    )


def growth(memory: Sequence[Sample]) -> float | None:
    settled = [sample for sample in memory if sample.items >= SETTLED]
    if len(settled) < 2 or settled[-1].items < 2 * SETTLED:
        return None
    return round(settled[-1].crawl_mb - settled[0].crawl_mb, 1)


def musts(shape: str, share: float, rate: float, peak: float, grown: float | None) -> list[Must]:
    found = [Must("share_of_rival", round(share, 3), f"≥ {SHARE:g}", share >= SHARE)]
    if shape != "html":
        found.append(Must("ours_rate", round(rate, 1), f"≥ {RATE:g}/s", rate >= RATE))
    found.append(Must("crawl_process_peak_mb", peak, f"< {PEAK_MB:g} MB", peak < PEAK_MB))
    if grown is not None:
        found.append(Must("crawl_process_growth_mb", grown, f"≤ {GROWTH_MB:g} MB", grown <= GROWTH_MB))
    return found
