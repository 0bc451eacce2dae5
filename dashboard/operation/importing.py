"""Runs that a command carries out itself: crawl a source now, or import a file into one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import update

from crawlers.events import CrawlEvent, Finished, Found, Rejected
from crawlers.imports.quotes import UNCLOSED, place_of
from crawlers.imports.reading import ImportFile, open_import
from crawlers.imports.source import ImportSource
from dashboard.operation.collect import LEASE, Lease
from dashboard.operation.installation import Installation
from monitor.config.schema import Config, Source
from monitor.mention import Kind, RawMention, Rejection
from monitor.store.database import writing
from monitor.store.sources import Trigger, open_runs, requeue_abandoned, start_run, take_over
from monitor.store.tables import crawl_run


class SourceBusyError(Exception):
    """Somebody else crawls the source at this moment."""


def begin_run(installation: Installation, source_id: str, trigger: Trigger, owner: str, now: datetime) -> Lease:
    """A run of our own; one that is queued and not yet begun is taken over. Raises :class:`SourceBusyError`.

    ``owner`` is ``host:pid``; a run whose process on this host is gone is ended without waiting for its lease.
    """
    with writing(installation.engine) as connection:
        requeue_abandoned(connection, now)
        held = open_runs(connection).get(source_id)
        if held is not None and held.lease_owner is not None and is_gone(held.lease_owner, owner):
            take_over(connection, source_id, held.lease_owner, now)
        started = start_run(connection, source_id, trigger, owner, now, LEASE)
        if started is not None:
            return Lease(started.id, owner)
        run = open_runs(connection)[source_id]
        taken = connection.execute(
            update(crawl_run)
            # A queued import waits for its own file, which a crawl would leave behind.
            .where(crawl_run.c.id == run.id, crawl_run.c.state == "queued", crawl_run.c.trigger != "import")
            .values(state="running", trigger=trigger, started_at=now, lease_owner=owner, lease_until=now + LEASE)
        )
        if taken.rowcount == 1:
            return Lease(run.id, owner)
        held_by = f"crawled by {run.lease_owner}" if run.lease_owner else "imported into"
        raise SourceBusyError(f"source {source_id} is being {held_by}: try again when it is done")


def is_gone(holder: str, owner: str) -> bool:
    """Whether ``holder`` is a process of ``owner``'s host that no longer runs; ``False`` where that is not known."""
    host, _, pid = holder.rpartition(":")
    if not host or host != owner.rpartition(":")[0] or not (pid.isascii() and pid.isdigit()) or int(pid) == 0:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a file is asked to be read; see :func:`crawlers.imports.reading.open_import`."""

    preset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    item_kind: Kind = "review"

    def open(self, file: Path) -> ImportFile:
        """Raises ``UnreadableFile``."""
        return open_import(file, self.preset, self.columns, self.sheet, self.item_kind)


def read_as(source: Source, preset: str | None, columns: Mapping[str, str], sheet: str | None = None) -> ReadAs:
    """What the user asks for, field by field before what the source's entry says."""
    if not isinstance(source, ImportSource):
        return ReadAs(preset, columns, sheet)
    return ReadAs(preset or source.preset, {**source.columns, **columns}, sheet, source.item_kind)


def import_source(config: Config, source_id: str) -> Source:
    """The configured source of that id, else one that exists through its imports alone."""
    return config.source(source_id) or ImportSource(id=source_id, kind="import")


def in_zone(source: Source, timezone: str | None) -> Source:
    """``timezone`` is the one of the file's preset: it holds where the source names none."""
    return source.model_copy(update={"timezone": timezone}) if timezone and source.timezone is None else source


def file_events(file: ImportFile) -> Iterator[CrawlEvent]:
    """A file's rows as the events of a crawl. Raises ``UnreadableFile`` or ``OSError`` before it returns."""
    rows = file.mentions()
    # A file that cannot be read at all shows with its first row.
    first = next(rows, None)
    if first is None:
        return iter((Finished("empty", "the file holds no rows"),))
    return row_events(chain((first,), rows))


def row_events(rows: Iterable[RawMention | Rejection]) -> Iterator[CrawlEvent]:
    """A file with an unclosed quote says where the first one is: nobody finds it by the counts."""
    unclosed = ""
    for row in rows:
        if isinstance(row, RawMention):
            yield Found(row)
            continue
        if row.reason == UNCLOSED and not unclosed:
            unclosed = f"{UNCLOSED} at {place_of(row)}"
        yield Rejected(row.reason, row.url)
    yield Finished("done", unclosed)
