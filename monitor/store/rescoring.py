"""Scoring what is stored anew, a batch at a time: what is left is found in the store, so that it may stop anywhere.

A mention is due while another engine, or another version of it, made its score. The steps of what was scored are marked
for the rollup when the last batch is through, all in one: rules see every step by the old engine or every step by the
new one, never a window of the one against a history of the other. Nothing here evaluates a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, or_, select, update

from monitor.mention import Aspect, Feedback, Kind, Label, Sentiment, counts_as_negative
from monitor.store.database import insert
from monitor.store.labels import keep_labels
from monitor.store.mentions import insert_aspects
from monitor.store.rollups import mark_range
from monitor.store.tables import aspect_opinion, mention, rescore_run

BATCH = 500
#: A process that does not renew for this long is taken for dead.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class RescoreRun:
    """``engine`` and ``engine_version`` are ``None`` until it began."""

    id: int
    state: str
    source_id: str | None
    engine: str | None
    engine_version: str | None
    position: int
    scored: int
    changed: int
    lease_owner: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A stored mention that is to be scored anew. ``label`` is the one in force."""

    id: int
    source_id: str
    external_id: str
    kind: Kind
    title: str | None
    text: str
    rating: float | None
    label: Label
    content_hash: str
    timeline_epoch: int


@dataclass(frozen=True, slots=True)
class Verdict:
    sentiment: Sentiment
    aspects: tuple[Aspect, ...]
    feedback: Feedback


def ask(connection: Connection, source_id: str | None, by: str, now: datetime) -> RescoreRun:
    """The open run, whatever it is for; a new one where there is none. Call it in a write transaction."""
    statement = insert(connection, rescore_run).values(
        state="open", source_id=source_id, asked_by=by[:100], asked_at=now, position=0, scored=0, changed=0
    )
    connection.execute(statement.on_conflict_do_nothing())
    found = open_run(connection)
    if found is None:
        raise RuntimeError("the run that was just asked for is gone")
    return found


def open_run(connection: Connection) -> RescoreRun | None:
    row = connection.execute(select(rescore_run).where(rescore_run.c.state == "open")).first()
    return None if row is None else run_of(row)


def read_run(connection: Connection, run_id: int) -> RescoreRun:
    return run_of(connection.execute(select(rescore_run).where(rescore_run.c.id == run_id)).one())


def run_of(row: Row[Any]) -> RescoreRun:
    names = ("id", "state", "source_id", "engine", "engine_version", "position", "scored", "changed", "lease_owner")
    return RescoreRun(**{name: getattr(row, name) for name in names})


def claim(
    connection: Connection,
    run_id: int,
    owner: str,
    engine: tuple[str, str],
    now: datetime,
    gone: str | None = None,
) -> RescoreRun | None:
    """The run, for ``owner`` alone until its lease is over; ``None`` where it is done, or another has it that is not
    ``gone``. With another ``engine`` (name, version) than it began with it begins anew."""
    columns = rescore_run.c
    free = or_(
        columns.lease_until.is_(None), columns.lease_until < now, columns.lease_owner.in_([owner, gone or owner])
    )
    mine = (columns.id == run_id, columns.state == "open")
    taken = connection.execute(
        update(rescore_run).where(*mine, free).values(lease_owner=owner, lease_until=now + LEASE)
    )
    if taken.rowcount == 0:
        return None
    other = or_(columns.engine.is_(None), columns.engine != engine[0], columns.engine_version != engine[1])
    begin = {"engine": engine[0], "engine_version": engine[1], "position": 0}
    connection.execute(update(rescore_run).where(*mine, other).values(begin))
    return read_run(connection, run_id)


def due(
    connection: Connection, source_id: str | None, engine: tuple[str, str], after: int, limit: int = BATCH
) -> list[Due]:
    """The next mentions that another engine scored, by id."""
    columns = mention.c
    wanted: list[ColumnElement[bool]] = [columns.id > after, made_by_another(engine)]
    if source_id is not None:
        wanted.append(columns.source_id == source_id)
    names = Due.__dataclass_fields__
    rows = connection.execute(
        select(*(columns[name] for name in names)).where(*wanted).order_by(columns.id).limit(limit)
    )
    return [Due(**row._asdict()) for row in rows]


def left(connection: Connection, run: RescoreRun, engine: tuple[str, str]) -> int:
    wanted: list[ColumnElement[bool]] = [mention.c.id > run.position, made_by_another(engine)]
    if run.source_id is not None:
        wanted.append(mention.c.source_id == run.source_id)
    return connection.execute(select(func.count()).select_from(mention).where(*wanted)).scalar_one()


def made_by_another(engine: tuple[str, str]) -> ColumnElement[bool]:
    return or_(mention.c.engine != engine[0], mention.c.engine_version != engine[1])


def store_scores(
    connection: Connection, run: RescoreRun, owner: str, scored: Sequence[tuple[Due, Verdict]], now: datetime
) -> bool:
    """One batch with the run's new position, if the run still stands where it was read and is ``owner``'s. A mention
    that was edited meanwhile is left alone: whoever stored the edit scored it. People's labels stay in force."""
    columns = rescore_run.c
    mine = (
        columns.id == run.id,
        columns.state == "open",
        columns.position == run.position,
        columns.lease_owner == owner,
    )
    if connection.execute(select(columns.id).where(*mine).with_for_update()).first() is None:
        return False
    query = select(mention.c.id, mention.c.content_hash).where(mention.c.id.in_([each.id for each, _ in scored]))
    standing = {
        (row.id, row.content_hash) for row in connection.execute(query.order_by(mention.c.id).with_for_update())
    }
    changed = update_scores(
        connection, run, [pair for pair in scored if (pair[0].id, pair[0].content_hash) in standing]
    )
    epochs = [each.timeline_epoch for each, _ in scored]
    first, last = min(epochs), max(epochs)
    connection.execute(
        update(rescore_run)
        .where(columns.id == run.id)
        .values(
            position=scored[-1][0].id,
            scored=columns.scored + len(scored),
            changed=columns.changed + changed,
            first_epoch=func.coalesce(least(connection, columns.first_epoch, first), first),
            last_epoch=func.coalesce(most(connection, columns.last_epoch, last), last),
            lease_until=now + LEASE,
        )
    )
    return True


def update_scores(connection: Connection, run: RescoreRun, scored: Sequence[tuple[Due, Verdict]]) -> int:
    """How many have another label in force than before."""
    if not scored:
        return 0
    rows = [row_of(run, each, verdict) for each, verdict in scored]
    keep_labels(connection, rows)
    names: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in READ}
    values = [{name: value for name, value in row.items() if name not in READ or name == "row_id"} for row in rows]
    connection.execute(mention.update().where(mention.c.id == bindparam("row_id")).values(names), values)
    ids = [each.id for each, _ in scored]
    connection.execute(delete(aspect_opinion).where(aspect_opinion.c.mention_id.in_(ids)))
    insert_aspects(connection, [(each.id, verdict.aspects) for each, verdict in scored])
    return sum(row["label"] != each.label for row, (each, _) in zip(rows, scored, strict=True))


#: Of a row, what is not written: it names the mention, or the words that a person's label is about.
READ = frozenset({"row_id", "title", "text", "rating"})


def least(connection: Connection, column: ColumnElement[Any], value: int) -> ColumnElement[Any]:
    return func.least(column, value) if connection.dialect.name == "postgresql" else func.min(column, value)


def most(connection: Connection, column: ColumnElement[Any], value: int) -> ColumnElement[Any]:
    return func.greatest(column, value) if connection.dialect.name == "postgresql" else func.max(column, value)


def row_of(run: RescoreRun, each: Due, verdict: Verdict) -> dict[str, Any]:
    said, feedback = verdict.sentiment, verdict.feedback
    return {
        "row_id": each.id,
        "title": each.title,
        "text": each.text,
        "rating": each.rating,
        "label": said.label,
        "score": said.score,
        "confidence": said.confidence,
        "reasons": [{"span": list(reason.span), "weight": reason.weight} for reason in said.reasons],
        "negative": counts_as_negative(each.rating, said.label),
        "engine": run.engine,
        "engine_version": run.engine_version,
        "purpose": feedback.purpose,
        "urgency": feedback.urgency,
        "urgent_for": list(feedback.reasons),
        "vague": feedback.vague,
    }


def finish(connection: Connection, run: RescoreRun, step_seconds: int, now: datetime) -> None:
    """Ends the run, and marks the steps of all that it scored."""
    columns = rescore_run.c
    row = connection.execute(select(rescore_run).where(columns.id == run.id, columns.state == "open")).first()
    if row is None:
        return
    if row.first_epoch is not None:
        mark_range(connection, step_seconds, row.first_epoch, row.last_epoch)
    connection.execute(update(rescore_run).where(columns.id == run.id).values(state="done", finished_at=now))
