"""Runs that a command carries out itself: crawl a source now, or import a file into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import update

from crawlers.events import CrawlEvent, Finished, Found, Rejected
from crawlers.files import read_file
from dashboard.operation.collect import LEASE, Lease
from dashboard.operation.installation import Installation
from monitor.config.schema import Config, Source
from monitor.mention import RawMention, Rejection
from monitor.store.database import writing
from monitor.store.sources import Trigger, open_runs, requeue_abandoned, start_run
from monitor.store.tables import crawl_run


class SourceBusyError(Exception):
    """Somebody else crawls the source at this moment."""


def begin_run(installation: Installation, source_id: str, trigger: Trigger, owner: str, now: datetime) -> Lease:
    """A run of our own; one that is queued and not yet begun is taken over. Raises :class:`SourceBusyError`."""
    with writing(installation.engine) as connection:
        requeue_abandoned(connection, now)
        started = start_run(connection, source_id, trigger, owner, now, LEASE)
        if started is not None:
            return Lease(started.id, owner)
        run = open_runs(connection)[source_id]
        taken = connection.execute(
            update(crawl_run)
            .where(crawl_run.c.id == run.id, crawl_run.c.state == "queued")
            .values(state="running", trigger=trigger, started_at=now, lease_owner=owner, lease_until=now + LEASE)
        )
        if taken.rowcount == 1:
            return Lease(run.id, owner)
        raise SourceBusyError(f"source {source_id} is being crawled by {run.lease_owner}: try again when it is done")


def import_source(config: Config, source_id: str) -> Source:
    """The configured source of that id, else one that exists through its imports alone."""
    return config.source(source_id) or Source(id=source_id, kind="import")


def file_events(path: Path, preset: str | None) -> Iterator[CrawlEvent]:
    """A file's rows as the events of a crawl. Raises ``UnreadableFile`` or ``OSError`` before it returns."""
    rows = read_file(path, preset)
    # A file that cannot be read at all shows with its first row.
    first = next(rows, None)
    if first is None:
        return iter((Finished("empty", "the file holds no rows"),))
    return row_events(chain((first,), rows))


def row_events(rows: Iterable[RawMention | Rejection]) -> Iterator[CrawlEvent]:
    for row in rows:
        yield Found(row) if isinstance(row, RawMention) else Rejected(row.reason, row.url)
    yield Finished("done")
