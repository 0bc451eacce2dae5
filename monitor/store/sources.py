"""The life of a crawl: queued → running (under a lease) → done or why not; and the state of each source.

Work is found from these rows, so nothing is lost with a process: a run whose lease ran out is queued anew. Every
function here that writes belongs in a write transaction (``monitor.store.database.writing``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, text, update

from monitor.config.schema import Source
from monitor.store.database import insert
from monitor.store.tables import crawl_run, source_state

Trigger = Literal["schedule", "manual", "command", "import", "inbox"]
Outcome = Literal["done", "failed", "blocked", "empty", "unavailable"]

#: The partial unique index that allows one open run a source, and that finds the open ones in a long history.
OPEN = text("state IN ('queued', 'running')")

STATUS: Mapping[Outcome, str] = {
    "done": "ok",
    "empty": "empty",
    "blocked": "blocked",
    "failed": "failing",
    "unavailable": "unavailable",
}
#: A source that keeps failing is asked less often, up to this many times its interval but not past MAX_BACKOFF.
MAX_BACKOFF_FACTOR = 8
MAX_BACKOFF = timedelta(hours=6)
#: A blocked source is left alone for as long as it asks for, up to this.
MAX_RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    id: int
    source_id: str
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class CrawlRun:
    id: int
    source_id: str
    trigger: str
    state: str
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lease_owner: str | None
    lease_until: datetime | None
    counts: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """``status``: never, ok, empty, blocked, failing, unavailable. ``failures`` counts those in a row."""

    source_id: str
    status: str
    reason: str
    due_at: datetime | None
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_item_at: datetime | None
    failures: int


def queue_crawl(connection: Connection, source_id: str, trigger: Trigger, now: datetime) -> bool:
    """Ask for a crawl; ``False`` if one is queued or running already."""
    return open_run(connection, source_id, trigger, {"state": "queued", "queued_at": now}) is not None


def start_run(
    connection: Connection, source_id: str, trigger: Trigger, owner: str, now: datetime, lease: timedelta
) -> ClaimedRun | None:
    """Open a run that the caller itself carries out (the crawl and import commands); ``None`` if one is open."""
    values = {
        "state": "running",
        "queued_at": now,
        "started_at": now,
        "lease_owner": owner,
        "lease_until": now + lease,
    }
    run_id = open_run(connection, source_id, trigger, values)
    return None if run_id is None else ClaimedRun(run_id, source_id, trigger)


def open_run(connection: Connection, source_id: str, trigger: Trigger, values: Mapping[str, Any]) -> int | None:
    statement = (
        insert(connection, crawl_run)
        .values(source_id=source_id, trigger=trigger, counts={}, reason="", **values)
        .on_conflict_do_nothing(index_elements=[crawl_run.c.source_id], index_where=OPEN)
        .returning(crawl_run.c.id)
    )
    run_id: int | None = connection.execute(statement).scalar_one_or_none()
    return run_id


def claim_run(connection: Connection, owner: str, now: datetime, lease: timedelta) -> ClaimedRun | None:
    """The oldest queued run, now ``owner``'s until ``now + lease``; two workers never get the same one."""
    oldest = (
        select(crawl_run.c.id)
        .where(OPEN, crawl_run.c.state == "queued")
        .order_by(crawl_run.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = connection.execute(
        update(crawl_run)
        .where(crawl_run.c.id == oldest.scalar_subquery())
        .values(state="running", started_at=now, lease_owner=owner, lease_until=now + lease)
        .returning(crawl_run.c.id, crawl_run.c.source_id, crawl_run.c.trigger)
    ).one_or_none()
    return None if claimed is None else ClaimedRun(claimed.id, claimed.source_id, claimed.trigger)


def renew_lease(connection: Connection, run_id: int, owner: str, now: datetime, lease: timedelta) -> bool:
    """Go on with a run; ``False``: it was taken away meanwhile and the caller must stop and store nothing more.

    Called in the transaction that stores a batch it keeps two workers from storing for one run.
    """
    renewed = connection.execute(
        update(crawl_run)
        .where(crawl_run.c.id == run_id, crawl_run.c.state == "running", crawl_run.c.lease_owner == owner)
        .values(lease_until=now + lease)
    )
    return renewed.rowcount == 1


def requeue_abandoned(connection: Connection, now: datetime) -> int:
    """End the runs whose lease is over and queue each crawl anew, under the trigger it had; answers how many ended.

    An import is only ended: its rows are in a file that no worker knows, and a crawl would bring something else. So is
    a run that stored what had been sent: whatever it did not store is still in the inbox, where a worker finds it.
    """
    expired = select(crawl_run.c.id).where(OPEN, crawl_run.c.state == "running", crawl_run.c.lease_until < now)
    ended = [abandon_run(connection, run_id, now) for run_id in connection.scalars(expired.with_for_update()).all()]
    for source_id, trigger in ended:
        if trigger not in ("import", "inbox"):
            queue_crawl(connection, source_id, trigger, now)
    return len(ended)


def abandon_run(connection: Connection, run_id: int, now: datetime) -> tuple[str, Trigger]:
    """End a running run whose worker is gone; its source and trigger. The caller holds the row."""
    mine = crawl_run.c.id == run_id
    source_id, trigger = connection.execute(select(crawl_run.c.source_id, crawl_run.c.trigger).where(mine)).one()
    reason = "import again: a replay changes nothing" if trigger == "import" else "the worker stopped without an answer"
    connection.execute(update(crawl_run).where(mine).values(state="abandoned", finished_at=now, reason=reason))
    return source_id, trigger


def take_over(connection: Connection, source_id: str, owner: str, now: datetime) -> bool:
    """End the running run of a source that ``owner``, who is known to be gone, still holds; ``False`` if none is."""
    held = select(crawl_run.c.id).where(
        OPEN, crawl_run.c.state == "running", crawl_run.c.source_id == source_id, crawl_run.c.lease_owner == owner
    )
    run_id = connection.execute(held.with_for_update()).scalar_one_or_none()
    if run_id is None:
        return False
    abandon_run(connection, run_id, now)
    return True


def finish_run(
    connection: Connection,
    run_id: int,
    *,
    state: Outcome,
    counts: Mapping[str, Any],
    reason: str = "",
    now: datetime,
    source: Source | None = None,
    retry_after: timedelta | None = None,
) -> bool:
    """Close a running run and note its outcome on the source; ``False`` (and no change) if it is not running.

    ``counts`` is the JSON of the crawl command. Only ``done`` is a success; ``done`` and ``empty`` end a row of
    failures; ``new`` or ``updated`` items move ``last_item_at``.

    With its ``source`` a scheduled run is due again an interval after its end: the time that was set when it was
    queued holds only if the run never ends. ``retry_after`` puts the next one off, whatever had been planned.
    """
    run = connection.execute(
        update(crawl_run)
        .where(crawl_run.c.id == run_id, crawl_run.c.state == "running")
        .values(state=state, finished_at=now, lease_until=None, counts=dict(counts), reason=reason)
        .returning(crawl_run.c.source_id, crawl_run.c.trigger)
    ).one_or_none()
    if run is None:
        return False
    ensure_state(connection, run.source_id)
    mine = source_state.c.source_id == run.source_id
    before = connection.execute(select(source_state.c.failures, source_state.c.due_at).where(mine)).one()
    failures = 0 if state in ("done", "empty") else before.failures + 1
    due_at = before.due_at
    if source is not None and run.trigger == "schedule":
        due_at = now + interval(source, failures)
    if retry_after is not None:
        asked_for = now + min(retry_after, MAX_RETRY_AFTER)
        due_at = max(time for time in (before.due_at, due_at, asked_for) if time is not None)
    changes: dict[str, Any] = {
        "status": STATUS[state],
        "reason": reason,
        "last_run_at": now,
        "failures": failures,
        "due_at": due_at,
    }
    if state == "done":
        changes["last_success_at"] = now
    if counts.get("new") or counts.get("updated"):
        changes["last_item_at"] = now
    connection.execute(update(source_state).where(mine).values(changes))
    return True


def ensure_state(connection: Connection, source_id: str) -> None:
    statement = insert(connection, source_state).values(
        source_id=source_id, cursor={}, status="never", reason="", failures=0
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=[source_state.c.source_id]))


def cursor(connection: Connection, source_id: str) -> dict[str, Any]:
    """Where the source's last stored crawl got to; empty before the first."""
    stored = connection.execute(
        select(source_state.c.cursor).where(source_state.c.source_id == source_id)
    ).scalar_one_or_none()
    return dict(stored or {})


def save_cursor(connection: Connection, source_id: str, state: Mapping[str, Any]) -> None:
    """Belongs in the transaction that stores the items which the cursor stands for."""
    ensure_state(connection, source_id)
    connection.execute(update(source_state).where(source_state.c.source_id == source_id).values(cursor=dict(state)))


def due_sources(connection: Connection, sources: Sequence[Source], now: datetime) -> list[str]:
    """Ids of the enabled sources to crawl now, in configuration order: without those that have a run open, and those
    that are never crawled."""
    known = states(connection)
    busy = set(connection.scalars(select(crawl_run.c.source_id).where(OPEN)))
    return [
        source.id
        for source in sources
        if source.crawled and source.enabled and source.id not in busy and is_due(source, known.get(source.id), now)
    ]


def is_due(source: Source, state: SourceState | None, now: datetime) -> bool:
    """Never scheduled, its time has come, or its interval was shortened so that its time is further off than that.

    A blocked source may have asked for a longer wait than its interval, which then holds.
    """
    if state is None or state.due_at is None:
        return True
    furthest = interval(source, state.failures)
    if state.status == "blocked":
        furthest = max(furthest, MAX_RETRY_AFTER)
    return state.due_at <= now or state.due_at > now + furthest


def interval(source: Source, failures: int) -> timedelta:
    """``every``, doubled with each failure in a row after the first."""
    if failures <= 1:
        return source.every
    backed_off = source.every * min(1 << min(failures - 1, 10), MAX_BACKOFF_FACTOR)
    return max(source.every, min(backed_off, MAX_BACKOFF))


def schedule_next(connection: Connection, source: Source, now: datetime) -> datetime:
    """Set and answer when the source is due again."""
    ensure_state(connection, source.id)
    mine = source_state.c.source_id == source.id
    failures = connection.execute(select(source_state.c.failures).where(mine)).scalar_one()
    due_at = now + interval(source, failures)
    connection.execute(update(source_state).where(mine).values(due_at=due_at))
    return due_at


def states(connection: Connection) -> dict[str, SourceState]:
    """By source id; a source that never ran has no entry."""
    columns = [column for column in source_state.c if column.name != "cursor"]
    return {row.source_id: SourceState(**row._asdict()) for row in connection.execute(select(*columns))}


def recent_runs(connection: Connection, source_id: str | None = None, limit: int = 20) -> list[CrawlRun]:
    """Newest first, of one source or of all."""
    query = select(crawl_run).order_by(crawl_run.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(crawl_run.c.source_id == source_id)
    return [to_run(row) for row in connection.execute(query)]


def open_runs(connection: Connection) -> dict[str, CrawlRun]:
    """The queued or running run of each source that has one."""
    return {row.source_id: to_run(row) for row in connection.execute(select(crawl_run).where(OPEN))}


def to_run(row: Row[Any]) -> CrawlRun:
    return CrawlRun(**row._asdict())
