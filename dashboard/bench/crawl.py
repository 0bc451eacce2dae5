"""``tingfeng bench crawl``: page → stored mention, beside a bare Scrapy spider over the same pages in the same run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

from crawlers.job import CrawlJob, CrawlLimits
from crawlers.registry import SOURCES
from crawlers.run import crawl
from dashboard.bench.figures import Measured, Round, Side, measured
from dashboard.bench.memory import Sample, Watch
from dashboard.cli.output import progress
from dashboard.operation.collect import collect
from dashboard.operation.home import Home
from dashboard.operation.installation import open_installation
from monitor.config.schema import OperatorConfig, Source
from monitor.config.versions import apply_text
from monitor.mention import Channel, Sentiment
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


class Free:
    """An engine that costs nothing, so that the rest of the way stands alone; not one that anybody could configure."""

    name, version = "free", "1"

    def score(self, texts: Sequence[str], _channel: Channel) -> list[Sentiment]:
        return [Sentiment("neutral", 0.0, 0.5)] * len(texts)


def processor_seconds() -> float:
    """Of this process and of all that it started and that have ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def clock() -> Iterator[Callable[[], Side]]:
    """Answers what was used since the block was entered."""
    wall, processor = time.perf_counter(), processor_seconds()
    yield lambda: Side(time.perf_counter() - wall, processor_seconds() - processor)


def ours(
    shape: str, address: str, items: int, folder: Path, engine: SentimentEngine
) -> tuple[int, Side, tuple[Sample, ...]]:
    """Stored items. The engine is loaded before, as in a worker that runs for weeks; evidence is kept."""
    here = open_installation(
        Home(folder, {"TINGFENG_VAULT_KEY": b64encode(token_bytes(32)).decode()}), OperatorConfig()
    )
    now = datetime.now(UTC)
    applied = apply_text(here.engine, KEYWORDS, here.kinds, author="bench", note="", now=now)
    pipeline = Pipeline(applied.config, engine, b"bench")
    source = source_of(shape, address)
    limits = CrawlLimits(seconds=3600, items=items * 2)
    job = CrawlJob(source=source, limits=limits, local=("127.0.0.1",))
    watch = Watch(items)
    with clock() as used:
        events = watch.over(crawl(job))
        done = collect(here, applied, source, None, pipeline, events, lambda: datetime.now(UTC))
        side = used()
    here.engine.dispose()
    return done.counts.new, side, tuple(watch.samples)


def rival(shape: str, address: str) -> tuple[int, Side]:
    path = {"json": "/appreviews/1", "feed": "/feed", "html": "/shop"}[shape]
    command = [sys.executable, "-m", "dashboard.bench.bare", shape, address + path]
    with clock() as used:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return int(done.stdout), used()


def one_round(shape: str, items: int, engine: SentimentEngine, *, rival_first: bool) -> Round:
    """Raises :class:`RuntimeError` where either of the two did not see every item: its rate would mean nothing."""
    with site(shape, items) as address, tempfile.TemporaryDirectory(prefix="tingfeng-bench-") as folder:
        if rival_first:
            seen, theirs = rival(shape, address)
        stored, mine, memory = ours(shape, address, items, Path(folder), engine)
        if not rival_first:
            seen, theirs = rival(shape, address)
    if (seen, stored) != (items, items):
        raise RuntimeError(f"{shape}: of {items} items the rival saw {seen} and we stored {stored}")
    return Round(mine, theirs, memory)


def run(items: int, shapes: Sequence[str], engine: SentimentEngine, rounds: int) -> list[Measured]:
    """Each shape once a round and the two sides in turn first, so that a load that comes and goes meets all alike."""
    found: dict[str, list[Round]] = {shape: [] for shape in shapes}
    for number in range(rounds):
        for shape in shapes:
            progress(f"round {number + 1} of {rounds}: {shape}")
            found[shape].append(one_round(shape, items, engine, rival_first=number % 2 == 0))
    return [measured(shape, items, f"{engine.name} {engine.version}", each) for shape, each in found.items()]
