"""Labels from a file reach their mentions, and what does not is counted."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Engine

from dashboard.operation.labelling import import_labels
from monitor.store.database import reading, writing
from monitor.store.labels import labelled
from tests.conftest import NOW
from tests.unit.monitor.store.samples import HOUR, sample, store


def test_labels_of_a_file(sqlite_database: Engine, applied_config_id: int) -> None:
    with writing(sqlite_database) as connection:
        store(connection, [sample("a"), sample("b")], applied_config_id)
    rows = [{"source": "shop", "external_id": name, "label": said} for name, said in (("a", "neg"), ("b", "中性"))]
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    bad = [
        b'{"source": "shop", "external_id": "z", "label": "positive"}',
        b'{"source": "shop", "external_id": "a", "label": 1}',
        b'{"source": "shop", "external_id": 1, "label": "neutral"}',
        b"[]",
        b"\xff",
    ]
    counts = import_labels(sqlite_database, [*lines, b" \n", *bad], by="ada", step_seconds=HOUR, now=NOW)
    assert (counts.read, counts.labelled, counts.unchanged) == (7, 2, 0)
    assert sum(counts.rejected.values()) == 5
    assert counts.rejected["unknown mention"] == counts.rejected["not JSON"] == 1
    again = import_labels(sqlite_database, lines, by="ada", step_seconds=HOUR, now=NOW + timedelta(hours=1))
    assert (again.labelled, again.unchanged) == (0, 2)
    with reading(sqlite_database) as connection:
        found = [(each.external_id, each.correction.label, each.correction.at) for each in labelled(connection)]
    assert found == [("a", "negative", NOW), ("b", "neutral", NOW)]
