"""From an address to a source entry that was tried: recognises, crawls a few pages, and shows what came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawlers.barrier import challenge
from crawlers.browser import MEND
from crawlers.discovery import sitemap
from crawlers.discovery.dates import DateReader
from crawlers.discovery.engines import engine_proposals, store_proposals
from crawlers.discovery.interfaces import ADDRESSES, interface_proposals, nodeinfo_address
from crawlers.discovery.layout import explore, proposal_of
from crawlers.discovery.look import Look, reading_length
from crawlers.discovery.markup import (
    comment_server,
    embeds,
    feed_links,
    feed_proposal,
    has_reviews,
    is_feed,
    review_proposal,
)
from crawlers.discovery.proposal import Proposal
from crawlers.registry import SOURCES
from dashboard.operation.trial import Trial, Visit, Visitor
from monitor.mention import Normalised
from monitor.redact import mask_author, redact

SAMPLES = 5
#: Below the first nothing is proposed; from the second on nothing better is looked for.
LEAST, ENOUGH = 0.4, 0.6
#: A page with less to read than this shows its contents by JavaScript, if at all.
SCANTY = 400
LONGEST_SAMPLE = 500
#: Reasons for which an address gives nothing that could be judged.
UNREACHED = re.compile(
    r"^(?:robots\.txt unreachable|unknown host|connection|timeout|private address|response|too many redirects|http 5"
    r"|not a web address|time limit|page did not load|browser failed)"
)


class DiscoveryError(Exception):
    """Nothing to propose; the message says why. ``unreachable``: the page itself could not be had."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True)
class Discovery:
    """``source`` is the entry without id. ``others`` are entries that were recognised too and not tried."""

    engine: str
    confidence: float
    source: Mapping[str, Any]
    samples: tuple[Mapping[str, Any], ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    pagination: str | None
    others: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    proposal: Proposal
    source: Mapping[str, Any]
    trial: Trial

    @property
    def confidence(self) -> float:
        few = 0.9 if len(self.trial.items) < 2 else 1.0
        return round(min(0.99, self.proposal.confidence * self.trial.quality * few), 2)


def discover(url: str, visitor: Visitor) -> Discovery:
    """Raises :class:`DiscoveryError`."""
    stores = list(store_proposals(url, SOURCES))
    if found := best_of(stores, visitor, ENOUGH):
        return told(found, stores, ())
    visit = visitor.look([url])
    if not visit.looks:
        told_off = is_unreachable(visit) or visit.finished.outcome != "failed"
        servers = [] if told_off else by_interface(url, visitor)
        if found := best_of(servers, visitor, LEAST):
            return told(found, servers, ())
        hints = [f"looks like {each.engine}: {', '.join(each.warnings)}" for each in servers if each.warnings]
        raise DiscoveryError("; ".join([why_not(visit), *hints]), unreachable=is_unreachable(visit))
    start = visit.looks[0]
    warnings: list[str] = []
    sure = list(recognised(start, reader_of(visitor)))
    found = best_of(sure, visitor, ENOUGH)
    if found is None and start.root is not None and not is_feed(start) and not sitemap.kind_of(start):
        found = by_layout(start, visitor, warnings)
        found = better_of(found, best_of(list(feed_links(start)), visitor, ENOUGH, found))
    if found is None or found.confidence < ENOUGH:
        found = better_of(found, by_sitemap(start, visitor))
    if found is None:
        found = best_of(sure, visitor, LEAST) or best_of(by_interface(start.url, visitor), visitor, LEAST)
    if found is None or found.confidence < LEAST:
        raise DiscoveryError(nothing(start, sure, found, warnings))
    return told(found, [*sure, *feed_links(start)], warnings)


def recognised(start: Look, reader: DateReader) -> Iterable[Proposal]:
    """What the page says by itself, the surest first."""
    found = [feed_proposal(start)] if is_feed(start) else []
    found += [*comment_server(start, SOURCES), *embeds(start, SOURCES), *engine_proposals(start, SOURCES)]
    if has_reviews(start) and (reviews := review_proposal(start, [(start, ())], reader)):
        found.append(reviews)
    return sorted(found, key=lambda each: -each.confidence)


def best_of(proposals: Sequence[Proposal], visitor: Visitor, enough: float, rival: Tried | None = None) -> Tried | None:
    """The first proposal that is good enough when tried; each in its forms."""
    if rival and rival.confidence >= ENOUGH:
        return None
    for proposal in proposals:
        for form in proposal.forms:
            trial = visitor.attempt(form)
            if trial is not None and trial.items:
                tried = Tried(proposal, {**form, **trial.learned}, trial)
                if tried.confidence >= enough:
                    return tried
                break
    return None


def by_layout(start: Look, visitor: Visitor, warnings: list[str]) -> Tried | None:
    """Selectors for a site that is not known; of reviews in schema.org markup behind links, that instead."""
    scanty = reading_length(start) < SCANTY
    best = explored(start, visitor, render=False)
    if (best is None or best.confidence < ENOUGH) and (scanty or needs_script(start)):
        if not visitor.browser:
            warnings.append(f"the page shows its contents by JavaScript: {MEND}")
            return best
        rendered = visitor.look([start.url], render=True)
        if rendered.looks:
            other = explored(rendered.looks[0], visitor, render=True)
            best = max([each for each in (best, other) if each], key=lambda each: each.confidence, default=None)
        else:
            warnings.append(f"the page could not be opened in a browser: {why_not(rendered)}")
    return best


def better_of(one: Tried | None, other: Tried | None) -> Tried | None:
    return max([each for each in (one, other) if each], key=lambda each: each.confidence, default=None)


def by_sitemap(start: Look, visitor: Visitor) -> Tried | None:
    """Selectors for the pages that the site's sitemap names: the page itself is one, or robots.txt names it."""
    looks: Sequence[Look] = [start]
    if not sitemap.kind_of(start):
        asked = visitor.look([urljoin(start.url, "/robots.txt"), urljoin(start.url, "/sitemap.xml")]).looks
        looks = [look for look in asked if sitemap.kind_of(look)]
        known = {look.url for look in looks}
        named = [url for look in asked for url in sitemap.named_in_robots(look) if url not in known]
        looks = [*looks, *(visitor.look(named[: sitemap.PARTS]).looks if named and not looks else ())]
    inner = [part for look in looks if sitemap.kind_of(look) == "sitemapindex" for part in sitemap.parts(look)]
    if inner:
        looks = visitor.look(inner).looks
    found = (explored(look, visitor, render=False) for look in looks if sitemap.kind_of(look) == "urlset")
    first = next((each for each in found if each), None)
    if first is None or look_is(start, first):
        return first
    warning = "the page itself shows nothing: what is proposed reads the pages that the site's sitemap names"
    return replace(first, proposal=replace(first.proposal, warnings=(*first.proposal.warnings, warning)))


def by_interface(url: str, visitor: Visitor) -> list[Proposal]:
    """A server that shows no page of its own, by what it tells machines."""
    looks = list(visitor.look([urljoin(url, path) for path in ADDRESSES]).looks)
    if address := nodeinfo_address(looks):
        looks += visitor.look([address]).looks
    return list(interface_proposals(looks, SOURCES))


def look_is(start: Look, found: Tried) -> bool:
    return found.source.get("url") == start.url


def needs_script(start: Look) -> bool:
    """Whether the page says itself that it is empty without JavaScript."""
    text = start.text.lower()
    root = re.search(r"<div[^>]+id=[\"'](?:root|app|__next|__nuxt)[\"'][^>]*>\s*</div>", text)
    return bool(root) or "enable javascript" in text or "data-reactroot" in text


def reader_of(visitor: Visitor) -> DateReader:
    return DateReader(ZoneInfo(visitor.timezone), visitor.clock())


def explored(start: Look, visitor: Visitor, *, render: bool) -> Tried | None:
    reader = reader_of(visitor)
    found = explore(start, lambda urls: visitor.look(urls, render=render).looks, reader)
    proposals = []
    if reviews := review_proposal(start, found.looks, reader):
        proposals.append(reviews)
    if found.layout:
        proposals.append(proposal_of(found.layout, start.url, reader, render=render))
    return best_of(proposals, visitor, ENOUGH) or best_of(proposals[-1:], visitor, LEAST)


def told(found: Tried, others: Sequence[Proposal], warnings: Sequence[str]) -> Discovery:
    proposal, trial = found.proposal, found.trial
    shares = ", ".join(
        f"{name} {trial.share(key):.0%}"
        for name, key in (("time", "published_at"), ("author", "author"), ("rating", "rating"))
    )
    seen = f"tried on {trial.pages} page(s): {len(trial.items)} mentions with {shares}"
    noted = [*proposal.warnings, *trial.warnings, *warnings]
    if trial.rejected:
        noted.append(f"{len(trial.rejected)} rejected: {', '.join(sorted(set(trial.rejected))[:4])}")
    if trial.finished.outcome == "blocked":
        noted.append(f"the site refused some pages: {trial.finished.reason}")
    return Discovery(
        engine=proposal.engine,
        confidence=found.confidence,
        source=found.source,
        samples=tuple(sample(item) for item in varied(trial.items)),
        reasons=(*proposal.reasons, seen),
        warnings=tuple(dict.fromkeys(noted)),
        pagination=proposal.pagination,
        others=tuple(each.source for each in others if each is not proposal and each.source != found.source),
    )


def varied(items: Sequence[Normalised]) -> list[Normalised]:
    """Some of the items, evenly spread, so that they come from several pages."""
    if len(items) <= SAMPLES:
        return list(items)
    return [items[number * len(items) // SAMPLES] for number in range(SAMPLES)]


def sample(item: Normalised) -> Mapping[str, Any]:
    """As ``tingfeng mentions`` would show it: personal data masked, the rating on 1–5."""
    return {
        "external_id": item.external_id,
        "url": item.url,
        "kind": item.kind,
        "published_at": item.published_at.isoformat().replace("+00:00", "Z") if item.published_at else None,
        "author": mask_author(item.author) if item.author else None,
        "title": redact(item.title).text if item.title else None,
        "text": redact(item.text).text[:LONGEST_SAMPLE],
        "rating": None if item.rating is None else round(1 + 4 * item.rating, 2),
        "lang": item.lang,
        "product": item.product,
        "parent_id": item.parent_id,
    }


def why_not(visit: Visit) -> str:
    reason = visit.troubles[0].reason if visit.troubles else visit.finished.reason or "no answer"
    if reason == "robots.txt":
        return "robots.txt asks not to read this page"
    if reason in {"http 404", "http 410"}:
        return f"no such page ({reason})"
    if reason == "private address":
        return "private address: list the host under local in operator.yaml if it is yours"
    return reason


def is_unreachable(visit: Visit) -> bool:
    reason = visit.troubles[0].reason if visit.troubles else visit.finished.reason
    return bool(UNREACHED.match(reason)) or visit.finished.outcome == "unavailable"


def nothing(start: Look, sure: Sequence[Proposal], found: Tried | None, warnings: Sequence[str]) -> str:
    """Why there is no proposal."""
    stated = start.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not start.text.strip():
        return "the page is empty"
    if stated.startswith(("image/", "audio/", "video/", "font/")) or stated == "application/pdf":
        return f"the address answers {stated}, not a page"
    if barrier := challenge(start.text):
        return f"the page asks for something first: {barrier}"
    if warnings:
        return "; ".join(warnings)
    if sure:
        names = ", ".join(dict.fromkeys(each.engine for each in sure))
        return f"looks like {names}, but no mention could be read there (closed, empty, or only after signing in)"
    if found is not None:
        return f"repeated blocks were found, but too few with text, time and author (confidence {found.confidence})"
    return "no engine, feed or markup is known here, and no repeated blocks with texts were found"


def proposed_id(url: str, taken: Iterable[str]) -> str:
    """An id that says where it comes from and is not in use."""
    parts = urlsplit(url)
    host = (parts.hostname or "source").removeprefix("www.")
    name = re.sub(r"[^a-z0-9]+", "-", f"{host} {parts.port or ''}".lower()).strip("-")[:50] or "source"
    used, number, found = set(taken), 1, name
    while found in used:
        number += 1
        found = f"{name}-{number}"
    return found
