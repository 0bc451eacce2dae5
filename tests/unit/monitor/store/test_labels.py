"""A person's label stands before the engine's, for as long as the words stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from monitor.mention import Label, Sentiment
from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.filters import MentionFilter
from monitor.store.labels import give_label, labelled, withdraw_label
from monitor.store.reading import StoredMention, count, page
from monitor.store.rollups import aggregate
from monitor.store.tables import label, rollup
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store

GOOD = Sentiment("positive", 0.8, 0.9)
LATER = NOON + timedelta(days=1)


def give(engine: Engine, row_id: int, given: Label, by: str = "ada") -> None:
    with writing(engine) as connection:
        assert give_label(connection, row_id, given, by=by, now=LATER, step_seconds=HOUR, note="sarcasm")


def only(engine: Engine) -> StoredMention:
    with reading(engine) as connection:
        (row,) = page(connection).rows
        return row


def negatives(engine: Engine) -> int:
    """As the rollup has them, once it is up to date."""
    aggregate(engine, HOUR)
    with reading(engine) as connection:
        return sum(connection.scalars(select(rollup.c.negative).where(rollup.c.brand_id == "*")))


def put(engine: Engine, version: int, **changes: Any) -> int:
    with writing(engine) as connection:
        store(connection, [sample(sentiment=GOOD, **changes)], version)
    return only(engine).id


def test_it_counts_and_can_be_taken_back(database: Engine, applied_config_id: int) -> None:
    row_id = put(database, applied_config_id)
    assert negatives(database) == 0
    give(database, row_id, "negative")
    row = only(database)
    assert (row.label, row.negative, row.score, negatives(database)) == ("negative", True, 0.8, 1)
    assert row.correction is not None
    assert (row.correction.by, row.correction.at, row.correction.engine_label) == ("ada", LATER, "positive")
    with reading(database) as connection:
        assert count(connection, MentionFilter(label="negative")) == 1
    give(database, row_id, "neutral", "bo")  # somebody sees it otherwise: what the engine said stays known
    changed = only(database).correction
    assert changed is not None
    assert (changed.label, changed.engine_label, changed.by) == ("neutral", "positive", "bo")
    with writing(database) as connection:
        assert withdraw_label(connection, row_id, HOUR) == changed
        assert withdraw_label(connection, row_id, HOUR) is None
    assert (only(database).label, only(database).correction, negatives(database)) == ("positive", None, 0)


@pytest.mark.parametrize("stars", [0.0, 1.0])
def test_the_author_s_own_rating_says_whether_it_is_negative(
    database: Engine, applied_config_id: int, stars: float
) -> None:
    row_id = put(database, applied_config_id, rating=stars)
    give(database, row_id, "positive" if stars == 0 else "negative")
    assert only(database).negative == (stars == 0)


def test_it_outlives_edits_of_all_but_the_words(database: Engine, applied_config_id: int) -> None:
    row_id = put(database, applied_config_id, text="真是太好了")
    give(database, row_id, "negative")
    now_neutral = Sentiment("neutral", 0.1, 0.5)
    edits = [
        (sample(text="真是太好了", rating=0.5, sentiment=now_neutral), "negative"),
        (sample(text="真是太好了", rating=None, sentiment=now_neutral), "negative"),
        (sample(text="真的好", sentiment=GOOD), "positive"),
        (sample(text="真是太好了", sentiment=now_neutral), "negative"),
    ]
    for number, (edit, expected) in enumerate(edits):
        with writing(database) as connection:
            store(connection, [edit], applied_config_id, NOON + timedelta(hours=number))
        assert only(database).label == expected, number
        assert only(database).negative == (expected == "negative" and edit.rating is None)
    last = only(database).correction
    assert last is not None
    assert (last.revision, last.engine_label, last.note) == (1, "neutral", "sarcasm")


def test_labels_are_read_with_their_words_and_go_with_their_mention(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample("a"), sample("b"), sample("c", source_id="forum")], applied_config_id)
        rows = {row.external_id: row.id for row in page(connection).rows}
    for name in rows:
        give(database, rows[name], "positive")
    with reading(database) as connection:
        assert [each.external_id for each in labelled(connection, "shop")] == ["a", "b"]
    with writing(database) as connection:
        store(connection, [sample("a", text="改了")], applied_config_id, LATER)
        delete_mentions(connection, "shop", ["b"], HOUR)
        assert [each.external_id for each in labelled(connection)] == ["c"]
        assert len(connection.execute(select(label)).all()) == 2  # that of the old words is kept
        assert give_label(connection, 999, "neutral", by="x", now=NOON, step_seconds=HOUR) is None
