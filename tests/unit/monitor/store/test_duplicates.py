"""Clusters live in the store: over batches, edits and deletions, and a cluster can be counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from monitor.duplicates.fingerprint import fingerprints
from monitor.mention import Mention
from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.duplicates import cluster_sizes, forget_keys
from monitor.store.rollups import aggregate
from monitor.store.tables import duplicate_key, mention, rollup
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store

SAID = "星河手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法"
OTHER = "屏幕很清楚，电池也耐用，第二天就送到了，会推荐给朋友"


def said(external_id: str, text: str = SAID, **changes: Any) -> Mention:
    return sample(external_id, text=text, fingerprint=fingerprints([text])[0], **changes)


def duplicates(engine: Engine) -> dict[str, str | None]:
    """Who repeats whom, by external id."""
    with reading(engine) as connection:
        rows = connection.execute(select(mention.c.id, mention.c.external_id, mention.c.duplicate_of)).all()
    names = {row.id: row.external_id for row in rows}
    return {row.external_id: names.get(row.duplicate_of) for row in rows}


def put(engine: Engine, version: int, *mentions: Mention) -> None:
    with writing(engine) as connection:
        store(connection, list(mentions), version)


def test_a_copy_finds_its_original_in_the_batch_and_later(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, said("a"), said("b", SAID + "！"), said("c", OTHER))
    put(database, applied_config_id, said("d", "转发微博//@甲:" + SAID, source_id="weibo"), said("e", "好评"))
    assert duplicates(database) == {"a": None, "b": "a", "c": None, "d": "a", "e": None}
    with reading(database) as connection:
        first = connection.scalar(select(mention.c.id).where(mention.c.external_id == "a"))
        other = connection.scalar(select(mention.c.id).where(mention.c.external_id == "c"))
        assert first is not None
        assert other is not None
        assert cluster_sizes(connection, [first, other]) == {first: 3, other: 1}
        assert connection.scalar(select(func.count()).select_from(duplicate_key)) == 40


def test_an_edit_leaves_the_cluster_and_a_deleted_original_hands_it_on(
    database: Engine, applied_config_id: int
) -> None:
    put(database, applied_config_id, said("a"), said("b"), said("c"))
    put(database, applied_config_id, said("b", OTHER))
    assert duplicates(database) == {"a": None, "b": None, "c": "a"}
    put(database, applied_config_id, said("a", OTHER + "。"))
    assert duplicates(database) == {"a": "b", "b": None, "c": None}
    put(database, applied_config_id, said("d"))
    assert duplicates(database)["d"] == "c"
    with writing(database) as connection:
        delete_mentions(connection, "shop", ["c"], HOUR)
    put(database, applied_config_id, said("e"))
    assert duplicates(database) == {"a": "b", "b": None, "d": None, "e": "d"}


def test_the_rollup_counts_a_cluster_once_beside_all(database: Engine, applied_config_id: int) -> None:
    later = NOON + timedelta(hours=2)
    put(database, applied_config_id, said("a"), said("b", rating=0.0), said("c", OTHER, rating=0.0))
    put(database, applied_config_id, said("d", published_at=later, rating=0.0))
    aggregate(database, HOUR)
    with reading(database) as connection:
        rows = connection.execute(select(rollup).where(rollup.c.brand_id == "*").order_by(rollup.c.step_start)).all()
    assert [(row.n, row.negative, row.n_once, row.negative_once) for row in rows] == [(3, 2, 2, 1), (1, 1, 0, 0)]
    with writing(database) as connection:
        delete_mentions(connection, "shop", ["a", "b"], HOUR)
    aggregate(database, HOUR)
    with reading(database) as connection:
        rows = connection.execute(select(rollup).where(rollup.c.brand_id == "*").order_by(rollup.c.step_start)).all()
    assert [(row.n, row.n_once, row.negative_once) for row in rows] == [(1, 1, 1), (1, 1, 1)]


def test_old_keys_are_forgotten_and_clusters_stay(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, said("a"), said("b"))
    put(database, applied_config_id, said("c", OTHER, collected_at=NOON + timedelta(days=40)))
    with writing(database) as connection:
        assert forget_keys(connection, NOON + timedelta(days=30)) == 20
        assert forget_keys(connection, NOON + timedelta(days=30)) == 0
    put(database, applied_config_id, said("d"), said("e", OTHER))
    assert duplicates(database) == {"a": None, "b": "a", "c": None, "d": None, "e": "c"}
