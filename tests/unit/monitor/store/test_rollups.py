"""The rollup equals a plain count over the rows, whatever was stored, edited and when it was counted."""

from __future__ import annotations

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from monitor.mention import Label, Mention, Sentiment, Subject
from monitor.store.database import reading, writing
from monitor.store.reading import stream
from monitor.store.rollups import aggregate, contiguous, rebuild, step_of, take_marks
from monitor.store.tables import rollup, touched_step
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store

Key = tuple[str, str, int]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")


def counted(engine: Engine) -> dict[Key, tuple[Any, ...]]:
    with reading(engine) as connection:
        rows = connection.execute(select(rollup)).all()
    return {
        (row.brand_id, row.source_id, row.step_start): (
            row.n,
            row.negative,
            row.neutral_label,
            row.positive_label,
            pytest.approx(row.score_sum),
            row.rated,
            pytest.approx(row.rating_sum),
        )
        for row in rows
    }


def count_by_hand(engine: Engine, step_seconds: int) -> dict[Key, tuple[Any, ...]]:
    sums: dict[Key, dict[str, float]] = {}
    with reading(engine) as connection:
        for row in stream(connection):
            if row.published_at is None:
                continue
            step = int(row.published_at.timestamp()) // step_seconds * step_seconds
            for brand in {"*", *(subject.brand for subject in row.subjects)}:
                of_key = sums.setdefault((brand, row.source_id, step), defaultdict(float))
                of_key["n"] += 1
                of_key["negative"] += row.negative
                of_key[row.label] += 0 if row.label == "negative" else 1
                of_key["score"] += row.score
                of_key["rated"] += row.rating is not None
                of_key["rating"] += row.rating or 0
    names = ("n", "negative", "neutral", "positive", "score", "rated", "rating")
    return {key: tuple(of_key[name] for name in names) for key, of_key in sums.items()}


def random_mention(chance: random.Random) -> Mention:
    score = chance.uniform(-1, 1)
    label: Label = chance.choice(LABELS)
    brands = chance.sample(["xinghe", "tianqiong", "unattributed"], chance.randint(1, 2))
    return sample(
        str(chance.randrange(60)),
        source_id=chance.choice(["shop", "forum"]),
        text=chance.choice("甲乙丙丁"),
        published_at=None if chance.random() < 0.2 else NOON - timedelta(minutes=chance.randrange(600)),
        rating=chance.choice([None, 0.0, 0.25, 0.5, 1.0]),
        sentiment=Sentiment(label, score, 0.5),
        subjects=tuple(Subject(brand) for brand in brands),
    )


def test_it_counts_each_brand_and_each_mention_once(database: Engine, applied_config_id: int) -> None:
    both = sample("a", rating=0.0, subjects=(Subject("xinghe"), Subject("tianqiong")))
    with writing(database) as connection:
        store(connection, [both, sample("b"), sample("c", published_at=None)], applied_config_id)
    assert aggregate(database, HOUR) == 1
    noon = int(NOON.timestamp())
    rows = {key: row[:2] for key, row in counted(database).items()}
    assert rows == {("xinghe", "shop", noon): (2, 1), ("tianqiong", "shop", noon): (1, 1), ("*", "shop", noon): (2, 1)}


@pytest.mark.parametrize("seed", range(3))
def test_it_equals_a_count_by_hand_after_every_batch(database: Engine, applied_config_id: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        with writing(database) as connection:
            batch = [random_mention(chance) for _ in range(chance.randrange(1, 30))]
            store(connection, batch, applied_config_id)
        aggregate(database, HOUR)
        assert counted(database) == count_by_hand(database, HOUR)


def test_a_second_run_has_nothing_to_do(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample()], applied_config_id)
    assert (aggregate(database, HOUR), aggregate(database, HOUR)) == (1, 0)


def test_a_step_that_lost_its_last_mention_is_gone(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample()], applied_config_id)
    aggregate(database, HOUR)
    moved = sample(text="改", published_at=NOON - timedelta(hours=5))
    with writing(database) as connection:
        store(connection, [moved], applied_config_id)
    assert aggregate(database, HOUR) == 2
    assert {key[2] for key in counted(database)} == {int(NOON.timestamp()) - 5 * HOUR}


@pytest.mark.slow
def test_more_steps_than_one_transaction_takes(sqlite_database: Engine, applied_config_id: int) -> None:
    with writing(sqlite_database) as connection:
        batch = [sample(str(n), published_at=NOON - timedelta(hours=2 * n)) for n in range(2100)]
        store(connection, batch, applied_config_id)
    assert aggregate(sqlite_database, HOUR) == 2100
    assert len(counted(sqlite_database)) == 2 * 2100


def test_another_step_counts_everything_anew(database: Engine, applied_config_id: int) -> None:
    chance = random.Random(11)
    with writing(database) as connection:
        store(connection, [random_mention(chance) for _ in range(50)], applied_config_id)
    aggregate(database, HOUR)
    aggregate(database, 600)
    assert counted(database) == count_by_hand(database, 600)
    assert rebuild(database, 600) > 0
    assert counted(database) == count_by_hand(database, 600)


@pytest.mark.parametrize("step_seconds", [600, 4 * HOUR, 5400])
def test_marks_of_a_worker_with_the_old_step_are_taken_over(
    database: Engine, applied_config_id: int, step_seconds: int
) -> None:
    aggregate(database, step_seconds)
    with writing(database) as connection:
        store(connection, [sample(published_at=NOON + timedelta(minutes=45))], applied_config_id)
    aggregate(database, step_seconds)
    assert counted(database) == count_by_hand(database, step_seconds)
    with reading(database) as connection:
        assert connection.execute(select(touched_step)).all() == []


def test_times_before_1970_fall_into_their_step(database: Engine, applied_config_id: int) -> None:
    early = NOON.replace(year=1969, month=12, day=31, hour=23, minute=30)
    with writing(database) as connection:
        store(connection, [sample(published_at=early)], applied_config_id)
    aggregate(database, HOUR)
    assert {key[2] for key in counted(database)} == {-HOUR}


def test_a_batch_holds_the_marks_it_meets_until_it_commits(postgresql_database: Engine, applied_config_id: int) -> None:
    """Otherwise aggregate() could take such a mark, count without the batch and leave nothing to count it later."""
    with writing(postgresql_database) as connection:
        store(connection, [sample("a")], applied_config_id)
    with writing(postgresql_database) as batch:
        store(batch, [sample("b", source_id="forum")], applied_config_id)
        with postgresql_database.connect() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(OperationalError, match="lock timeout"):
                take_marks(other, HOUR)
    assert aggregate(postgresql_database, HOUR) == 1
    assert counted(postgresql_database) == count_by_hand(postgresql_database, HOUR)


def test_batches_that_come_while_it_counts_are_not_lost(database: Engine, applied_config_id: int) -> None:
    def write(worker: int) -> None:
        for number in range(15):
            with writing(database) as connection:
                store(connection, [sample(f"{worker}-{number}", source_id=f"s{worker}")], applied_config_id)

    def count() -> None:
        for _ in range(15):
            aggregate(database, HOUR)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write, 1), pool.submit(write, 2), pool.submit(count), pool.submit(count)]:
            done.result(timeout=120)
    aggregate(database, HOUR)
    assert counted(database) == count_by_hand(database, HOUR)
    assert sum(row[0] for key, row in counted(database).items() if key[0] == "*") == 30


@given(st.sets(st.integers(-50, 50)), st.sampled_from([1, 60, 3600]))
def test_ranges_cover_exactly_the_steps(numbers: set[int], step: int) -> None:
    steps = sorted(number * step for number in numbers)
    ranges = contiguous(steps, step)
    assert [start for low, high in ranges for start in range(low, high, step)] == steps
    assert all(left[1] < right[0] for left, right in pairwise(ranges))


@given(st.integers(-(2**40), 2**40), st.integers(1, 10**6))
def test_a_step_holds_its_times(epoch: int, step: int) -> None:
    start = step_of(epoch, step)
    assert start % step == 0
    assert start <= epoch < start + step
