"""One run of one source, from the lease to its outcome: what the worker and the crawl command share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from alerts.source_health import evaluate_sources
from crawlers.backfill import Backfill
from crawlers.browser import find_browser
from crawlers.events import CrawlEvent, Finished
from crawlers.job import CrawlJob, CrawlLimits
from crawlers.permission import credential_of, lacking
from crawlers.run import crawl
from dashboard.operation.collect import Collected, Counts, Lease, Renewed, RunLostError, collect
from dashboard.operation.installation import Clock, Installation
from monitor.config.schema import Source
from monitor.config.versions import Applied
from monitor.health.fields import to_expect
from monitor.health.looking import look_at_source
from monitor.health.store import health_of
from monitor.pipeline import Pipeline
from monitor.store.database import reading, writing
from monitor.store.sources import cursor, finish_run

log = structlog.get_logger()

Crawl = Callable[[CrawlJob], Iterator[CrawlEvent]]


@contextmanager
def heartbeat(engine: Engine, lease: Lease, clock: Clock) -> Iterator[None]:
    """Keeps the lease alive while a page is slow or a batch is being scored."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(lease.duration.total_seconds() / 4):
            try:
                with writing(engine) as connection:
                    lease.renew(connection, clock())
            except RunLostError:
                return  # the next batch meets it too, and stops the run
            except OperationalError as error:
                # A locked or absent database may be back at the next beat, well before the lease is over.
                log.warning("lease not renewed", run=lease.run_id, reason=str(error.orig))

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class Listener:
    """Hands events on and keeps how long the source asked to be left alone."""

    def __init__(self, events: Iterable[CrawlEvent]) -> None:
        self._events = events
        self.retry_after: timedelta | None = None

    def __iter__(self) -> Iterator[CrawlEvent]:
        for event in self._events:
            if isinstance(event, Finished) and event.retry_after is not None:
                self.retry_after = timedelta(seconds=event.retry_after)
            yield event


#: A back-fill is asked for by hand and may take its time.
BACKFILL_LIMITS = CrawlLimits(seconds=4 * 3600, items=1_000_000)
BACKFILL_PAGES = 10_000


def new_job(installation: Installation, source: Source, backfill: Backfill | None = None) -> CrawlJob:
    with reading(installation.engine) as connection:
        state = cursor(connection, source.id)
        health = health_of(connection, source.id)
    environ, operator = installation.home.environ, installation.operator
    return CrawlJob(
        source=source.model_copy(update={"max_pages": BACKFILL_PAGES}) if backfill else source,
        limits=BACKFILL_LIMITS if backfill else CrawlLimits(),
        backfill=backfill,
        cursor=state,
        local=operator.local,
        robots_exceptions=operator.robots_exceptions,
        browser=find_browser(environ),
        credential=credential_of(source, operator),
        usual=to_expect(health.health.usual, health.fill) if health else {},
        hosts=str(installation.home.hosts_folder),
    )


def run_source(
    installation: Installation,
    applied: Applied,
    source: Source,
    lease: Lease,
    pipeline: Callable[[], Pipeline],
    clock: Clock,
    crawler: Crawl = crawl,
    backfill: Backfill | None = None,
    renewed: Renewed | None = None,
) -> Collected:
    """Crawls, stores and closes the run with its outcome and counts. Raises :class:`RunLostError`.

    A source that operator.yaml does not allow is not asked for anything: its run is unavailable, with what to write.
    """
    forbidden = lacking(source, installation.operator)
    events = (
        iter([Finished("unavailable", forbidden)]) if forbidden else crawler(new_job(installation, source, backfill))
    )
    try:
        return run_import(installation, applied, source, lease, pipeline, clock, events, renewed)
    finally:
        if isinstance(events, Generator):
            events.close()  # ends the crawl with all its processes, whatever ended us


def run_import(
    installation: Installation,
    applied: Applied,
    source: Source,
    lease: Lease,
    pipeline: Callable[[], Pipeline],
    clock: Clock,
    events: Iterable[CrawlEvent],
    renewed: Renewed | None = None,
) -> Collected:
    """Stores what ``events`` bring and closes the run. Raises :class:`RunLostError`.

    An engine that cannot be loaded makes the source unavailable, with the reason.
    """
    engine, heard = installation.engine, Listener(events)
    with heartbeat(engine, lease, clock):
        try:
            built = pipeline()
        except Exception as error:
            log.exception("sentiment engine failed to load", source=source.id)
            collected = Collected(Counts(), "unavailable", f"sentiment engine: {type(error).__name__}: {error}"[:500])
        else:
            collected = collect(installation, applied, source, lease, built, heard, clock, renewed)
    with writing(engine) as connection:
        finish_run(
            connection,
            lease.run_id,
            state=collected.outcome,
            counts=collected.counts.as_json(),
            reason=collected.reason,
            now=clock(),
            source=source,
            retry_after=heard.retry_after,
        )
    if source.enabled and source.crawled and applied.config.source(source.id) is not None:
        now = clock()
        look_at_source(engine, applied.config, source, now)
        channels, demo = installation.channels, installation.home.demo
        evaluate_sources(engine, applied, channels, now, demo=demo, only=source.id)
    log.info("crawl ended", source=source.id, outcome=collected.outcome, reason=collected.reason)
    return collected
