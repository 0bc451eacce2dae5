"""The life of a crawl and the state of its source, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from monitor.config.schema import Source
from monitor.store import sources
from monitor.store.database import reading, writing
from monitor.store.sources import MAX_BACKOFF, Outcome, SourceState, interval, is_due

LEASE = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


def source(source_id: str = "shop", every: str = "30m", **more: object) -> Source:
    return Source.model_validate({"id": source_id, "kind": "feed", "every": every, **more})


def finish(engine: Engine, now: datetime, state: Outcome, source_id: str = "shop", **counts: int) -> SourceState:
    with writing(engine) as connection:
        assert sources.queue_crawl(connection, source_id, "schedule", now)
        run = sources.claim_run(connection, "w1", now, LEASE)
        assert run is not None
        assert sources.finish_run(connection, run.id, state=state, counts=counts, reason="why", now=now)
        return sources.states(connection)[source_id]


def test_one_open_run_a_source(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert sources.queue_crawl(connection, "shop", "schedule", now)
        assert not sources.queue_crawl(connection, "shop", "manual", now)
        assert sources.queue_crawl(connection, "forum", "manual", now)
        assert sources.start_run(connection, "shop", "command", "cli", now, LEASE) is None
        run = sources.claim_run(connection, "w1", now, LEASE)
        assert run is not None
        assert not sources.queue_crawl(connection, "shop", "manual", now)
        assert sources.finish_run(connection, run.id, state="done", counts={}, now=now)
        assert sources.queue_crawl(connection, "shop", "manual", now)
        assert [opened.trigger for opened in sources.open_runs(connection).values()] == ["manual", "manual"]


def test_the_oldest_is_claimed_first_and_only_once(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        for source_id in ("b", "a"):
            sources.queue_crawl(connection, source_id, "schedule", now)
        claimed = [sources.claim_run(connection, "w1", now, LEASE) for _ in range(3)]
        (newest, oldest) = sources.recent_runs(connection)
    assert [run and run.source_id for run in claimed] == ["b", "a", None]
    assert (oldest.state, oldest.lease_owner, oldest.started_at, oldest.lease_until) == (
        "running",
        "w1",
        now,
        now + LEASE,
    )
    assert newest.source_id == "a"


def test_workers_at_once_never_get_the_same_run(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        for number in range(12):
            sources.queue_crawl(connection, f"s{number}", "schedule", now)

    def claim_all(owner: str) -> list[int]:
        got: list[int] = []
        while True:
            with writing(database) as connection:
                run = sources.claim_run(connection, owner, now, LEASE)
            if run is None:
                return got
            got.append(run.id)

    with ThreadPoolExecutor(4) as pool:
        claims = [claimed.result(timeout=60) for claimed in [pool.submit(claim_all, f"w{n}") for n in range(4)]]
    every = [run_id for claimed in claims for run_id in claimed]
    assert len(every) == len(set(every)) == 12


def test_a_claimed_but_uncommitted_run_is_skipped_not_waited_for(postgresql_database: Engine, now: datetime) -> None:
    with writing(postgresql_database) as connection:
        for source_id in ("a", "b"):
            sources.queue_crawl(connection, source_id, "schedule", now)
    with writing(postgresql_database) as first, writing(postgresql_database) as second:
        one = sources.claim_run(first, "w1", now, LEASE)
        two = sources.claim_run(second, "w2", now, LEASE)
    assert one is not None
    assert two is not None
    assert (one.source_id, two.source_id) == ("a", "b")


def test_an_abandoned_run_is_queued_anew_and_its_worker_is_told(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        sources.queue_crawl(connection, "shop", "manual", now)
        lost = sources.claim_run(connection, "w1", now, LEASE)
        assert lost is not None
        assert sources.requeue_abandoned(connection, now + LEASE) == 0
        assert sources.requeue_abandoned(connection, now + LEASE + MINUTE) == 1
        assert sources.requeue_abandoned(connection, now + LEASE + MINUTE) == 0
        again = sources.claim_run(connection, "w2", now + LEASE + MINUTE, LEASE)
        assert again is not None
        assert (again.source_id, again.trigger) == ("shop", "manual")
        assert not sources.renew_lease(connection, lost.id, "w1", now + LEASE + MINUTE, LEASE)
        assert not sources.finish_run(connection, lost.id, state="done", counts={}, now=now)
        assert sources.states(connection) == {}
        assert [run.state for run in sources.recent_runs(connection, "shop")] == ["running", "abandoned"]


def test_an_abandoned_import_is_not_queued_as_a_crawl(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert sources.start_run(connection, "shop", "import", "cli", now, LEASE) is not None
        assert sources.start_run(connection, "forum", "command", "cli", now, LEASE) is not None
        assert sources.requeue_abandoned(connection, now + LEASE + MINUTE) == 2
        assert list(sources.open_runs(connection)) == ["forum"]
        (run,) = sources.recent_runs(connection, "shop")
    assert (run.state, run.reason) == ("abandoned", "import again: a replay changes nothing")


def test_only_the_run_of_the_holder_named_is_taken_over(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        lost = sources.start_run(connection, "shop", "import", "here:1", now, LEASE)
        assert lost is not None
        assert not sources.take_over(connection, "shop", "here:2", now)
        assert not sources.take_over(connection, "forum", "here:1", now)
        assert sources.take_over(connection, "shop", "here:1", now)
        assert not sources.renew_lease(connection, lost.id, "here:1", now, LEASE)
        assert sources.start_run(connection, "shop", "import", "here:2", now, LEASE) is not None


def test_a_scheduled_run_is_due_again_an_interval_after_its_end(database: Engine, now: datetime) -> None:
    ended = now + 20 * MINUTE
    for trigger, due_at in (("schedule", ended + 30 * MINUTE), ("manual", now + 30 * MINUTE)):
        with writing(database) as connection:
            assert sources.queue_crawl(connection, "shop", trigger, now)  # type: ignore[arg-type]
            sources.schedule_next(connection, source(), now)
            run = sources.claim_run(connection, "w1", now, LEASE)
            assert run is not None
            sources.finish_run(connection, run.id, state="done", counts={}, now=ended, source=source())
            assert sources.states(connection)["shop"].due_at == due_at


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(MINUTE, 30 * MINUTE), (timedelta(hours=3), timedelta(hours=3)), (timedelta(days=9), timedelta(days=1))],
)
def test_a_blocked_source_is_left_alone_as_long_as_it_asks(
    database: Engine, now: datetime, asked: timedelta, waits: timedelta
) -> None:
    with writing(database) as connection:
        sources.queue_crawl(connection, "shop", "schedule", now)
        run = sources.claim_run(connection, "w1", now, LEASE)
        assert run is not None
        sources.finish_run(connection, run.id, state="blocked", counts={}, now=now, source=source(), retry_after=asked)
        assert sources.states(connection)["shop"].due_at == now + waits
        assert sources.due_sources(connection, [source()], now + waits - MINUTE) == []
        assert sources.due_sources(connection, [source()], now + waits) == ["shop"]


def test_a_renewed_lease_keeps_the_run(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        run = sources.start_run(connection, "shop", "command", "cli", now, LEASE)
        assert run is not None
        assert sources.renew_lease(connection, run.id, "cli", now + 9 * MINUTE, LEASE)
        assert not sources.renew_lease(connection, run.id, "another", now + 9 * MINUTE, LEASE)
        assert sources.requeue_abandoned(connection, now + 18 * MINUTE) == 0


def test_finishing_notes_the_outcome_on_the_source(database: Engine, now: datetime) -> None:
    done = finish(database, now, "done", new=2, fetched=3)
    assert done == SourceState("shop", "ok", "why", None, now, now, now, 0)
    failed = finish(database, now + MINUTE, "failed")
    assert failed == SourceState("shop", "failing", "why", None, now + MINUTE, now, now, 1)
    blocked = finish(database, now + 2 * MINUTE, "blocked")
    assert (blocked.status, blocked.failures) == ("blocked", 2)
    empty = finish(database, now + 3 * MINUTE, "empty")
    assert (empty.status, empty.failures, empty.last_success_at) == ("empty", 0, now)
    unchanged = finish(database, now + 4 * MINUTE, "done", unchanged=5)
    assert (unchanged.last_success_at, unchanged.last_item_at) == (now + 4 * MINUTE, now)
    with reading(database) as connection:
        assert sources.recent_runs(connection, limit=1)[0].counts == {"unchanged": 5}


def test_the_cursor_is_kept_beside_the_state(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert sources.cursor(connection, "shop") == {}
        sources.save_cursor(connection, "shop", {"etag": 'W/"1"', "bumped": ["二", 3]})
        sources.save_cursor(connection, "forum", {"page": 2})
    finish(database, now, "done")
    with writing(database) as connection:
        assert sources.cursor(connection, "shop") == {"etag": 'W/"1"', "bumped": ["二", 3]}
        sources.save_cursor(connection, "shop", {})
        assert sources.cursor(connection, "shop") == {}


def test_due_are_enabled_sources_whose_time_has_come(database: Engine, now: datetime) -> None:
    configured = [source("new"), source("off", enabled=False), source("later"), source("busy")]
    with writing(database) as connection:
        assert sources.schedule_next(connection, source("later"), now) == now + timedelta(minutes=30)
        sources.queue_crawl(connection, "busy", "manual", now)
        assert sources.due_sources(connection, configured, now) == ["new"]
        assert sources.due_sources(connection, configured, now + timedelta(minutes=30)) == ["new", "later"]


def test_a_shortened_interval_takes_effect_at_once(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        sources.schedule_next(connection, source(every="1d"), now)
        assert sources.due_sources(connection, [source(every="1d")], now + MINUTE) == []
        assert sources.due_sources(connection, [source(every="10m")], now + MINUTE) == ["shop"]


def test_a_failing_source_is_asked_less_often(database: Engine, now: datetime) -> None:
    for number in range(3):
        finish(database, now + number * MINUTE, "failed")
    with writing(database) as connection:
        assert sources.schedule_next(connection, source(), now) == now + timedelta(hours=2)


@pytest.mark.parametrize(
    ("every", "failures", "expected"),
    [("30m", 0, "30m"), ("30m", 1, "30m"), ("30m", 2, "1h"), ("30m", 99, "4h"), ("4h", 9, "6h"), ("1d", 9, "1d")],
)
def test_interval(every: str, failures: int, expected: str) -> None:
    assert interval(source(every=every), failures) == source(every=expected).every


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_an_interval_is_never_below_the_configured_one(seconds: int, failures: int) -> None:
    wait = interval(source(every=f"{seconds}s"), failures)
    assert timedelta(seconds=seconds) <= wait <= max(timedelta(seconds=seconds), MAX_BACKOFF)


def test_a_source_that_is_never_crawled_is_never_due(database: Engine, now: datetime) -> None:
    class Brought(Source):
        crawled = False

    with reading(database) as connection:
        both = [Brought(id="survey", kind="import"), Source(id="a", kind="x")]
        assert sources.due_sources(connection, both, now) == ["a"]


def test_a_source_without_a_state_is_due(now: datetime) -> None:
    assert is_due(source(), None, now)
