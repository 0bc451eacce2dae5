"""Fetches for discovery by the rules of every crawl, and tries a proposed entry by really crawling a few pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from crawlers.address import folded
from crawlers.discovery.look import Look
from crawlers.events import Answered, Blocked, CrawlEvent, Failed, Fetched, Finished, Found, Rejected
from crawlers.job import CrawlJob, CrawlLimits
from crawlers.registry import SOURCES
from crawlers.run import crawl
from monitor.config.schema import OperatorConfig, Source
from monitor.mention import Normalised, Rejection
from monitor.normalise import SourceContext, normalise

#: Of one trial: pages, and items after which it has seen enough.
PAGES, ITEMS = 8, 60
LIMITS = CrawlLimits(seconds=90, items=500)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a look brought: pages, why others did not come, and how it ended."""

    looks: tuple[Look, ...]
    troubles: tuple[Blocked | Failed | Rejected, ...]
    finished: Finished


@dataclass(frozen=True, slots=True)
class Trial:
    """What a proposed entry really brings. ``dated`` and ``named`` are shares of ``items``."""

    source: Source
    items: tuple[Normalised, ...]
    rejected: tuple[str, ...]
    pages: int
    finished: Finished

    @property
    def quality(self) -> float:
        """0.4 for items that can be used, 0.3 for their times, 0.25 for their authors, 0.05 for there being some."""
        if not self.items:
            return 0.0
        usable = len(self.items) / (len(self.items) + len(self.rejected))
        return 0.05 + 0.4 * usable + 0.3 * self.share("published_at") + 0.25 * self.share("author")

    def share(self, field_name: str) -> float:
        return sum(getattr(each, field_name) is not None for each in self.items) / max(1, len(self.items))


@dataclass(frozen=True)
class Visitor:
    """The operator's rules hold as in a crawl: robots, delays, limits, local hosts only where they are listed."""

    operator: OperatorConfig
    browser: str | None
    timezone: str
    clock: Callable[[], datetime]
    crawler: Callable[[CrawlJob], Any] = crawl
    visits: list[Visit] = field(default_factory=list)

    def look(self, urls: Sequence[str], *, render: bool = False) -> Visit:
        """The pages as they are, in one crawl."""
        entry = {
            "kind": "selectors",
            "id": "discover",
            "url": urls[0],
            "item": "body",
            "fields": {"text": "body"},
            "render": render,
            "max_pages": max(1, len(urls)),
        }
        job = replace(self.job(entry), look=tuple(urls))
        looks: list[Look] = []
        troubles: list[Blocked | Failed | Rejected] = []
        finished = Finished("failed")
        for event in self.crawler(job):
            if isinstance(event, Answered):
                looks.append(Look(event.url, event.text, event.headers, event.asked))
            elif isinstance(event, Blocked | Failed | Rejected):
                troubles.append(event)
            elif isinstance(event, Finished):
                finished = event
        visit = Visit(tuple(looks), tuple(troubles), finished)
        self.visits.append(visit)
        return visit

    def job(self, entry: Mapping[str, Any]) -> CrawlJob:
        """Raises pydantic's ``ValidationError`` for an entry that its kind refuses."""
        fields = {**entry, "id": "discover"}
        if all(self.is_local(value) for value in addresses(entry)):
            fields["delay"] = 0
        source = SOURCES[str(entry["kind"])].model.model_validate(fields)
        operator = self.operator
        return CrawlJob(
            source=source,
            limits=LIMITS,
            local=operator.local,
            robots_exceptions=operator.robots_exceptions,
            browser=self.browser,
        )

    def is_local(self, url: str) -> bool:
        return folded(urlsplit(url).hostname or "") in {folded(host) for host in self.operator.local}

    def attempt(self, entry: Mapping[str, Any], pages: int = PAGES) -> Trial | None:
        """A crawl of a few pages; ``None`` where the kind refuses the entry."""
        try:
            job = self.job({**entry, "max_pages": pages})
        except ValidationError:
            return None
        zone = job.source.timezone or self.timezone
        context = SourceContext("discover", zone, job.source.lang, None, job.source.date_order)
        items: dict[str, Normalised] = {}
        rejected: list[str] = []
        fetched, finished = 0, Finished("done")
        with closing(self.crawler(job)) as events:
            for event in events:
                fetched += isinstance(event, Fetched)
                if isinstance(event, Finished):
                    finished = event
                for outcome in outcomes(event, context, self.clock()):
                    if isinstance(outcome, Normalised):
                        items[outcome.external_id] = outcome
                    else:
                        rejected.append(outcome)
                if len(items) >= ITEMS:
                    break
        return Trial(job.source, tuple(items.values()), tuple(rejected), fetched, finished)


def addresses(entry: Mapping[str, Any]) -> list[str]:
    found = [str(entry[key]) for key in ("url", "base") if key in entry]
    return found or [""]


def outcomes(event: CrawlEvent, context: SourceContext, now: datetime) -> list[Normalised | str]:
    """A found item as it would be stored, or why not."""
    if isinstance(event, Found):
        outcome = normalise(event.mention, context, now)
        return [outcome.reason if isinstance(outcome, Rejection) else outcome]
    return [event.reason] if isinstance(event, Rejected) else []
