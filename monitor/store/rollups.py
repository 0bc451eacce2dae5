"""Counts per step of published time, kept up to date incrementally: only steps that a batch touched are counted anew.

A mark in ``touched_step`` is written in the transaction that stores a mention and deleted in the one that counts its
step, so that a crash between the two loses nothing. Undated mentions are in no step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Select,
    SQLColumnExpression,
    case,
    delete,
    func,
    literal,
    select,
    true,
)
from sqlalchemy import insert as plain_insert

from monitor.store.chunks import CHUNK, in_chunks
from monitor.store.database import insert, reading, writing
from monitor.store.tables import mention, mention_subject, rollup, touched_step

#: Brand id of the rows that count each mention once, whatever number of brands it names.
EVERY_BRAND = "*"

COUNTS = (
    "n",
    "negative",
    "neutral_label",
    "positive_label",
    "score_sum",
    "rated",
    "rating_sum",
    "n_once",
    "negative_once",
)


def step_of(epoch: int, step_seconds: int) -> int:
    """Start of the step that holds ``epoch`` (s), also before 1970."""
    return epoch // step_seconds * step_seconds


def mark_steps(connection: Connection, step_seconds: int, times: Iterable[datetime]) -> None:
    """Mark the steps of these published times for :func:`aggregate`. Belongs in the transaction that stores."""
    add_marks(connection, step_seconds, {step_of(int(time.timestamp()), step_seconds) for time in times})


def aggregate(engine: Engine, step_seconds: int) -> int:
    """Count every touched step anew and answer how many there were. May run twice, and from two processes.

    Where the store was counted by another step before (the setting changed), all of it is counted anew.
    """
    if counted_by_another_step(engine, step_seconds):
        return rebuild(engine, step_seconds)
    adopt_marks(engine, step_seconds)
    return count_marked(engine, step_seconds)


def rebuild(engine: Engine, step_seconds: int) -> int:
    """Drop all counts and count the whole store by ``step_seconds``, in short transactions; answers the steps."""
    with writing(engine) as connection:
        connection.execute(delete(rollup))
        connection.execute(delete(touched_step))
        step = start_of_step(mention.c.timeline_epoch, step_seconds)
        steps = select(literal(step_seconds, Integer), step).where(mention.c.published_at.is_not(None)).distinct()
        connection.execute(kept(insert(connection, touched_step).from_select(["step_seconds", "step_start"], steps)))
    return count_marked(engine, step_seconds)


def counted_by_another_step(engine: Engine, step_seconds: int) -> bool:
    """Both extremes of an indexed column: no scan, however large the rollup is."""
    with reading(engine) as connection:
        extremes = [connection.scalar(select(extreme(rollup.c.step_seconds))) for extreme in (func.min, func.max)]
    return any(step not in (None, step_seconds) for step in extremes)


def adopt_marks(engine: Engine, step_seconds: int) -> None:
    """Turn marks of another step, left by a worker that has not seen the new setting yet, into marks of this one."""
    foreign = touched_step.c.step_seconds != step_seconds
    with reading(engine) as connection:
        if connection.execute(select(touched_step).where(foreign).limit(1)).first() is None:
            return
    with writing(engine) as connection:
        rows = connection.execute(select(touched_step).where(foreign).with_for_update()).all()
        steps: set[int] = set()
        for row in rows:
            first = step_of(row.step_start, step_seconds)
            steps.update(range(first, row.step_start + row.step_seconds, step_seconds))
        for other in {row.step_seconds for row in rows}:
            taken = [row.step_start for row in rows if row.step_seconds == other]
            for chunk in in_chunks(taken):
                connection.execute(
                    delete(touched_step).where(
                        touched_step.c.step_seconds == other, touched_step.c.step_start.in_(chunk)
                    )
                )
        add_marks(connection, step_seconds, steps)


def count_marked(engine: Engine, step_seconds: int) -> int:
    counted = 0
    while True:
        with writing(engine) as connection:
            steps = take_marks(connection, step_seconds)
            for start, end in contiguous(steps, step_seconds):
                count_range(connection, step_seconds, start, end)
        counted += len(steps)
        if len(steps) < CHUNK:
            return counted


def take_marks(connection: Connection, step_seconds: int) -> list[int]:
    """Take up to CHUNK marks, sorted.

    They are deleted before anything is counted: on PostgreSQL a batch that touches the same step has then either
    committed, and is seen by the counting statements that follow, or makes a new mark after us. They are locked in
    the order in which batches lock them, for a DELETE chooses its own order and could deadlock with a batch.
    """
    mine = touched_step.c.step_seconds == step_seconds
    query = select(touched_step.c.step_start).where(mine).order_by(touched_step.c.step_start).limit(CHUNK)
    steps = list(connection.scalars(query.with_for_update()))
    if steps:
        connection.execute(delete(touched_step).where(mine, touched_step.c.step_start.in_(steps)))
    return steps


def add_marks(connection: Connection, step_seconds: int, steps: Iterable[int]) -> None:
    rows = [{"step_seconds": step_seconds, "step_start": start} for start in sorted(steps)]
    if not rows:
        return
    connection.execute(kept(insert(connection, touched_step)), rows)


def kept(statement: Any) -> Any:
    """Let an INSERT of marks meet marks that are there.

    An update, not "do nothing": it locks the mark, so that :func:`aggregate` waits for this transaction. Rows come
    sorted, so that two batches that touch the same steps lock them in the same order.
    """
    keys = [touched_step.c.step_seconds, touched_step.c.step_start]
    return statement.on_conflict_do_update(index_elements=keys, set_={"step_start": statement.excluded.step_start})


def mark_range(connection: Connection, step_seconds: int, first: int, last: int) -> None:
    """Mark every step that holds a published mention between two epochs (s), both inclusive."""
    columns = mention.c
    step = start_of_step(columns.timeline_epoch, step_seconds)
    within = (columns.published_at.is_not(None), columns.timeline_epoch >= first, columns.timeline_epoch <= last)
    steps = select(literal(step_seconds, Integer), step).where(*within).distinct()
    connection.execute(kept(insert(connection, touched_step).from_select(["step_seconds", "step_start"], steps)))


def contiguous(steps: Sequence[int], step_seconds: int) -> list[tuple[int, int]]:
    """Sorted step starts as half-open ranges without gaps: one statement counts a whole range."""
    ranges: list[tuple[int, int]] = []
    for start in steps:
        if ranges and ranges[-1][1] == start:
            ranges[-1] = (ranges[-1][0], start + step_seconds)
        else:
            ranges.append((start, start + step_seconds))
    return ranges


def count_range(connection: Connection, step_seconds: int, start: int, end: int) -> None:
    connection.execute(
        delete(rollup).where(
            rollup.c.step_seconds == step_seconds, rollup.c.step_start >= start, rollup.c.step_start < end
        )
    )
    names = ["step_seconds", "brand_id", "source_id", "step_start", *COUNTS]
    for counts in (count_by_brand(step_seconds, start, end), count_once(step_seconds, start, end)):
        connection.execute(plain_insert(rollup).from_select(names, counts))


def count_by_brand(step_seconds: int, start: int, end: int) -> Select[Any]:
    return counts_of(mention_subject.c.brand_id, step_seconds, start, end).select_from(
        mention.join(mention_subject, mention_subject.c.mention_id == mention.c.id)
    )


def count_once(step_seconds: int, start: int, end: int) -> Select[Any]:
    return counts_of(literal(EVERY_BRAND), step_seconds, start, end).select_from(mention)


def counts_of(brand: SQLColumnExpression[str], step_seconds: int, start: int, end: int) -> Select[Any]:
    columns = mention.c
    step: SQLColumnExpression[int] = start_of_step(columns.timeline_epoch, step_seconds).label("step")
    return (
        select(
            literal(step_seconds, Integer),
            brand.label("subject"),
            columns.source_id,
            step,
            func.count(),
            func.sum(case((columns.negative == true(), 1), else_=0)),
            func.sum(case((columns.label == "neutral", 1), else_=0)),
            func.sum(case((columns.label == "positive", 1), else_=0)),
            func.sum(columns.score),
            func.count(columns.rating),
            func.coalesce(func.sum(columns.rating), 0.0),
            func.sum(case((columns.duplicate_of.is_(None), 1), else_=0)),
            func.sum(case((columns.duplicate_of.is_(None) & (columns.negative == true()), 1), else_=0)),
        )
        .where(columns.published_at.is_not(None), columns.timeline_epoch >= start, columns.timeline_epoch < end)
        .group_by("subject", columns.source_id, "step")
    )


def start_of_step(epoch: SQLColumnExpression[int], step_seconds: int) -> SQLColumnExpression[int]:
    """:func:`step_of` in SQL, whose % keeps the sign: the second % puts times before 1970 into the right step."""
    return epoch - (epoch % step_seconds + step_seconds) % step_seconds
