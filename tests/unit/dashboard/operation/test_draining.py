"""From the inbox to stored mentions: every accepted item once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from crawlers.inbound.models import ApiInbound
from dashboard.operation.collect import LEASE
from dashboard.operation.draining import added, drain_one
from dashboard.operation.importing import begin_run
from dashboard.operation.installation import Installation
from dashboard.operation.worker import Pipelines, Worker
from monitor.config.schema import OperatorConfig, Source
from monitor.config.versions import Applied
from monitor.inbox.draining import MAX_ATTEMPTS, Backlog, backlog, next_batch, revive, waiting_sources
from monitor.inbox.receiving import Arrived, receive
from monitor.inbox.sealing import inbox_key, unseal
from monitor.inbox.tables import inbox
from monitor.mention import RawMention
from monitor.pipeline import Enriched, Pipeline
from monitor.store.database import reading, writing
from monitor.store.sources import recent_runs, states
from monitor.store.tables import mention
from tests.unit.dashboard.operation.place import KEY, Clock, TellingEngine, apply, pipelines

SOURCE = "shop-api"
SEALED = inbox_key(KEY["TINGFENG_AUTHOR_KEY"].encode())


@pytest.fixture
def here(installation: Installation, now: datetime) -> Installation:
    apply(installation, now)
    operator = OperatorConfig(inbound={SOURCE: ApiInbound(brand="xinghe")})
    return replace(installation, operator=operator)


def accept(here: Installation, now: datetime, texts: Sequence[str], source: str = SOURCE) -> None:
    items = [
        Arrived(f"{source}-{number}", RawMention(text, f"{source}-{number}", published="2026-11-23T11:00:00Z"))
        for number, text in enumerate(texts)
    ]
    with writing(here.engine) as connection:
        receive(connection, source, items, SEALED, now)


class Breaking(Pipeline):
    """Breaks on a batch that holds 炸, as a defect of ours would."""

    def run(self, source: Source, raws: Sequence[RawMention], collected_at: datetime) -> Enriched:
        if any("炸" in raw.text for raw in raws):
            raise RuntimeError("no words")
        return super().run(source, raws, collected_at)


class BreakingPipelines(Pipelines):
    def of(self, applied: Applied) -> Pipeline:
        return Breaking(applied.config, TellingEngine(), b"a key for tests")


class Absent(Pipelines):
    def of(self, applied: Applied) -> Pipeline:
        raise ModuleNotFoundError("snownlp")


def worker(here: Installation, clock: Callable[[], datetime], built: Pipelines | None = None) -> Worker:
    return Worker(here, clock, owner="one", pipelines=built or pipelines())


def stored(here: Installation) -> list[str]:
    with reading(here.engine) as connection:
        return sorted(connection.scalars(select(mention.c.text)))


def left(here: Installation) -> list[Backlog]:
    with reading(here.engine) as connection:
        return backlog(connection)


def test_what_was_accepted_is_stored_and_leaves_the_inbox(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["坏 电池发烫", "很好"])
    assert worker(here, clock).drain_one()
    assert stored(here) == ["坏 电池发烫", "很好"]
    assert left(here) == []
    with reading(here.engine) as connection:
        (run,) = recent_runs(connection, SOURCE)
        state = states(connection)[SOURCE]
        brands = set(connection.scalars(select(mention.c.brand_id)))
    assert (run.trigger, run.state, run.counts["fetched"], run.counts["new"]) == ("inbox", "done", 2, 2)
    assert (state.status, state.last_item_at) == ("ok", clock.now)
    assert brands == {"xinghe"}
    assert not worker(here, clock).drain_one()


def test_a_worker_that_dies_after_storing_stores_nothing_twice(here: Installation, clock: Clock) -> None:
    """The rows are still there: as after a kill between the two transactions."""
    accept(here, clock.now, ["一", "二"])
    with reading(here.engine) as connection:
        rows = [row._asdict() for row in connection.execute(select(inbox))]
    assert worker(here, clock).drain_one()
    with writing(here.engine) as connection:
        connection.execute(insert(inbox), rows)
    assert worker(here, clock).drain_one()
    assert stored(here) == ["一", "二"]
    assert left(here) == []


def test_a_worker_that_dies_before_storing_leaves_it_to_the_next(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["一"])
    begin_run(here, SOURCE, "inbox", "other-host:77", clock.now)
    assert not worker(here, clock).drain_one(), "the other one's lease still runs"
    clock.move(LEASE + timedelta(seconds=1))
    assert worker(here, clock).drain_one()
    assert stored(here) == ["一"]
    with reading(here.engine) as connection:
        assert [run.state for run in recent_runs(connection, SOURCE)] == ["done", "abandoned"]


def test_one_bad_item_holds_up_none_of_the_others_and_is_kept(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["一", "炸", "三"])
    breaking = worker(here, clock, BreakingPipelines(b"k"))
    for _ in range(20):
        breaking.drain_one()
        clock.move(timedelta(hours=1))
    assert stored(here) == ["一", "三"]
    (kept,) = left(here)
    assert (kept.source_id, kept.waiting, kept.dead, kept.reason) == (SOURCE, 0, 1, "RuntimeError: no words")
    with writing(here.engine) as connection:
        assert revive(connection, clock.now) == 1
        assert waiting_sources(connection, clock.now) == [SOURCE]
        (row,) = connection.execute(select(inbox)).all()
    assert unseal(row.payload, SOURCE, SEALED).text == "炸"


def test_an_item_waits_longer_after_each_failure(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["炸"])
    waits = []
    breaking = worker(here, clock, BreakingPipelines(b"k"))
    for _ in range(MAX_ATTEMPTS - 1):
        assert breaking.drain_one()
        assert not breaking.drain_one()
        with reading(here.engine) as connection:
            retry_at = connection.execute(select(inbox.c.retry_at)).scalar_one()
        waits.append((retry_at - clock.now).total_seconds())
        clock.now = retry_at
    assert waits == [10, 40, 160, 640, 2560]


def test_an_engine_that_cannot_be_loaded_costs_no_attempt(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["一"])
    assert not worker(here, clock, Absent(b"k")).drain_one()
    (kept,) = left(here)
    assert (kept.waiting, kept.dead) == (1, 0)
    assert worker(here, clock).drain_one()
    assert stored(here) == ["一"]


def test_a_row_that_cannot_be_opened_is_put_aside_and_the_rest_stored(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["一", "二"])
    with writing(here.engine) as connection:
        first = connection.execute(select(func.min(inbox.c.id))).scalar_one()
        connection.execute(update(inbox).where(inbox.c.id == first).values(payload=b"x" * 40))
    assert worker(here, clock).drain_one()
    assert stored(here) == ["二"]
    (kept,) = left(here)
    assert (kept.dead, kept.reason) == (1, "cannot be opened: TINGFENG_AUTHOR_KEY is another")


def test_batches_of_a_source_that_sends_all_the_time_are_one_run(here: Installation, clock: Clock) -> None:
    for number in range(4):
        accept(here, clock.move(timedelta(minutes=1)), [f"第 {number} 条"], SOURCE)
        with writing(here.engine) as connection:
            connection.execute(update(inbox).values(external_id=f"{number}"))
        assert worker(here, clock).drain_one()
    with reading(here.engine) as connection:
        (run,) = recent_runs(connection, SOURCE)
    assert run.counts["fetched"] == 4
    accept(here, clock.move(timedelta(minutes=10)), ["later"], "other")
    clock.move(timedelta(minutes=10))
    accept(here, clock.now, ["much later"])
    assert worker(here, clock).drain_one()
    assert worker(here, clock).drain_one()
    with reading(here.engine) as connection:
        assert len(recent_runs(connection, SOURCE)) == 2


def test_more_than_a_batch_is_drained_batch_by_batch(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, [f"{number}" for number in range(501)])
    with reading(here.engine) as connection:
        assert len(next_batch(connection, SOURCE, clock.now)) == 500
    one = worker(here, clock)
    assert one.drain_one()
    assert one.drain_one()
    assert not one.drain_one()
    assert len(stored(here)) == 501


def test_what_was_accepted_before_its_source_was_taken_out_is_stored(here: Installation, clock: Clock) -> None:
    accept(here, clock.now, ["一"], "gone")
    applied = apply(here, clock.now)
    assert drain_one(here, applied, "one", lambda: pipelines().of(applied), clock) is not None
    assert stored(here) == ["一"]


def test_counts_are_added_by_name_reason_and_kind() -> None:
    one = {"new": 1, "rejected": {"no text": 1}, "fields": {"post": {"author": 2}}}
    other = {"new": 2, "rejected": {}, "fields": {"post": {"author": 1}, "review": {"items": 1}}, "pages": 0}
    assert added(one, other) == {
        "new": 3,
        "rejected": {"no text": 1},
        "fields": {"post": {"author": 3}, "review": {"items": 1}},
        "pages": 0,
    }
