"""A worker: stores what was sent, goes on with a re-score, runs the oldest queued crawl, and looks for more. All it
knows is in the store."""

from __future__ import annotations

import os
import signal
import socket
import threading
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from crawlers.inbound.models import ImapInbound
from crawlers.run import crawl
from crawlers.scratch import sweep
from dashboard.operation import lifeline
from dashboard.operation.adaptations import Adaptations, adapted
from dashboard.operation.collect import LEASE, Lease, RunLostError
from dashboard.operation.crawling import Crawl, run_source
from dashboard.operation.draining import drain_one
from dashboard.operation.installation import Clock, Configuration, Installation
from dashboard.operation.mailbox import run_mailbox
from dashboard.operation.rescoring import rescore_one
from dashboard.operation.uploading import carry_out, tend
from monitor.config.versions import Applied
from monitor.pipeline import Pipeline
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import load_engine
from monitor.store.database import reading, writing
from monitor.store.sources import ClaimedRun, Outcome, claim_run, finish_run, open_runs

log = structlog.get_logger()

POLL = timedelta(seconds=1)


def own_name() -> str:
    """Who holds a lease: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:100]


class Pipelines:
    """The pipeline of the version in force; the engine is loaded once, and again where a version names another one.
    An ``engine`` handed in is used whatever the configuration names. With a ``home``, what was learned from labels
    there is on top of it, as soon as it is learned."""

    def __init__(self, author_key: bytes, engine: SentimentEngine | None = None, home: Path | None = None) -> None:
        self._author_key = author_key
        self._given = engine
        self._home = home
        self._loaded: dict[str, SentimentEngine] = {}
        self._built: tuple[tuple[int, str | None], Pipeline] | None = None

    def of(self, applied: Applied) -> Pipeline:
        state = (applied.version_id, Adaptations(self._home).name if self._home else None)
        if self._built is None or self._built[0] != state:
            engine = self._given or self._named(applied.config.settings.sentiment.engine)
            if self._home is not None:
                engine = adapted(self._home, engine)
            self._built = (state, Pipeline(applied.config, engine, self._author_key))
        return self._built[1]

    def _named(self, name: str) -> SentimentEngine:
        if name not in self._loaded:
            self._loaded = {name: load_engine(name)}
        return self._loaded[name]


def pipelines_of(installation: Installation) -> Pipelines:
    return Pipelines(installation.home.author_key, home=installation.home.path)


class Worker:
    """``crawler`` and ``pipelines`` are arguments so that a test can hand in its own; ``owner`` names the lease."""

    def __init__(
        self,
        installation: Installation,
        clock: Clock,
        *,
        owner: str,
        pipelines: Pipelines,
        crawler: Crawl = crawl,
        lease: timedelta = LEASE,
    ) -> None:
        self._installation, self._clock, self._owner = installation, clock, owner
        self._pipelines, self._crawler, self._lease = pipelines, crawler, lease
        self._configuration = Configuration(installation)

    def run_one(self) -> ClaimedRun | None:
        """Runs the oldest queued crawl; ``None`` when there is none."""
        tend(self._installation, self._clock())
        applied = self._configuration.current()
        if applied is None or not self._waiting():
            return None
        with writing(self._installation.engine) as connection:
            claimed = claim_run(connection, self._owner, self._clock(), self._lease)
        if claimed is not None:
            self._carry_out(claimed, applied)
        return claimed

    def drain_one(self) -> bool:
        """Stores the next batch of what was sent to us; ``False`` when there is none."""
        applied = self._configuration.current()
        if applied is None:
            return False
        collected = drain_one(
            self._installation, applied, self._owner, lambda: self._pipelines.of(applied), self._clock
        )
        return collected is not None and collected.outcome != "unavailable"

    def rescore_one(self) -> bool:
        """The next batch of a re-score that was asked for; ``False`` when there is none."""
        applied = self._configuration.current()
        if applied is None:
            return False
        return (
            rescore_one(self._installation, applied, lambda: self._pipelines.of(applied), self._owner, self._clock)
            is not None
        )

    def _waiting(self) -> bool:
        """Whether a run is queued: looked up by a reader first, so that idle workers never take the write lock."""
        with reading(self._installation.engine) as connection:
            return any(run.state == "queued" for run in open_runs(connection).values())

    def _carry_out(self, claimed: ClaimedRun, applied: Applied) -> None:
        lease = Lease(claimed.id, self._owner, self._lease)
        entry = self._installation.operator.inbound.get(claimed.source_id)
        if isinstance(entry, ImapInbound):
            self._look_into(claimed, entry, lease, applied)
            return
        if claimed.trigger == "import":
            self._import(claimed, lease, applied)
            return
        source = applied.config.source(claimed.source_id)
        if source is None:
            self._close(claimed, "the source is no longer in the configuration")
            return
        if not source.crawled:
            self._close(claimed, "never crawled: import a file into it", "unavailable")
            return
        if not source.enabled and claimed.trigger not in ("manual", "command"):
            self._close(claimed, "the source is disabled", "unavailable")
            return
        try:
            run_source(
                self._installation,
                applied,
                source,
                lease,
                lambda: self._pipelines.of(applied),
                self._clock,
                self._crawler,
                renewed=lambda: self._renewed(applied),
            )
        except RunLostError as error:
            log.warning("run lost", source=claimed.source_id, reason=str(error))

    def _renewed(self, known: Applied) -> tuple[Applied, Pipeline]:
        """What is in force now, ``known`` at least."""
        applied = self._configuration.current() or known
        return applied, self._pipelines.of(applied)

    def _look_into(self, claimed: ClaimedRun, entry: ImapInbound, lease: Lease, applied: Applied) -> None:
        if not entry.enabled and claimed.trigger not in ("manual", "command"):
            self._close(claimed, "the source is disabled", "unavailable")
            return
        try:
            run_mailbox(
                self._installation,
                applied,
                claimed.source_id,
                entry,
                lease,
                lambda: self._pipelines.of(applied),
                self._clock,
            )
        except RunLostError as error:
            log.warning("run lost", source=claimed.source_id, reason=str(error))

    def _import(self, claimed: ClaimedRun, lease: Lease, applied: Applied) -> None:
        try:
            carry_out(self._installation, applied, claimed, lease, lambda: self._pipelines.of(applied), self._clock)
        except RunLostError as error:
            log.warning("run lost", source=claimed.source_id, reason=str(error))

    def _close(self, claimed: ClaimedRun, reason: str, state: Outcome = "failed") -> None:
        with writing(self._installation.engine) as connection:
            finish_run(connection, claimed.id, state=state, counts={}, reason=reason, now=self._clock())

    def run(self, stop: threading.Event, poll: timedelta = POLL) -> None:
        """Until ``stop`` is set, which is looked at between two crawls."""
        while not stop.is_set():
            try:
                drained = self.drain_one()
                rescored = self.rescore_one()
                idle = self.run_one() is None and not drained and not rescored
            except OperationalError as error:
                log.warning("database is not available", reason=str(error.orig))
                idle = True
            if idle:
                stop.wait(poll.total_seconds())


def serve(installation: Installation, clock: Clock) -> None:
    """The worker process: until SIGTERM, SIGINT, or the end of its supervisor."""
    lifeline.watch(installation.home.process)
    stop = threading.Event()

    def end(*_: object) -> None:
        # A crawl may last minutes. It dies with this process, and its run is queued anew when the lease is over;
        # unwinding the stack closes it in order and leaves the last batch stored.
        stop.set()
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if swept := sweep():
        log.info("folders of killed crawls removed", number=swept)
    Worker(installation, clock, owner=own_name(), pipelines=pipelines_of(installation)).run(stop)
