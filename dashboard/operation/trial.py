"""Fetches for discovery by the rules of every crawl, and tries a proposed entry by really crawling a few pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from crawlers.address import folded
from crawlers.discovery.look import Look
from crawlers.discovery.moments import order_of, stated_zone, today_in, without_zone
from crawlers.events import Answered, Blocked, Failed, Fetched, Finished, Found, Rejected
from crawlers.job import CrawlJob, CrawlLimits
from crawlers.registry import SOURCES
from crawlers.run import crawl
from monitor.config.schema import OperatorConfig, Source
from monitor.mention import Normalised, RawMention
from monitor.normalise.item import SourceContext, normalise

#: Of one trial: pages, and items after which it has seen enough.
PAGES, ITEMS = 8, 60
#: A date whose year has two digits, which is read in a declared order alone.
SHORT = re.compile(r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)")
LIMITS = CrawlLimits(seconds=90, items=500)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a look brought: pages, why others did not come, and how it ended."""

    looks: tuple[Look, ...]
    troubles: tuple[Blocked | Failed | Rejected, ...]
    finished: Finished


@dataclass(frozen=True, slots=True)
class Trial:
    """What a proposed entry really brings. ``learned`` are fields of the entry that only its items tell, ``warnings``
    what they leave open."""

    source: Source
    items: tuple[Normalised, ...]
    rejected: tuple[str, ...]
    pages: int
    finished: Finished
    learned: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

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
        found: dict[RawMention, None] = {}
        rejected: list[str] = []
        fetched, finished = 0, Finished("done")
        with closing(self.crawler(job)) as events:
            for event in events:
                fetched += isinstance(event, Fetched)
                if isinstance(event, Finished):
                    finished = event
                elif isinstance(event, Rejected):
                    rejected.append(event.reason)
                elif isinstance(event, Found):
                    found[event.mention] = None
                if len(found) >= ITEMS:
                    break
        return self.judged(list(found), Trial(job.source, (), tuple(rejected), fetched, finished))

    def judged(self, found: Sequence[RawMention], trial: Trial) -> Trial:
        """The trial with its items as they would be stored, and what was refused."""
        learned, warnings = self.learned(trial.source, [each.published for each in found if each.published])
        told = trial.source.model_copy(update=dict(learned))
        context = SourceContext("discover", told.timezone or self.timezone, told.lang, None, told.date_order)
        items: dict[str, Normalised] = {}
        rejected = list(trial.rejected)
        for mention in found:
            outcome = normalise(mention, context, self.clock())
            if isinstance(outcome, Normalised):
                items[outcome.external_id] = outcome
            else:
                rejected.append(outcome.reason)
        return replace(
            trial, items=tuple(items.values()), rejected=tuple(rejected), learned=learned, warnings=tuple(warnings)
        )

    def learned(self, source: Source, stated: Sequence[str]) -> tuple[Mapping[str, Any], Sequence[str]]:
        """What the times show of the source's ``date_order`` and ``timezone``, and what had to be guessed."""
        found: dict[str, Any] = {}
        warnings: list[str] = []
        order = order_of(stated, today_in(self.clock()))
        if order and source.date_order is None:
            if order.order != "dmy" or any(SHORT.search(text) for text in stated):
                found["date_order"] = order.order
            if not order.sure:
                warnings.append(f"dates such as {stated[0]!r} are read as {order.order}: set date_order otherwise")
        if source.timezone is None and without_zone(stated, self.clock(), order.order if order else None):
            pages = (look.text for visit in self.visits for look in visit.looks)
            zone = next((zone for page in pages if (zone := stated_zone(page))), None)
            if zone:
                found["timezone"] = zone
            else:
                warnings.append(f"the times name no zone and are read in {self.timezone}: set timezone otherwise")
        return found, warnings


def addresses(entry: Mapping[str, Any]) -> list[str]:
    found = [str(entry[key]) for key in ("url", "base") if key in entry]
    return found or [""]
