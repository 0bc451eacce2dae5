from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.rollups import aggregate
from monitor.store.tables import match, mention, mention_revision, mention_subject, rollup
from tests.unit.monitor.store.samples import NOON, sample, store


def test_a_deleted_item_leaves_no_row_and_no_count(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        store(connection, [sample("a"), sample("b", published_at=NOON + timedelta(hours=2))], applied_config_id)
        store(connection, [sample("a", text="edited")], applied_config_id)
    aggregate(database, 3600)
    with writing(database) as connection:
        assert delete_mentions(connection, "another", ["a", "b"], 3600) == 0
        source_id = connection.execute(select(mention.c.source_id).limit(1)).scalar_one()
        assert delete_mentions(connection, source_id, ["a", "a", "unknown"], 3600) == 1
    aggregate(database, 3600)
    with reading(database) as connection:
        left = connection.execute(select(mention.c.id, mention.c.external_id)).all()
        assert [row.external_id for row in left] == ["b"]
        for table in (match, mention_subject, mention_revision):
            assert set(connection.execute(select(table.c.mention_id)).scalars()) <= {left[0].id}
        everything = select(func.sum(rollup.c.n)).where(rollup.c.brand_id == "*")
        assert connection.execute(everything).scalar_one() == 1


def test_all_items_of_an_account_go_and_no_others(database: Engine, applied_config_id: int) -> None:
    kept = ["at://did:plc:AB/post/1", "at://did:plc:abc/post/1", "at://did:plc:a_/post/1", "b"]
    with writing(database) as connection:
        store(
            connection,
            [sample(each) for each in ("at://did:plc:ab/post/1", "at://did:plc:ab/post/2", *kept)],
            applied_config_id,
        )
    with writing(database) as connection:
        source_id = connection.execute(select(mention.c.source_id).limit(1)).scalar_one()
        assert delete_mentions(connection, "another", [], 3600, ["at://"]) == 0
        assert (
            delete_mentions(connection, source_id, [], 3600, ["at://did:plc:ab/", "at://did:plc:__/", "%", "at://x/"])
            == 2
        )
        with pytest.raises(ValueError, match="empty prefix"):
            delete_mentions(connection, source_id, [], 3600, [""])
    with reading(database) as connection:
        assert set(connection.execute(select(mention.c.external_id)).scalars()) == set(kept)
        left = set(connection.execute(select(mention.c.id)).scalars())
        assert set(connection.execute(select(mention_subject.c.mention_id)).scalars()) <= left
