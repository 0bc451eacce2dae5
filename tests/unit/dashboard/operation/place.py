"""A data folder with a real store in it, a clock that is set by hand, and a sentiment engine small enough to follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from crawlers.events import CrawlEvent, Cursor, Finished, Found
from crawlers.job import CrawlJob
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation
from dashboard.operation.wiring import kinds
from dashboard.operation.worker import Pipelines
from monitor.config.schema import ChannelConfig, OperatorConfig
from monitor.config.versions import Applied, apply_text
from monitor.mention import Channel, RawMention, Sentiment

KEY = {"TINGFENG_AUTHOR_KEY": "a key for tests"}
KEYWORDS = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own}
keywords:
  - {id: safety, query: '电池 AND 发烫', brand: xinghe, severity: critical}
sources:
  - {id: shop, kind: feed, url: 'https://shop.example/feed', every: 10m, brand: xinghe}
  - {id: forum, kind: feed, url: 'https://forum.example/feed', every: 1h, enabled: false}
routes:
  - {notify: [console], ticket: L1}
settings: {step: 1h, close_delay: 10m}
"""


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


class TellingEngine:
    """A sentiment engine: 坏 is bad, everything else is good, and 炸 breaks the engine itself."""

    name = "telling"
    version = "1"

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        if any("炸" in text for text in texts):
            raise RuntimeError("no words")
        return [
            Sentiment("negative", -0.9, 0.95) if "坏" in text else Sentiment("positive", 0.9, 0.95) for text in texts
        ]


class Played:
    """A crawler that plays given events; ``jobs`` is what it was asked for."""

    def __init__(self, *events: CrawlEvent) -> None:
        self.events = events
        self.jobs: list[CrawlJob] = []
        self.closed = 0

    def __call__(self, job: CrawlJob) -> Iterator[CrawlEvent]:
        self.jobs.append(job)
        try:
            yield from self.events
        finally:
            self.closed += 1


def installation_of(engine: Engine, folder: Path) -> Installation:
    return Installation(
        home=Home(folder, KEY),
        engine=engine,
        kinds=kinds(),
        operator=OperatorConfig(channels={"console": ChannelConfig(kind="console")}),
    )


def apply(installation: Installation, now: datetime, text: str = KEYWORDS) -> Applied:
    return apply_text(installation.engine, text, installation.kinds, author="test", note="", now=now)


def pipelines() -> Pipelines:
    return Pipelines(b"a key for tests", TellingEngine())


def review(number: int, text: str = "很好", published: str = "2026-11-23T11:00:00Z") -> Found:
    return Found(RawMention(text=text, external_id=str(number), published=published, author="王小明", rating=None))


def whole(items: Iterable[Found], cursor: int) -> tuple[CrawlEvent, ...]:
    """A crawl that went well."""
    return (*items, Cursor({"at": cursor}), Finished("done"))
