"""Signs that only show in company, found when a batch is stored: bursts of copies, authors that are everywhere; and
what a person decided about a suspicion. Nothing is deleted, nothing leaves a trend."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, or_, select, update

from monitor.duplicates.core import is_repost
from monitor.mention import Suspicion
from monitor.store.chunks import in_chunks
from monitor.store.database import insert
from monitor.store.tables import mention, suspicion_review
from monitor.suspicion import BURST, BURST_TIME, BUSY, BUSY_TIME, score_of, suspicions_among

Verdict = Literal["genuine", "fake"]
_IN_COMPANY = ("burst", "busy_author")


@dataclass(frozen=True, slots=True)
class Review:
    verdict: Verdict
    by: str
    at: datetime


def judge_company(connection: Connection, changed_ids: Sequence[int]) -> None:
    """Look at these rows among all others, and at those that a burst now shows in another light. After the clusters."""
    rows = _rows(connection, changed_ids)
    copies = _copies(connection, rows)
    by_author = _by_author(connection, rows)
    earlier = _rows(connection, _in_new_bursts(connection, rows, copies))
    updates = []
    for row in {row.id: row for row in (*rows, *earlier)}.values():
        own = [each for each in read_suspicions(row.suspicions) if each.doubt not in _IN_COMPANY]
        found = (*own, *suspicions_among(copies.get(row.duplicate_of or row.id, 1), by_author.get(row.id, 1)))
        if as_json(found) != row.suspicions:
            updates.append({"row_id": row.id, "suspicion": score_of(found), "suspicions": as_json(found)})
    if updates:
        values: dict[str, Any] = {name: bindparam(name) for name in ("suspicion", "suspicions")}
        connection.execute(update(mention).where(mention.c.id == bindparam("row_id")).values(values), updates)


def as_json(suspicions: Iterable[Suspicion]) -> list[dict[str, object]]:
    return [{"doubt": each.doubt, "weight": each.weight} for each in suspicions]


def read_suspicions(stored: Sequence[Mapping[str, Any]]) -> tuple[Suspicion, ...]:
    return tuple(Suspicion(each["doubt"], each["weight"]) for each in stored)


def review_suspicion(connection: Connection, mention_id: int, verdict: Verdict, *, by: str, now: datetime) -> None:
    """Keep what a person decided; a later decision replaces it."""
    statement = insert(connection, suspicion_review).values(mention_id=mention_id, verdict=verdict, by=by, at=now)
    newer = {"verdict": statement.excluded.verdict, "by": statement.excluded.by, "at": statement.excluded.at}
    connection.execute(statement.on_conflict_do_update(index_elements=["mention_id"], set_=newer))


def reviewed(connection: Connection, mention_id: int) -> Review | None:
    row = connection.execute(select(suspicion_review).where(suspicion_review.c.mention_id == mention_id)).one_or_none()
    return None if row is None else Review(row.verdict, row.by, row.at)


def _rows(connection: Connection, ids: Iterable[int]) -> list[Any]:
    columns = mention.c
    query = select(
        columns.id,
        columns.duplicate_of,
        columns.author_hash,
        columns.timeline_epoch,
        columns.text,
        columns.suspicions,
    )
    return [row for chunk in in_chunks(sorted(ids)) for row in connection.execute(query.where(columns.id.in_(chunk)))]


def _copies(connection: Connection, rows: Sequence[Any]) -> dict[int, int]:
    """First of a cluster → its mentions within the time of a burst; reposts are meant to repeat and begin none."""
    newest: dict[int, int] = {}
    for row in rows:
        first = row.duplicate_of or row.id
        if row.duplicate_of is not None and not is_repost(row.text):
            newest[first] = max(row.timeline_epoch, newest.get(first, 0))
    found: dict[int, int] = {}
    for first, latest in newest.items():
        found[first] = connection.execute(
            select(func.count()).select_from(mention).where(*_members(first, latest))
        ).scalar_one()
    return found


def _members(first: int, latest: int) -> list[Any]:
    columns = mention.c
    since = latest - int(BURST_TIME.total_seconds())
    return [or_(columns.duplicate_of == first, columns.id == first), columns.timeline_epoch >= since]


def _in_new_bursts(connection: Connection, rows: Sequence[Any], copies: Mapping[int, int]) -> set[int]:
    """Mentions stored before of the clusters that have just become bursts: they are part of it too."""
    fresh: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        fresh[row.duplicate_of or row.id].append(row.timeline_epoch)
    found: set[int] = set()
    for first, number in copies.items():
        if number >= BURST > number - len(fresh[first]):
            found.update(connection.scalars(select(mention.c.id).where(*_members(first, max(fresh[first])))))
    return found


def _by_author(connection: Connection, rows: Sequence[Any]) -> dict[int, int]:
    """Row → what its author wrote, over all sources, within the day up to it; only authors who wrote a lot."""
    span = int(BUSY_TIME.total_seconds())
    wrote: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.author_hash is not None:
            wrote[row.author_hash].append(row)
    if not wrote:
        return {}
    columns = mention.c
    first = min(row.timeline_epoch for row in rows) - span
    last = max(row.timeline_epoch for row in rows)
    inside = [columns.timeline_epoch > first, columns.timeline_epoch <= last]
    found: dict[int, int] = {}
    for chunk in in_chunks(sorted(wrote)):
        query = select(columns.author_hash).where(columns.author_hash.in_(chunk), *inside)
        for author in connection.scalars(query.group_by(columns.author_hash).having(func.count() >= BUSY)):
            one = select(columns.timeline_epoch).where(columns.author_hash == author, *inside)
            times = sorted(connection.scalars(one))
            for row in wrote[author]:
                found[row.id] = bisect_right(times, row.timeline_epoch) - bisect_right(times, row.timeline_epoch - span)
    return found
