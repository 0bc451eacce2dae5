"""Aspects, purpose and signs of a fake are stored with a mention, edited with it, filtered by and deleted with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from monitor.duplicates.fingerprint import fingerprints
from monitor.mention import Aspect, Feedback, Mention, Suspicion
from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.filters import MentionFilter
from monitor.store.reading import StoredMention, by_ids, stream
from monitor.store.suspicions import review_suspicion, reviewed
from monitor.store.tables import aspect_opinion, suspicion_review
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store

BAD = Aspect("quality", "negative", (0, 4))
GOOD = Aspect("logistics", "positive", (5, 9))
SAID = "星河手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法"


def put(engine: Engine, version: int, *mentions: Mention) -> None:
    with writing(engine) as connection:
        store(connection, list(mentions), version)


def found(engine: Engine, **filters: Any) -> dict[str, StoredMention]:
    with reading(engine) as connection:
        return {row.external_id: row for row in stream(connection, MentionFilter(**filters))}


def copy(external_id: str, **changes: Any) -> Mention:
    return sample(external_id, text=SAID, fingerprint=fingerprints([SAID])[0], **changes)


def test_what_was_understood_comes_back_and_is_filtered_by(database: Engine, applied_config_id: int) -> None:
    urgent = Feedback("complaint", "high", ("danger",), True)
    doubt = Suspicion("promotion", 0.6)
    put(
        database,
        applied_config_id,
        sample("a", aspects=(BAD, GOOD), feedback=urgent, suspicions=(doubt,)),
        sample("b", aspects=(Aspect("quality", "positive", (0, 2)),)),
    )
    row = found(database)["a"]
    assert row.aspects == (BAD, GOOD)
    assert (row.purpose, row.urgency, row.urgent_for, row.vague) == ("complaint", "high", ("danger",), True)
    assert (row.suspicion, row.suspicions) == (0.6, (doubt,))
    assert list(found(database, aspect="quality")) == ["b", "a"]
    for filters in (
        {"aspect": "quality", "polarity": "negative"},
        {"polarity": "negative"},
        {"purpose": "complaint"},
        {"urgency": "high"},
        {"vague": True},
        {"suspicious": True},
    ):
        assert list(found(database, **filters)) == ["a"], filters
    assert list(found(database, suspicious=False, vague=False)) == ["b"]


def test_an_edit_replaces_it_and_a_deletion_takes_it_along(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, sample("a", aspects=(BAD,)))
    put(database, applied_config_id, sample("a", text="改过了", aspects=(GOOD,)))
    row = found(database)["a"]
    assert row.aspects == (GOOD,)
    with writing(database) as connection:
        review_suspicion(connection, row.id, "genuine", by="li", now=NOON)
        delete_mentions(connection, "shop", ["a"], HOUR)
        for table in (aspect_opinion, suspicion_review):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_a_burst_of_copies_throws_suspicion_on_the_first_too(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, copy("a"), copy("b"), copy("c"))
    assert found(database, suspicious=True) == {}
    put(database, applied_config_id, copy("d", suspicions=(Suspicion("template", 0.4),)))
    rows = found(database, suspicious=True)
    assert sorted(rows) == ["a", "b", "c", "d"]
    assert [each.doubt for each in rows["d"].suspicions] == ["template", "burst"]
    later = copy("e", published_at=NOON + timedelta(days=30))
    put(database, applied_config_id, later)
    assert "e" not in found(database, suspicious=True)


def test_reposts_are_no_burst(database: Engine, applied_config_id: int) -> None:
    reposted = f"转发微博//@甲:{SAID}"
    reposts = [sample(str(number), text=reposted, fingerprint=fingerprints([reposted])[0]) for number in range(6)]
    put(database, applied_config_id, copy("a"), *reposts)
    assert found(database, suspicious=True) == {}


def test_an_author_who_is_everywhere_within_a_day_is_suspicious(database: Engine, applied_config_id: int) -> None:
    def wrote(number: int, author: str, ago: timedelta) -> Mention:
        return sample(str(number), author_hash=author * 64, published_at=NOON - ago, source_id=f"s{number % 3}")

    busy = [wrote(number, "b", timedelta(hours=number / 2)) for number in range(25)]
    slow = [wrote(number, "c", timedelta(days=number)) for number in range(100, 130)]
    put(database, applied_config_id, *busy, *slow)
    rows = found(database, suspicious=True)
    assert sorted(map(int, rows)) == [0, 1, 2, 3, 4, 5]
    assert {each.doubt for row in rows.values() for each in row.suspicions} == {"busy_author"}


def test_a_person_decides_and_may_change_her_mind(database: Engine, applied_config_id: int) -> None:
    put(database, applied_config_id, sample("a"))
    row = found(database)["a"]
    with writing(database) as connection:
        assert reviewed(connection, row.id) is None
        review_suspicion(connection, row.id, "fake", by="li", now=NOON)
        review_suspicion(connection, row.id, "genuine", by="wang", now=NOON + timedelta(hours=1))
        review = reviewed(connection, row.id)
    assert review is not None
    assert (review.verdict, review.by, review.at) == ("genuine", "wang", NOON + timedelta(hours=1))
    with reading(database) as connection:
        assert by_ids(connection, [row.id])
