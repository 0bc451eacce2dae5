"""Labels from a file: each line finds its mention by source and external id, or is counted with the reason why not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from sqlalchemy import Connection, Engine

from dashboard.web import audit
from monitor.mention import Label
from monitor.sentiment.label_names import read_label
from monitor.store.database import writing
from monitor.store.labels import give_label
from monitor.store.mentions import KEYS, find_stored

#: Lines that are stored together.
BATCH = 500

Outcome = Literal["labelled", "unchanged"]


@dataclass(frozen=True, slots=True)
class LabelLine:
    source: str
    external_id: str
    label: Label
    note: str


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Of ``read`` lines each is ``labelled``, ``unchanged`` (that person gave it before) or ``rejected``, by reason."""

    read: int
    labelled: int
    unchanged: int
    rejected: Mapping[str, int]


def parse_label(line: bytes) -> LabelLine | str:
    """A line of ``{"source","external_id","label"[,"note"]}``, or why it is none. Never raises."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(fields, dict):
        return "not a JSON object"
    source, external_id, note = fields.get("source"), fields.get("external_id"), fields.get("note") or ""
    if not isinstance(source, str) or not isinstance(external_id, str) or not isinstance(note, str):
        return "source, external_id or note is not text"
    label = read_label(fields.get("label"))
    return "unknown label" if label is None else LabelLine(source, external_id, label, note)


def import_labels(engine: Engine, lines: Iterable[bytes], *, by: str, step_seconds: int, now: datetime) -> LabelCounts:
    """Gives the labels in the name of ``by``, in transactions of 500 lines; a replay changes nothing."""
    tally: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    waiting = iter(line for line in lines if line.strip())
    while batch := list(islice(waiting, BATCH)):
        tally["read"] += len(batch)
        parsed = [parse_label(line) for line in batch]
        rejected.update(each for each in parsed if isinstance(each, str))
        wanted = [each for each in parsed if isinstance(each, LabelLine)]
        with writing(engine) as connection:
            stored = find_stored(connection, {(each.source, each.external_id) for each in wanted}, KEYS)
            for each in wanted:
                row = stored.get((each.source, each.external_id))
                if row is None:
                    rejected["unknown mention"] += 1
                else:
                    tally[give(connection, row.id, each, by, step_seconds, now)] += 1
            audit.record(connection, by, "label_import", {"lines": len(batch)}, now=now)
    return LabelCounts(tally["read"], tally["labelled"], tally["unchanged"], dict(sorted(rejected.items())))


def give(connection: Connection, row_id: int, line: LabelLine, by: str, step_seconds: int, now: datetime) -> Outcome:
    given = give_label(connection, row_id, line.label, by=by, now=now, step_seconds=step_seconds, note=line.note)
    return "labelled" if given is not None and given.at == now else "unchanged"
