"""From the inbox to stored mentions: the same pipeline, counts and runs as a crawl's.

An item is deleted from the inbox once it was stored or refused for good. A process that is killed in between leaves it
there: it is stored again, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete, select, update

from crawlers.events import CrawlEvent, Finished, Found
from crawlers.inbound.registry import source_of
from dashboard.operation.collect import Collected, Counts, Lease, RunLostError
from dashboard.operation.crawling import run_import
from dashboard.operation.importing import SourceBusyError, begin_run, is_gone
from dashboard.operation.installation import Clock, Installation
from monitor.config.schema import Source
from monitor.config.versions import Applied
from monitor.inbox.draining import Waiting, next_batch, put_aside, put_off, settle, waiting_sources
from monitor.inbox.sealing import InboxKey, SealBrokenError, inbox_key, unseal
from monitor.mention import RawMention
from monitor.pipeline import Pipeline
from monitor.store.database import reading, writing
from monitor.store.sources import open_runs
from monitor.store.tables import crawl_run

log = structlog.get_logger()

#: Runs of one source that follow each other within this are shown as one: programs may send every second.
ONE_RUN = timedelta(minutes=5)


def drain_one(
    installation: Installation, applied: Applied, owner: str, pipeline: Callable[[], Pipeline], clock: Clock
) -> Collected | None:
    """Stores the next batch of the source that waits longest; ``None`` where nothing waits that nobody else stores."""
    for source_id in free_sources(installation, owner, clock()):
        try:
            lease = begin_run(installation, source_id, "inbox", owner, clock())
        except SourceBusyError:
            continue
        try:
            return drain(installation, applied, source_id, lease, pipeline, clock)
        except RunLostError as error:
            log.warning("run lost", source=source_id, reason=str(error))
    return None


def free_sources(installation: Installation, owner: str, now: datetime) -> list[str]:
    """A look only, so that idle workers never take the write lock."""
    with reading(installation.engine) as connection:
        waiting = waiting_sources(connection, now)
        held = open_runs(connection) if waiting else {}
    free = []
    for source_id in waiting:
        run = held.get(source_id)
        over = run is None or run.lease_until is None or run.lease_until < now
        if over or (run is not None and run.lease_owner is not None and is_gone(run.lease_owner, owner)):
            free.append(source_id)
    return free


def drain(
    installation: Installation,
    applied: Applied,
    source_id: str,
    lease: Lease,
    pipeline: Callable[[], Pipeline],
    clock: Clock,
) -> Collected:
    """One batch, under the lease of its run. Raises :class:`RunLostError`."""
    with reading(installation.engine) as connection:
        batch = next_batch(connection, source_id, clock())
    readable, broken = opened(batch, inbox_key(installation.home.author_key))
    source = source_for(installation, applied, source_id)
    collected = run_import(
        installation, applied, source, lease, pipeline, clock, found_events([found for _, found in readable], broken)
    )
    items = [item for item, _ in readable]
    with writing(installation.engine) as connection:
        if broken:
            put_aside(connection, [item.id for item in broken], "cannot be opened: TINGFENG_AUTHOR_KEY is another")
        if stored(collected.counts, len(items)):
            settle(connection, [item.id for item in items])
            fold(connection, lease.run_id, source_id)
        elif collected.outcome == "unavailable":
            log.warning("inbox waits", source=source_id, reason=collected.reason)
        else:
            put_off(connection, items, collected.reason, clock())
    return collected


def source_for(installation: Installation, applied: Applied, source_id: str) -> Source:
    """As operator.yaml has it, or keywords.yaml; what was accepted before it was taken out there is stored all the
    same."""
    entry = installation.operator.inbound.get(source_id)
    if entry is not None:
        return source_of(source_id, entry)
    return applied.config.source(source_id) or Source(id=source_id, kind="import")


def opened(batch: Sequence[Waiting], key: InboxKey) -> tuple[list[tuple[Waiting, RawMention]], list[Waiting]]:
    """What could be unsealed, and what could not."""
    readable: list[tuple[Waiting, RawMention]] = []
    broken: list[Waiting] = []
    for item in batch:
        try:
            readable.append((item, unseal(item.payload, item.source_id, key)))
        except SealBrokenError:
            broken.append(item)
    return readable, broken


def found_events(items: Sequence[RawMention], broken: Sequence[Waiting]) -> Iterator[CrawlEvent]:
    for found in items:
        yield Found(found)
    yield Finished("failed", f"{len(broken)} items of the inbox cannot be opened") if broken else Finished("done")


def stored(counts: Counts, number: int) -> bool:
    """Whether every item was stored, or refused by the pipeline: both are final."""
    done = counts.new + counts.updated + counts.unchanged + counts.duplicate + sum(counts.rejected.values())
    return done == number


def fold(connection: Connection, run_id: int, source_id: str) -> None:
    """Takes the run before this one in, where it too stored what was sent, and began a moment ago."""
    runs = connection.execute(
        select(crawl_run).where(crawl_run.c.source_id == source_id).order_by(crawl_run.c.id.desc()).limit(2)
    ).all()
    if len(runs) < 2 or runs[0].id != run_id:
        return
    this, before = runs
    alike = (this.trigger, this.state) == (before.trigger, before.state) == ("inbox", "done")
    if not alike or this.started_at - before.started_at > ONE_RUN:
        return
    connection.execute(delete(crawl_run).where(crawl_run.c.id == before.id))
    connection.execute(
        update(crawl_run)
        .where(crawl_run.c.id == run_id)
        .values(counts=added(before.counts, this.counts), queued_at=before.queued_at, started_at=before.started_at)
    )


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by name; those that come by reason or kind are added below it."""
    total: dict[str, Any] = {}
    for name in [*one, *(key for key in other if key not in one)]:
        left, right = one.get(name), other.get(name)
        if isinstance(left, Mapping) or isinstance(right, Mapping):
            total[name] = added(left or {}, right or {})
        else:
            total[name] = (left or 0) + (right or 0)
    return total
