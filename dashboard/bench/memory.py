"""What the crawl process and this one, which stands for a worker, hold in memory while items pass (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawlers.events import CrawlEvent, Found

#: Points of the curve.
POINTS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident megabytes after ``items`` items; ``crawl_peak_mb`` is the most that the crawl process had until then."""

    items: int
    crawl_mb: float
    crawl_peak_mb: float
    worker_mb: float


class Watch:
    """Passes the events of a crawl on and looks twenty times on the way, by the count of items: the curve of one run
    lies on that of the next whatever else the machine does."""

    def __init__(self, items: int) -> None:
        self._every = max(1, items // POINTS)
        self.samples: list[Sample] = []

    def over(self, events: Iterable[CrawlEvent]) -> Iterator[CrawlEvent]:
        found = 0
        for event in events:
            yield event
            found += isinstance(event, Found)
            if isinstance(event, Found) and found % self._every == 0:
                self._look(found)

    def _look(self, items: int) -> None:
        crawl = next(crawl_statuses(), {})
        worker = status(Path("/proc/self"))
        self.samples.append(
            Sample(items, megabytes(crawl, "VmRSS"), megabytes(crawl, "VmHWM"), megabytes(worker, "VmRSS"))
        )


def crawl_statuses() -> Iterator[dict[str, str]]:
    """Of the crawl processes that this process started."""
    for process in Path("/proc").glob("[0-9]*"):
        found = status(process)
        if found.get("PPid") == str(os.getpid()) and "crawlers.process" in read(process / "cmdline"):
            yield found


def status(process: Path) -> dict[str, str]:
    """The fields of ``/proc/…/status``; empty where the process has ended or the system has none."""
    pairs = (line.partition(":") for line in read(process / "status").splitlines())
    return {name: value.strip() for name, _, value in pairs}


def read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def megabytes(found: dict[str, str], name: str) -> float:
    return round(int(found.get(name, "0 kB").split()[0]) / 1024, 1)
