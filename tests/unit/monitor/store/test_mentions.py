"""One row a mention, whatever comes again, comes changed or comes twice."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from monitor.mention import KeywordMatch, Sentiment, Subject
from monitor.store.database import reading, writing
from monitor.store.mentions import StoreResult
from monitor.store.reading import StoredMention, by_ids
from monitor.store.tables import match, mention, mention_revision, mention_subject, touched_step
from tests.unit.monitor.store.samples import HOUR, NOON, PLAIN, sample, store


def only_row(engine: Engine) -> StoredMention:
    with reading(engine) as connection:
        (row_id,) = connection.scalars(select(mention.c.id))
        return by_ids(connection, [row_id])[0]


def marks(engine: Engine) -> set[int]:
    with reading(engine) as connection:
        return set(connection.scalars(select(touched_step.c.step_start)))


def test_a_new_mention_is_stored_whole(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        result = store(connection, [sample(rating=0.25)], applied_config_id)
    row = only_row(database)
    assert result == StoreResult(1, 0, 0, 0, 0, (row.id,), (row.id,))
    assert (row.text, row.title, row.author_masked) == (PLAIN.text, PLAIN.title, PLAIN.author_masked)
    assert row.published_at == NOON
    assert row.collected_at == PLAIN.collected_at
    assert row.timeline_epoch == int(NOON.timestamp())
    assert row.negative
    assert row.reasons == PLAIN.sentiment.reasons
    assert row.keywords == PLAIN.matches
    assert row.subjects == PLAIN.subjects
    assert (row.revision, row.config_version_id) == (1, applied_config_id)
    assert marks(database) == {int(NOON.timestamp())}


def test_a_replay_changes_nothing_and_marks_nothing(database: Engine, applied_config_id: int) -> None:
    batch = [sample("a"), sample("b", published_at=None)]
    with writing(database) as connection:
        store(connection, batch, applied_config_id)
        connection.execute(touched_step.delete())
    with writing(database) as connection:
        again = store(connection, batch, applied_config_id, NOON + timedelta(days=1))
    assert again == StoreResult(0, 0, 2, 0, 0, (), ())
    assert marks(database) == set()


def test_an_edit_is_a_revision(database: Engine, applied_config_id: int) -> None:
    later = NOON + timedelta(hours=3)
    edited = sample(
        text="已退款，满意",
        rating=1.0,
        published_at=later,
        sentiment=Sentiment("positive", 0.9, 0.95),
        matches=(KeywordMatch("refund", ((1, 3),), ()),),
        subjects=(Subject("tianqiong"), Subject("xinghe")),
    )
    with writing(database) as connection:
        (row_id,) = store(connection, [sample()], applied_config_id).new_ids
        connection.execute(touched_step.delete())
    with writing(database) as connection:
        result = store(connection, [edited], applied_config_id, later)
    row = only_row(database)
    assert result == StoreResult(0, 1, 0, 0, 0, (), (row_id,))
    assert (row.id, row.text, row.revision, row.changed_at) == (row_id, "已退款，满意", 2, later)
    assert row.collected_at == PLAIN.collected_at
    assert [hit.keyword for hit in row.keywords] == ["refund"]
    assert [subject.brand for subject in row.subjects] == ["tianqiong", "xinghe"]
    assert marks(database) == {int(NOON.timestamp()), int(later.timestamp())}
    with reading(database) as connection:
        old = connection.execute(select(mention_revision)).one()
    assert (old.mention_id, old.revision, old.text, old.rating, old.replaced_at) == (row_id, 1, PLAIN.text, None, later)


@pytest.mark.parametrize(
    ("changes", "is_edit"),
    [
        ({"title": None}, True),
        ({"title": ""}, True),
        ({"text": PLAIN.text + "。"}, True),
        ({"rating": 0.0}, True),
        ({"collected_at": NOON + timedelta(days=1)}, False),
        ({"published_at": NOON + timedelta(minutes=1)}, False),
        ({"published_at": None}, False),
        ({"matches": ()}, False),
    ],
)
def test_only_content_makes_a_revision(
    database: Engine, applied_config_id: int, changes: dict[str, Any], is_edit: bool
) -> None:
    with writing(database) as connection:
        store(connection, [sample()], applied_config_id)
        result = store(connection, [sample(**changes)], applied_config_id)
    assert (result.updated, result.unchanged) == ((1, 0) if is_edit else (0, 1))


def test_a_time_that_becomes_known_is_taken_over(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        first = store(connection, [sample(published_at=None)], applied_config_id)
    assert first.undated == 1
    row = only_row(database)
    assert (row.published_at, row.timeline_epoch) == (None, int(PLAIN.collected_at.timestamp()))
    with writing(database) as connection:
        assert store(connection, [sample()], applied_config_id).updated == 1
    assert only_row(database).published_at == NOON
    assert marks(database) == {int(NOON.timestamp())}


def test_an_edit_without_a_time_keeps_the_known_one(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample()], applied_config_id)
        store(connection, [sample(text="改了", published_at=None)], applied_config_id)
    row = only_row(database)
    assert (row.text, row.published_at) == ("改了", NOON)


def test_the_last_of_two_with_one_key_wins(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        result = store(connection, [sample(text="一"), sample(text="二"), sample("other")], applied_config_id)
        texts = set(connection.scalars(select(mention.c.text)))
    assert (result.new, result.duplicate) == (2, 1)
    assert texts == {"二", PLAIN.text}


def test_one_id_in_two_sources_is_two_mentions(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        assert store(connection, [sample(), sample(source_id="forum")], applied_config_id).new == 2


def test_a_brand_that_is_named_twice_is_one_subject(database: Engine, applied_config_id: int) -> None:
    subjects = (Subject("xinghe"), Subject("xinghe", "X5"), Subject("xinghe", "X6"))
    with writing(database) as connection:
        store(connection, [sample(subjects=subjects)], applied_config_id)
        rows = connection.execute(select(mention_subject.c.brand_id, mention_subject.c.product)).all()
    assert [tuple(row) for row in rows] == [("xinghe", "X5")]


def test_an_empty_batch_is_nothing(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        assert store(connection, [], applied_config_id) == StoreResult(0, 0, 0, 0, 0, (), ())


def test_five_thousand_at_once_and_again_half_of_them_edited(database: Engine, applied_config_id: int) -> None:
    batch = [sample(str(number)) for number in range(5000)]
    with writing(database) as connection:
        first = store(connection, batch, applied_config_id)
    assert (first.new, len(set(first.new_ids))) == (5000, 5000)
    edited = [sample(str(number), text="改") if number % 2 else sample(str(number)) for number in range(5000)]
    with writing(database) as connection:
        second = store(connection, edited, applied_config_id)
        stored = connection.scalar(select(func.count()).select_from(mention))
        matches = connection.scalar(select(func.count()).select_from(match))
    assert (second.updated, second.unchanged, stored, matches) == (2500, 2500, 5000, 5000)


def test_any_order_of_batches_and_replays_keeps_one_row_a_key(database: Engine, applied_config_id: int) -> None:
    chance = random.Random(7)
    latest: dict[str, str] = {}
    for _ in range(30):
        batch = [sample(str(chance.randrange(12)), text=chance.choice("甲乙丙")) for _ in range(chance.randrange(8))]
        before = dict(latest)
        latest |= {item.external_id: item.text for item in batch}
        with writing(database) as connection:
            result = store(connection, batch, applied_config_id)
        assert result.new == len(latest) - len(before)
        assert result.updated == sum(before[key] != latest[key] for key in before)
        assert result.new + result.updated + result.unchanged + result.duplicate == len(batch)
    with reading(database) as connection:
        rows = connection.execute(select(mention.c.external_id, mention.c.text, mention.c.revision, mention.c.id)).all()
        revisions = connection.scalar(select(func.count()).select_from(mention_revision))
    assert {row.external_id: row.text for row in rows} == latest
    assert len(rows) == len(latest)
    assert revisions == sum(row.revision - 1 for row in rows)


def test_two_writers_of_one_batch_store_it_once(database: Engine, applied_config_id: int) -> None:
    batch = [sample(str(number)) for number in range(200)]

    def write() -> int:
        with writing(database) as connection:
            return store(connection, batch, applied_config_id).new

    with ThreadPoolExecutor(4) as pool:
        new = [written.result(timeout=60) for written in [pool.submit(write) for _ in range(4)]]
    assert sorted(new) == [0, 0, 0, 200]


def test_what_a_failed_transaction_stored_is_gone(database: Engine, applied_config_id: int) -> None:
    def fail() -> None:
        with writing(database) as connection:
            store(connection, [sample()], applied_config_id)
            raise RuntimeError("the worker died")

    with pytest.raises(RuntimeError, match="died"):
        fail()
    with writing(database) as connection:
        assert connection.scalar(select(func.count()).select_from(mention)) == 0
        assert store(connection, [sample()], applied_config_id).new == 1


def test_marks_are_steps_of_the_hour(database: Engine, applied_config_id: int) -> None:
    times = [NOON + timedelta(minutes=minute) for minute in (0, 1, 59, 60, 61)]
    with writing(database) as connection:
        store(connection, [sample(str(time), published_at=time) for time in times], applied_config_id)
    noon = int(NOON.timestamp())
    assert marks(database) == {noon, noon + HOUR}


def test_growing_counts_are_kept_up_to_date_and_are_no_edit(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample(likes=3), sample("r2")], applied_config_id)
        again = store(connection, [sample(likes=40, replies=2), sample("r2")], applied_config_id)
        assert (again.updated, again.unchanged, again.changed_ids) == (0, 2, ())
        store(connection, [sample(text="edited", reposts=1)], applied_config_id)
    with reading(database) as connection:
        counts = select(mention.c.external_id, mention.c.likes, mention.c.replies, mention.c.reposts)
        assert {tuple(row) for row in connection.execute(counts)} == {("r1", 40, 2, 1), ("r2", None, None, None)}
