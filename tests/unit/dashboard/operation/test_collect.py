from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.tables import alert, outbox, ticket
from crawlers.events import Blocked, CrawlEvent, Cursor, Failed, Fetched, Finished, Gone, Rejected
from dashboard.operation.collect import BATCH, Collected, Lease, RunLostError, collect
from dashboard.operation.installation import Installation
from monitor.store.database import reading, writing
from monitor.store.sources import claim_run, cursor, queue_crawl, requeue_abandoned
from monitor.store.tables import crawl_run, mention
from tests.unit.dashboard.operation.place import Clock, apply, pipelines, review


def run(installation: Installation, clock: Clock, *events: CrawlEvent, lease: Lease | None = None) -> Collected:
    applied = apply(installation, clock.now)
    source = applied.config.source("shop")
    assert source is not None
    pipeline = pipelines().of(applied)
    return collect(installation, applied, source, lease, pipeline, events, clock)


def rows(installation: Installation, table: Any) -> int:
    with reading(installation.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_event_is_counted(installation: Installation, clock: Clock) -> None:
    done = run(
        installation,
        clock,
        Fetched("https://shop.example/feed", 200),
        review(1),
        review(2, "坏"),
        review(1),
        review(3, "很好", "never"),
        Rejected("bad json"),
        Failed("timeout", "https://shop.example/2"),
        Failed("http 404", "https://shop.example/3"),
        Failed("timeout", "https://shop.example/4"),
        Blocked("robots.txt", "https://shop.example/x"),
        Cursor({"at": 3}),
        Finished("done", "all read"),
    )
    assert (done.outcome, done.reason) == ("done", "all read")
    assert done.counts.as_json() == {
        "fetched": 5,
        "new": 2,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 1,
        "undated": 0,
        "rejected": {"bad date": 1, "bad json": 1},
        "failed": {"http 404": 1, "timeout": 2},
        "blocked": 1,
        "deleted": 0,
        "evidence": 0,
        "pages": 1,
        "fields": {"review": {"author": 4, "external_id": 4, "items": 4, "published": 4}},
    }


def test_a_replay_changes_nothing(installation: Installation, clock: Clock) -> None:
    events = (review(1), review(2), Cursor({"at": 2}), Finished("done"))
    run(installation, clock, *events)
    again = run(installation, clock, *events)
    assert (again.counts.new, again.counts.unchanged) == (0, 2)
    assert rows(installation, mention) == 2


def test_what_was_taken_away_at_the_source_is_taken_out(installation: Installation, clock: Clock) -> None:
    run(installation, clock, review(1), review(2), Finished("done"))
    done = run(installation, clock, review(3), Gone("1"), Gone("3"), Gone("9"), Cursor({"at": 3}), Finished("done"))
    assert (done.counts.new, done.counts.deleted) == (1, 2)
    assert rows(installation, mention) == 1


def test_what_an_account_wrote_is_taken_out_with_it(installation: Installation, clock: Clock) -> None:
    run(installation, clock, review(1), review(11), review(2), Finished("done"))
    done = run(installation, clock, Gone("1", prefix=True), Gone("7", prefix=True), Finished("done"))
    assert (done.counts.deleted, rows(installation, mention)) == (2, 1)


def test_what_comes_back_after_it_was_taken_away_stays(installation: Installation, clock: Clock) -> None:
    events = (review(1), Gone("1"), review(1), review(22), Gone("2", prefix=True), review(22), Finished("done"))
    run(installation, clock, *events)
    assert rows(installation, mention) == 2


def test_the_cursor_moves_with_the_items_before_it(installation: Installation, clock: Clock) -> None:
    done = run(installation, clock, review(1), Cursor({"at": 1}), review(2), Finished("failed", "time limit"))
    assert done.outcome == "failed"
    assert done.counts.new == 2
    with reading(installation.engine) as connection:
        assert cursor(connection, "shop") == {"at": 1}


def test_long_crawls_are_stored_in_batches(installation: Installation, clock: Clock) -> None:
    def events() -> Any:
        for number in range(BATCH):
            yield review(number)
        assert rows(installation, mention) == BATCH
        yield review(BATCH)
        yield Finished("done")

    applied = apply(installation, clock.now)
    source = applied.config.source("shop")
    assert source is not None
    done = collect(installation, applied, source, None, pipelines().of(applied), events(), clock)
    assert done.counts.new == BATCH + 1


def test_what_was_stored_stays_when_the_crawl_breaks(installation: Installation, clock: Clock) -> None:
    def events() -> Any:
        yield review(1)
        yield Cursor({"at": 1})
        raise OSError("pipe broke")

    applied = apply(installation, clock.now)
    source = applied.config.source("shop")
    assert source is not None
    done = collect(installation, applied, source, None, pipelines().of(applied), events(), clock)
    assert (done.outcome, done.reason, done.counts.new) == ("failed", "OSError: pipe broke", 1)


def test_a_crisis_word_alerts_in_the_transaction_that_stores_it(installation: Installation, clock: Clock) -> None:
    run(installation, clock, review(1, "坏了，电池发烫"), Cursor({"at": 1}), Finished("done"))
    assert (rows(installation, alert), rows(installation, outbox), rows(installation, ticket)) == (1, 1, 1)
    run(installation, clock, review(1, "坏了，电池发烫"), Finished("done"))
    assert rows(installation, outbox) == 1


def test_a_lost_lease_stores_nothing(installation: Installation, clock: Clock, now: datetime) -> None:
    with writing(installation.engine) as connection:
        queue_crawl(connection, "shop", "manual", now)
        claimed = claim_run(connection, "first", now, timedelta(seconds=60))
    assert claimed is not None
    lease = Lease(claimed.id, "first")
    run(installation, clock, review(1), Cursor({"at": 1}), Finished("done"), lease=lease)
    with writing(installation.engine) as connection:
        assert requeue_abandoned(connection, clock.move(timedelta(seconds=61))) == 1
    with pytest.raises(RunLostError):
        run(installation, clock, review(2), Cursor({"at": 2}), Finished("done"), lease=lease)
    assert rows(installation, mention) == 1
    with reading(installation.engine) as connection:
        assert cursor(connection, "shop") == {"at": 1}


def test_each_batch_renews_the_lease(installation: Installation, clock: Clock, now: datetime) -> None:
    with writing(installation.engine) as connection:
        queue_crawl(connection, "shop", "manual", now)
        claimed = claim_run(connection, "me", now, timedelta(seconds=60))
    assert claimed is not None
    clock.move(timedelta(seconds=50))
    run(installation, clock, review(1), Cursor({"at": 1}), Finished("done"), lease=Lease(claimed.id, "me"))
    with reading(installation.engine) as connection:
        until = connection.execute(select(crawl_run.c.lease_until)).scalar_one()
    assert until == now + timedelta(seconds=110)


def test_a_crawl_whose_items_were_all_refused_did_not_work(installation: Installation, clock: Clock) -> None:
    done = run(installation, clock, review(1, "好", "never"), Rejected("bad json"), Finished("done"))
    assert (done.outcome, done.reason) == ("failed", "all 2 items rejected")
    partly = run(installation, clock, review(1, "好", "never"), review(2), Finished("done"))
    assert partly.outcome == "done"
