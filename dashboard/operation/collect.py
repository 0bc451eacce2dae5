"""From the events of one crawl or import to stored mentions: one transaction a batch, cursor and alerts with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import structlog
from sqlalchemy import Connection

from alerts.evaluation import evaluate_batch
from crawlers.events import (
    Blocked,
    CrawlEvent,
    Cursor,
    Failed,
    Fetched,
    Finished,
    Found,
    Gone,
    Outcome,
    Rejected,
    Suspect,
)
from dashboard.operation.installation import Clock, Installation
from dashboard.operation.version import product
from monitor.config.schema import Source
from monitor.config.versions import Applied
from monitor.health.fields import Tally
from monitor.health.pages import keep_page
from monitor.mention import RawMention
from monitor.pipeline import Enriched, Pipeline
from monitor.store.database import writing
from monitor.store.deletion import delete_mentions
from monitor.store.mentions import store_batch
from monitor.store.sources import renew_lease, save_cursor
from monitor.vault.keeping import keep
from monitor.vault.keys import VARIABLE as VAULT_KEY
from monitor.vault.keys import MasterKey

log = structlog.get_logger()

#: The version in force, and its pipeline. A crawl may last hours, and keywords are changed meanwhile.
Renewed = Callable[[], tuple[Applied, Pipeline]]

BATCH = 500
#: A worker that does not renew for this long is taken for dead and its run is queued anew.
LEASE = timedelta(seconds=60)


class RunLostError(Exception):
    """The run's lease was taken away: another worker has the source, nothing more may be stored for this run."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of ``owner`` to store for a run."""

    run_id: int
    owner: str
    duration: timedelta = LEASE

    def renew(self, connection: Connection, now: datetime) -> None:
        """Raises :class:`RunLostError`."""
        if not renew_lease(connection, self.run_id, self.owner, now, self.duration):
            raise RunLostError(f"run {self.run_id} was taken away from {self.owner}")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a crawl's items. ``fetched`` are items found, each of which is new, updated, unchanged, duplicate
    or ``rejected`` (by reason). ``failed`` (by reason) and ``blocked`` are pages, which are no items. ``deleted`` are
    stored items that their source took away. ``evidence`` counts the untouched payloads that were kept: one for each
    new or updated item, none without a vault key. ``pages`` answered with content. ``fields`` says, by kind of item,
    how many ``items`` were found and in how many each field was filled."""

    fetched: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    undated: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    blocked: int = 0
    deleted: int = 0
    evidence: int = 0
    pages: int = 0
    fields: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The counts of the crawl and import commands, also stored with the run."""
        return {
            "fetched": self.fetched,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicate": self.duplicate,
            "undated": self.undated,
            "rejected": dict(sorted(self.rejected.items())),
            "failed": dict(sorted(self.failed.items())),
            "blocked": self.blocked,
            "deleted": self.deleted,
            "evidence": self.evidence,
            "pages": self.pages,
            "fields": {kind: dict(filled) for kind, filled in self.fields.items()},
        }


@dataclass(frozen=True, slots=True)
class Collected:
    counts: Counts
    outcome: Outcome
    reason: str


class Collector:
    """Gathers items and stores them batch by batch; holds the counts so far."""

    def __init__(
        self,
        installation: Installation,
        applied: Applied,
        source: Source,
        lease: Lease | None,
        pipeline: Pipeline,
        clock: Clock,
        renewed: Renewed | None = None,
    ) -> None:
        self._installation, self._applied, self._source = installation, applied, source
        self._lease, self._pipeline, self._clock = lease, pipeline, clock
        self._renewed = renewed
        self._waiting: list[RawMention] = []
        self._gone: set[str] = set()
        self._gone_prefixes: set[str] = set()
        self._tally: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._fields = Tally()

    def take(self, event: CrawlEvent) -> None:
        match event:
            case Found(mention):
                if self._is_gone(mention.external_id or ""):
                    self.store()  # it came back: taking out what is gone must not take this one
                self._tally["fetched"] += 1
                self._fields.count(mention)
                self._waiting.append(mention)
                if len(self._waiting) >= BATCH:
                    self.store()
            case Gone(external_id, prefix):
                # One that is still waiting to be stored must be there before it can be taken out.
                (self._gone_prefixes if prefix else self._gone).add(external_id)
            case Rejected(reason):
                # An item that could not be read was found all the same: fetched is new + … + rejected.
                self._tally["fetched"] += 1
                self._rejected[reason] += 1
            case Failed(reason):
                self._failed[reason] += 1
            case Blocked():
                self._tally["blocked"] += 1
            case Cursor(state):
                self.store(state)
            case Fetched(_, status):
                self._tally["pages"] += status == 200
            case Suspect(url, text):
                self._keep_page(url, text)
            case Finished():
                pass

    def _is_gone(self, external_id: str) -> bool:
        return external_id in self._gone or external_id.startswith(tuple(self._gone_prefixes))

    def store(self, cursor: Mapping[str, object] | None = None) -> None:
        """One transaction: the waiting items, their alerts and, where it comes after them, the cursor."""
        if not self._waiting and not self._gone and not self._gone_prefixes and cursor is None:
            return
        if self._renewed is not None:
            self._applied, self._pipeline = self._renewed()
        now = self._clock()
        # Scoring takes seconds: it comes before the transaction, which holds SQLite's only write lock.
        enriched = self._pipeline.run(self._source, self._waiting, now)
        gone, prefixes = self._gone, self._gone_prefixes
        self._waiting, self._gone, self._gone_prefixes = [], set(), set()
        self._rejected.update(rejection.reason for rejection in enriched.rejections)
        applied, here = self._applied, self._installation
        with writing(here.engine) as connection:
            if self._lease is not None:
                self._lease.renew(connection, self._clock())
            result = store_batch(
                connection,
                enriched.mentions,
                config_version_id=applied.version_id,
                step_seconds=int(applied.config.settings.step.total_seconds()),
                now=now,
            )
            step_seconds = int(applied.config.settings.step.total_seconds())
            evidence = self._keep(connection, enriched, result.changed_ids)
            deleted = delete_mentions(connection, self._source.id, gone, step_seconds, prefixes)
            if cursor is not None:
                save_cursor(connection, self._source.id, cursor)
            if result.changed_ids:
                evaluate_batch(connection, applied, result.changed_ids, here.channels, now, demo=here.home.demo)
        self._tally["deleted"] += deleted
        self._tally["evidence"] += evidence
        for name in ("new", "updated", "unchanged", "duplicate", "undated"):
            self._tally[name] += getattr(result, name)
        log.info("batch stored", source=self._source.id, new=result.new, updated=result.updated)

    def _keep(self, connection: Connection, enriched: Enriched, changed_ids: Sequence[int]) -> int:
        if self._master is None:
            return 0
        items = zip(enriched.mentions, enriched.found, strict=True)
        collector = f"{product()} {self._source.kind}"
        return keep(connection, items, changed_ids, collector=collector, master=self._master)

    def _keep_page(self, url: str, text: str) -> None:
        """A page holds what people wrote as they wrote it, so that it is kept in the vault or not at all."""
        if self._master is None:
            return
        with writing(self._installation.engine) as connection:
            if self._lease is not None:
                self._lease.renew(connection, self._clock())
            collector = f"{product()} {self._source.kind}"
            keep_page(connection, self._source.id, url, text, collector, self._clock(), self._master)

    @cached_property
    def _master(self) -> MasterKey | None:
        master = self._installation.home.vault_key
        if master is None:
            log.warning("evidence is not kept", source=self._source.id, reason=f"{VAULT_KEY} is not set")
        return master

    def counts(self) -> Counts:
        return Counts(
            **self._tally,
            rejected=dict(self._rejected),
            failed=dict(self._failed),
            fields=self._fields.as_json(),
        )


def collect(
    installation: Installation,
    applied: Applied,
    source: Source,
    lease: Lease | None,
    pipeline: Pipeline,
    events: Iterable[CrawlEvent],
    clock: Clock,
    renewed: Renewed | None = None,
) -> Collected:
    """Stores what ``events`` bring, in batches of at most 500 items, and at each cursor; each batch by the version in
    force when it is stored, where ``renewed`` tells that.

    With a ``lease`` each batch renews it, and a lease that was taken away raises :class:`RunLostError` before
    anything is stored. Whatever else breaks on the way (an engine, a file, the store) is the outcome, with its
    reason: one source must not end the process that serves the others. What was stored stays stored, and replaying
    it changes nothing.
    """
    collector = Collector(installation, applied, source, lease, pipeline, clock, renewed)
    finished = Finished("failed", "the crawl ended without an outcome")
    try:
        for event in events:
            collector.take(event)
            if isinstance(event, Finished):
                finished = event
        collector.store()
    except RunLostError:
        raise
    except Exception as error:
        log.exception("collecting failed", source=source.id)
        finished = Finished("failed", f"{type(error).__name__}: {error}"[:500])
    counts = collector.counts()
    return Collected(counts, *judged(finished, counts))


def judged(finished: Finished, counts: Counts) -> tuple[Outcome, str]:
    """A crawl that found items and could use none of them did not work, however well the fetching went."""
    refused = sum(counts.rejected.values())
    if finished.outcome == "done" and refused and refused == counts.fetched:
        return "failed", f"all {refused} items rejected"
    return finished.outcome, finished.reason
