"""Sources with their health and last runs, and the button that asks for a crawl now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from alerts.reasons import reason_words
from crawlers.feedback.source import FormSource
from crawlers.inbound.registry import inbound_sources, polled_sources
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.i18n import Language
from dashboard.web.shell import config_of, language_of, render
from dashboard.web.source_health import health_view, unseen
from monitor.config.schema import Config, Inbound
from monitor.health.store import all_health
from monitor.inbox.draining import Backlog, backlog, refusals
from monitor.store.database import reading, writing
from monitor.store.sources import CrawlRun, SourceState, open_runs, queue_crawl, recent_runs, states

router = APIRouter()
#: Runs shown at first, and when more are asked for: thirty would be seven screens of a phone.
RUNS, MORE_RUNS = 5, 30
#: How long refused requests are shown.
REFUSALS = timedelta(days=7)
#: Counts of a run in the order of a mention's way; zero ones are left out.
COUNTS = (
    "pages",
    "fetched",
    "new",
    "updated",
    "unchanged",
    "duplicate",
    "undated",
    "rejected",
    "failed",
    "blocked",
    "deleted",
    "evidence",
)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """``every`` is ``None`` for a source that is never crawled; ``removed``: the configuration no longer names
    it; ``sent``: others send to it. ``refused``: reason → requests of the last days."""

    id: str
    kind: str
    every: timedelta | None
    enabled: bool
    state: SourceState | None
    running: CrawlRun | None
    last: CrawlRun | None
    sent: bool = False
    removed: bool = False
    backlog: Backlog | None = None
    refused: Mapping[str, int] = field(default_factory=dict)


def counts_of(counts: Mapping[str, Any], language: Language) -> list[tuple[str, int, str]]:
    """(name, sum, reasons) of each count that is not zero; rejections come by reason."""
    result = []
    for name in COUNTS:
        value = counts.get(name, 0)
        reasons = ""
        if isinstance(value, Mapping):
            comma = "、" if language == "zh-CN" else ", "
            reasons = comma.join(
                f"{reason_words(language, reason)} {number}" for reason, number in sorted(value.items())
            )
            value = sum(value.values())
        if value:
            result.append((name, int(value), reasons))
    return result


def refusal_words(refused: Mapping[str, int], language: Language) -> str:
    comma = "、" if language == "zh-CN" else ", "
    return comma.join(f"{reason_words(language, reason)} {number}" for reason, number in sorted(refused.items()))


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of the sources, by id."""

    states: Mapping[str, SourceState] = field(default_factory=dict)
    running: Mapping[str, CrawlRun] = field(default_factory=dict)
    last: Mapping[str, CrawlRun] = field(default_factory=dict)
    backlog: Mapping[str, Backlog] = field(default_factory=dict)
    refused: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def source_lines(config: Config, inbound: Mapping[str, Inbound], known: Known) -> list[SourceLine]:
    """The configured sources in their order, those that are not crawled, then those that only the store still knows."""
    configured = {source.id: source for source in (*config.sources, *inbound_sources(inbound))}
    polled = {source.id for source in polled_sources(inbound)}
    lines = []
    for key in [*configured, *sorted({*known.states, *known.backlog} - set(configured))]:
        source = configured.get(key)
        sent = (key in inbound and key not in polled) or isinstance(source, FormSource)
        lines.append(
            SourceLine(
                id=key,
                kind=source.kind if source else "",
                every=source.every if source and source.crawled and not sent else None,
                enabled=bool(source and source.enabled),
                state=known.states.get(key),
                running=known.running.get(key),
                last=known.last.get(key),
                sent=sent,
                removed=source is None,
                backlog=known.backlog.get(key),
                refused=known.refused.get(key, {}),
            )
        )
    return lines


@router.get("/sources")
def sources_page(
    request: Request, services: ServicesOf, _visitor: Entered, queued: str = "", busy: str = "", runs: str = ""
) -> Response:
    config, wanted = config_of(request), MORE_RUNS if runs == "more" else RUNS
    with reading(services.engine) as connection:
        found_states = states(connection)
        known = Known(
            found_states,
            open_runs(connection),
            {key: found[0] for key in found_states if (found := recent_runs(connection, key, limit=1))},
            {each.source_id: each for each in backlog(connection)},
            refusals(connection, services.clock() - REFUSALS),
        )
        # One more than is shown tells whether there are more.
        found_runs = recent_runs(connection, limit=wanted + 1)
        healths = all_health(connection)
    inbound = services.inbound()
    ids = {source.id for source in (*config.sources, *polled_sources(inbound))}
    return render(
        request,
        "sources.html",
        lines=source_lines(config, inbound, known),
        runs=found_runs[:wanted],
        unfolded=wanted == MORE_RUNS,
        more=wanted == RUNS and len(found_runs) > wanted,
        counts_of=counts_of,
        healths={key: health_view(found, language_of(request)) for key, found in healths.items()},
        unseen=unseen,
        refusal_words=refusal_words,
        queued=queued if queued in ids else "",
        busy=busy if busy in ids else "",
    )


@router.post("/sources/{source_id}/crawl")
def crawl_now(request: Request, services: ServicesOf, visitor: Entered, source_id: str) -> Response:
    """Queues a crawl of a configured, enabled source; one that is queued already stays the only one. A source that is
    never crawled has no such button."""
    source = config_of(request).source(source_id)
    if source is None or not source.enabled or not source.crawled:
        raise HTTPException(404)
    now = services.clock()
    with writing(services.engine) as connection:
        queued = queue_crawl(connection, source_id, "manual", now)
        audit.record(connection, visitor.user.name, "crawl", {"source": source_id, "queued": queued}, now=now)
    return RedirectResponse(f"/sources?{urlencode({'queued' if queued else 'busy': source_id})}", 303)
