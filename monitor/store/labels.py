"""Labels that people gave: they stand before the engine's, for as long as the words they are about stay the same.

A label belongs to a mention's words (title and text), not to its row: another rating, time or count leaves it in force,
as does every re-score; other words put it out of force, and bring it back when they come back. ``mention.label`` and
``mention.negative`` hold what is in force, so that figures, filters and rules need not know of this table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from monitor.mention import Kind, Label, counts_as_negative
from monitor.store.chunks import in_chunks
from monitor.store.database import insert
from monitor.store.rollups import mark_steps
from monitor.store.tables import label as label_table
from monitor.store.tables import mention

NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """``engine_label`` is what the engine says of the same words; a person may also have confirmed it."""

    label: Label
    engine_label: Label
    by: str
    at: datetime
    note: str
    revision: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mention with a label in force, as exports, evaluation and training read it. ``text`` is redacted."""

    mention_id: int
    source_id: str
    external_id: str
    kind: Kind
    title: str | None
    text: str
    correction: Correction


def words_of(title: str | None, text: str) -> str:
    """SHA-256 over the words that a label is about."""
    return sha256(json.dumps([title, text]).encode()).hexdigest()


def give_label(
    connection: Connection,
    mention_id: int,
    given: Label,
    *,
    by: str,
    now: datetime,
    step_seconds: int,
    note: str = "",
) -> Correction | None:
    """Puts a person's label into force and answers it; ``None`` where there is no such mention. The same label again
    by the same person changes nothing, so that an import may run twice. Call it in a write transaction."""
    row = locked(connection, mention_id)
    if row is None:
        return None
    words = words_of(row.title, row.text)
    before = corrections(connection, [(row.id, row.title, row.text)]).get(row.id)
    if before and (before.label, before.by, before.note) == (given, by[:100], note[:NOTE_LENGTH]):
        return before
    engine_label: Label = before.engine_label if before else row.label
    given_now = Correction(given, engine_label, by[:100], now, note[:NOTE_LENGTH], row.revision)
    values = {
        "revision": row.revision,
        "label": given,
        "engine_label": engine_label,
        "given_by": given_now.by,
        "given_at": now,
        "note": given_now.note,
    }
    statement = insert(connection, label_table).values(mention_id=mention_id, words=words, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["mention_id", "words"], set_=values))
    put_into_force(connection, row, given, step_seconds)
    return given_now


def withdraw_label(connection: Connection, mention_id: int, step_seconds: int) -> Correction | None:
    """Takes the label in force back, so that the engine's stands again; answers it, ``None`` where there was none."""
    row = locked(connection, mention_id)
    before = corrections(connection, [(row.id, row.title, row.text)]).get(row.id) if row else None
    if row is None or before is None:
        return None
    mine = label_table.c.words == words_of(row.title, row.text)
    connection.execute(delete(label_table).where(label_table.c.mention_id == mention_id, mine))
    put_into_force(connection, row, before.engine_label, step_seconds)
    return before


def locked(connection: Connection, mention_id: int) -> Row[Any] | None:
    columns = mention.c
    query = select(
        columns.id, columns.title, columns.text, columns.rating, columns.label, columns.revision, columns.published_at
    )
    found: Any = connection.execute(query.where(columns.id == mention_id).with_for_update()).first()
    return cast("Row[Any] | None", found)


def put_into_force(connection: Connection, row: Row[Any], chosen: Label, step_seconds: int) -> None:
    negative = counts_as_negative(row.rating, chosen)
    connection.execute(update(mention).where(mention.c.id == row.id).values(label=chosen, negative=negative))
    if row.published_at is not None:
        mark_steps(connection, step_seconds, [row.published_at])


def corrections(connection: Connection, rows: Sequence[tuple[int, str | None, str]]) -> dict[int, Correction]:
    """By mention id the label in force of these rows of (id, title, text)."""
    found: dict[int, Correction] = {}
    wanted = {row_id: (title, text) for row_id, title, text in rows}
    for chunk in in_chunks(list(wanted)):
        for row in connection.execute(select(label_table).where(label_table.c.mention_id.in_(chunk))):
            if row.words == words_of(*wanted[row.mention_id]):
                found[row.mention_id] = correction_of(row)
    return found


def correction_of(row: Row[Any]) -> Correction:
    return Correction(row.label, row.engine_label, row.given_by, row.given_at, row.note, row.revision)


def keep_labels(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Before an update of mentions by ``rows`` (``row_id``, ``title``, ``text``, ``rating`` and the engine's ``label``
    among their keys): where a label is in force, it takes the engine's place in the row, and what the engine says now
    is noted beside it."""
    kept = corrections(connection, [(row["row_id"], row["title"], row["text"]) for row in rows])
    said = []
    for row in rows:
        correction = kept.get(row["row_id"])
        if correction is None:
            continue
        said.append({"of": row["row_id"], "hash": words_of(row["title"], row["text"]), "says": row["label"]})
        row["label"] = correction.label
        row["negative"] = counts_as_negative(row["rating"], correction.label)
    if said:
        mine = and_(label_table.c.mention_id == bindparam("of"), label_table.c.words == bindparam("hash"))
        connection.execute(label_table.update().where(mine).values(engine_label=bindparam("says")), said)


def labelled(connection: Connection, source_id: str | None = None) -> Iterator[Labelled]:
    """Every mention with a label in force, oldest mention first, in constant memory."""
    columns = (mention.c.source_id, mention.c.external_id, mention.c.kind, mention.c.title, mention.c.text)
    joined = label_table.join(mention, mention.c.id == label_table.c.mention_id)
    query = select(*columns, label_table).select_from(joined).order_by(label_table.c.mention_id)
    if source_id is not None:
        query = query.where(mention.c.source_id == source_id)
    for row in connection.execution_options(yield_per=500).execute(query):
        if row.words == words_of(row.title, row.text):
            yield Labelled(
                row.mention_id, row.source_id, row.external_id, row.kind, row.title, row.text, correction_of(row)
            )
