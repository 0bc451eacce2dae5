"""From the batch into the vault and out of it, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.tables import mention
from monitor.vault.erasure import erase
from monitor.vault.errors import ErasedError, MasterKeyError, NoEvidenceError, TamperedError
from monitor.vault.keys import MasterKey
from monitor.vault.payload import payload_of
from monitor.vault.reading import chosen, find_mention, master_ids, open_payload, records
from monitor.vault.retention import expire
from monitor.vault.tables import evidence, evidence_key
from tests.unit.monitor.store.samples import HOUR, NOON
from tests.unit.monitor.vault.samples import COLLECTOR, FOUND, MASTER, put, raw


def opened(engine: Engine, mention_id: int, revision: int | None = None, master: MasterKey | None = MASTER) -> bytes:
    with reading(engine) as connection:
        record = chosen(records(connection, mention_id), revision)
        return open_payload(connection, record, master)


def counted(engine: Engine) -> tuple[int, int]:
    """Rows and keys."""
    with reading(engine) as connection:
        evidence_rows = connection.scalar(select(func.count()).select_from(evidence))
        keys = connection.scalar(select(func.count()).select_from(evidence_key))
    return evidence_rows or 0, keys or 0


def test_what_comes_out_is_what_went_in(database: Engine, applied_config_id: int) -> None:
    (row_id,) = put(database, applied_config_id, [FOUND])
    with reading(database) as connection:
        (record,) = records(connection, row_id)
    bound = record.bound
    assert (bound.mention_id, bound.revision, bound.source_id, bound.external_id) == (row_id, 1, "shop", "r1")
    assert (bound.captured_at, bound.collector, bound.url) == (NOON, COLLECTOR, "https://shop.example/r1")
    assert opened(database, row_id) == payload_of(FOUND)
    assert record.state(MASTER) == "kept"
    assert record.state(None) == record.state(MasterKey(bytes(32))) == "locked"


def test_nothing_readable_is_stored(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, [FOUND])
    with reading(database) as connection:
        row = connection.execute(select(evidence.c.blob, evidence_key.c.wrapped).join(evidence_key)).one()
    for word in ("王小明", "13812345678", "发烫"):
        assert word.encode() not in bytes(row.blob) + bytes(row.wrapped)


def test_each_revision_is_kept_and_a_replay_adds_none(database: Engine, applied_config_id: int) -> None:
    first, second = raw("r1"), raw("r1", "改过了")
    (row_id,) = put(database, applied_config_id, [first])
    assert put(database, applied_config_id, [first]) == ()
    assert put(database, applied_config_id, [second], NOON + timedelta(hours=1)) == (row_id,)
    assert opened(database, row_id) == payload_of(second)
    assert opened(database, row_id, 1) == payload_of(first)
    assert counted(database) == (2, 2)
    with reading(database) as connection:
        assert [each.bound.revision for each in records(connection, row_id)] == [2, 1]
    with pytest.raises(NoEvidenceError, match="revision 3"):
        opened(database, row_id, 3)


def test_of_one_item_twice_in_a_batch_the_one_that_was_stored_is_kept(database: Engine, applied_config_id: int) -> None:
    last = raw("r1", "第二次")
    (row_id,) = put(database, applied_config_id, [raw("r1", "第一次"), last])
    assert opened(database, row_id) == payload_of(last)


def test_rows_that_changed_places_do_not_open(database: Engine, applied_config_id: int) -> None:
    one, other = put(database, applied_config_id, [raw("a"), raw("b")])
    with writing(database) as connection:
        blobs = {row.mention_id: row.blob for row in connection.execute(select(evidence.c.mention_id, evidence.c.blob))}
        for row_id, blob in ((one, blobs[other]), (other, blobs[one])):
            connection.execute(update(evidence).where(evidence.c.mention_id == row_id).values(blob=blob))
    for row_id in (one, other):
        with pytest.raises(TamperedError):
            opened(database, row_id)


def test_a_time_that_was_changed_in_the_database_does_not_open(database: Engine, applied_config_id: int) -> None:
    (row_id,) = put(database, applied_config_id, [FOUND])
    with writing(database) as connection:
        connection.execute(update(evidence).values(captured_at=NOON - timedelta(days=1)))
    with pytest.raises(TamperedError):
        opened(database, row_id)


def test_an_erased_item_is_erased_and_its_neighbour_is_not(database: Engine, applied_config_id: int) -> None:
    one, other = put(database, applied_config_id, [raw("a"), raw("b")])
    put(database, applied_config_id, [raw("a", "改过了")], NOON + timedelta(hours=1))
    with writing(database) as connection:
        assert erase(connection, one) == 2
        assert erase(connection, one) == 0
    for revision in (1, 2):
        with pytest.raises(ErasedError, match="erased"):
            opened(database, one, revision)
    assert opened(database, other) == payload_of(raw("b"))
    with reading(database) as connection:
        newest, _ = records(connection, one)
        blobs = connection.scalars(select(evidence.c.blob).where(evidence.c.mention_id == one)).all()
    assert newest.state(MASTER) == "erased"
    assert newest.bound.size == len(payload_of(raw("a", "改过了")))
    assert [bytes(blob) for blob in blobs] == [b"", b""]


def test_deleting_the_key_row_alone_erases(database: Engine, applied_config_id: int) -> None:
    (row_id,) = put(database, applied_config_id, [FOUND])
    with writing(database) as connection:
        connection.execute(evidence_key.delete())
    with pytest.raises(ErasedError):
        opened(database, row_id)


def test_sqlite_keeps_no_trace_of_an_erased_key(
    sqlite_database: Engine, applied_config_id: int, tmp_path: Path
) -> None:
    one, _ = put(sqlite_database, applied_config_id, [raw("a"), raw("b")])
    with reading(sqlite_database) as connection:
        here = evidence_key.c.mention_id == one
        wrapped = bytes(connection.execute(select(evidence_key.c.wrapped).where(here)).scalar_one())

    def on_disk() -> bytes:
        with sqlite_database.connect() as connection:
            raw_connection = connection.connection.driver_connection
            assert raw_connection is not None
            raw_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (tmp_path / "tingfeng.db").read_bytes()

    assert wrapped in on_disk()
    with writing(sqlite_database) as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
        erase(connection, one)
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 0
    assert wrapped not in on_disk()


def test_what_its_source_took_away_leaves_neither_row_nor_key(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, [raw("a"), raw("b")])
    with writing(database) as connection:
        assert delete_mentions(connection, "shop", ["a"], HOUR) == 1
    assert counted(database) == (1, 1)
    with reading(database) as connection:
        left = connection.scalar(select(mention.c.external_id))
        assert connection.scalar(select(evidence.c.external_id)) == left == "b"


def test_what_is_too_old_goes_in_chunks_and_the_rest_stays(database: Engine, applied_config_id: int) -> None:
    old = put(database, applied_config_id, [raw(str(number)) for number in range(7)])
    (fresh,) = put(database, applied_config_id, [raw("fresh")], NOON + timedelta(days=2))
    limit = NOON + timedelta(days=1)
    assert expire(database, NOON, chunk=3) == 0
    assert expire(database, limit, chunk=3) == 7
    assert expire(database, limit, chunk=3) == 0
    assert counted(database) == (1, 1)
    assert opened(database, fresh) == payload_of(raw("fresh"))
    with pytest.raises(NoEvidenceError):
        opened(database, old[0])


def test_the_key_that_is_needed_is_told_from_a_forged_row(database: Engine, applied_config_id: int) -> None:
    former = MasterKey(b"f" * 32)
    (row_id,) = put(database, applied_config_id, [raw("a")], master=former)
    put(database, applied_config_id, [raw("b")])
    with pytest.raises(MasterKeyError, match=former.id):
        opened(database, row_id)
    with pytest.raises(MasterKeyError, match="not set"):
        opened(database, row_id, master=None)
    with reading(database) as connection:
        assert master_ids(connection) == sorted([former.id, MASTER.id])


@pytest.mark.parametrize("reference", ["0", "9" * 19, "9" * 30, "shop/none", "shop", "", "½", "forum/r/1"])
def test_a_mention_that_is_not_there(sqlite_database: Engine, applied_config_id: int, reference: str) -> None:
    put(sqlite_database, applied_config_id, [raw("r/1")])
    with reading(sqlite_database) as connection:
        assert find_mention(connection, reference) is None


def test_a_mention_is_found_by_number_or_by_its_id_at_the_source(
    sqlite_database: Engine, applied_config_id: int
) -> None:
    (row_id,) = put(sqlite_database, applied_config_id, [raw("r/1")])
    with reading(sqlite_database) as connection:
        assert find_mention(connection, str(row_id)) == find_mention(connection, "shop/r/1") == row_id


def test_the_payload_is_json(database: Engine, applied_config_id: int) -> None:
    (row_id,) = put(database, applied_config_id, [FOUND])
    assert json.loads(opened(database, row_id))["author"] == "王小明"
