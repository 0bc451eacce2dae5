"""``tingfeng bench crawl``: page → stored mention, beside a bare Scrapy spider over the same pages in the same run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

from crawlers.job import CrawlJob, CrawlLimits
from crawlers.registry import SOURCES
from crawlers.run import crawl
from dashboard.operation.collect import collect
from dashboard.operation.home import Home
from dashboard.operation.installation import open_installation
from monitor.config.schema import OperatorConfig, Source
from monitor.config.versions import apply_text
from monitor.pipeline import Pipeline
from monitor.sentiment.engine import SentimentEngine

KEYWORDS = """\
version: 1
brands: [{id: own, name: 星河, role: own}]
keywords:
  - {id: safety, query: '(发烫 OR 起火) AND 电池'}
  - {id: refund, query: '退款'}
"""
#: Pages beyond what any run asks for.
PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """``seconds`` from the start of the first process to the last stored item; rates are items per second."""

    shape: str
    items: int
    ours_seconds: float
    ours_rate: float
    rival_seconds: float
    rival_rate: float
    share_of_rival: float
    crawl_process_peak_mb: float
    crawl_process_first_mb: float
    engine: str


def source_of(shape: str, address: str) -> Source:
    own: Mapping[str, dict[str, Any]] = {
        "json": {"kind": "steam", "app": 1, "base": address},
        "feed": {"kind": "feed", "url": f"{address}/feed", "item_kind": "review"},
        "html": {
            "kind": "selectors",
            "url": f"{address}/shop",
            "item": "article.review",
            "next": "a[rel=next]",
            "fields": {
                "id": "::attr(id)",
                "text": "p",
                "author": ".name",
                "published": "time::attr(datetime)",
                "rating": ".stars::attr(data-stars)",
            },
        },
    }
    fields = {"id": "bench", "delay": 0, "max_pages": PAGES} | own[shape]
    return SOURCES[str(fields["kind"])].model.model_validate(fields)


@contextmanager
def site(shape: str, items: int) -> Iterator[str]:
    command = [sys.executable, "-m", "dashboard.bench.site", shape, str(items)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


class Watch:
    """The resident memory of the crawl process, read from the system four times a second (Linux)."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.25):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if "crawlers.process" in (process / "cmdline").read_text():
                        status = (process / "status").read_text()
                        self.samples.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
                except (OSError, IndexError):
                    continue  # it ended while we looked


def ours(shape: str, address: str, items: int, folder: Path, engine: SentimentEngine) -> tuple[int, float, Watch]:
    """Stored items and seconds. The engine is loaded before, as in a worker that runs for weeks; evidence is kept."""
    here = open_installation(
        Home(folder, {"TINGFENG_VAULT_KEY": b64encode(token_bytes(32)).decode()}), OperatorConfig()
    )
    now = datetime.now(UTC)
    applied = apply_text(here.engine, KEYWORDS, here.kinds, author="bench", note="", now=now)
    pipeline = Pipeline(applied.config, engine, b"bench")
    source = source_of(shape, address)
    limits = CrawlLimits(seconds=3600, items=items * 2)
    job = CrawlJob(source=source, limits=limits, local=("127.0.0.1",))
    with Watch() as watch:
        started = time.perf_counter()
        done = collect(here, applied, source, None, pipeline, crawl(job), lambda: datetime.now(UTC))
        seconds = time.perf_counter() - started
    here.engine.dispose()
    return done.counts.new, seconds, watch


def rival(shape: str, address: str) -> tuple[int, float]:
    path = {"json": "/appreviews/1", "feed": "/feed", "html": "/shop"}[shape]
    started = time.perf_counter()
    command = [sys.executable, "-m", "dashboard.bench.bare", shape, address + path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout), time.perf_counter() - started


def measure(shape: str, items: int, engine: SentimentEngine) -> Measured:
    """Raises :class:`RuntimeError` where either of the two did not see every item: its rate would mean nothing."""
    with site(shape, items) as address, tempfile.TemporaryDirectory(prefix="tingfeng-bench-") as folder:
        seen, rival_seconds = rival(shape, address)
        stored, seconds, watch = ours(shape, address, items, Path(folder), engine)
    if (seen, stored) != (items, items):
        raise RuntimeError(f"{shape}: of {items} items the rival saw {seen} and we stored {stored}")
    samples = watch.samples or [0.0]
    return Measured(
        shape=shape,
        items=items,
        ours_seconds=round(seconds, 2),
        ours_rate=round(items / seconds, 1),
        rival_seconds=round(rival_seconds, 2),
        rival_rate=round(items / rival_seconds, 1),
        share_of_rival=round(rival_seconds / seconds, 3),
        crawl_process_peak_mb=round(max(samples), 1),
        crawl_process_first_mb=round(max(samples[: max(4, len(samples) // 10)]), 1),
        engine=f"{engine.name} {engine.version}",
    )


def run(items: int, shapes: tuple[str, ...], engine: SentimentEngine) -> list[dict[str, Any]]:
    return [asdict(measure(shape, items, engine)) for shape in shapes]
