from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crawlers.events import CrawlEvent, Cursor, Finished
from crawlers.job import CrawlJob
from dashboard.operation.installation import Installation
from dashboard.operation.worker import Pipelines, Worker
from monitor.store.database import reading, writing
from monitor.store.reading import stream
from monitor.store.sources import CrawlRun, Trigger, queue_crawl, recent_runs, states
from monitor.store.tables import mention
from tests.unit.dashboard.operation.place import KEYWORDS, Clock, Played, apply, pipelines, review, whole


def worker(installation: Installation, clock: Clock, crawler: Played, made: Pipelines | None = None) -> Worker:
    return Worker(installation, clock, owner="me", pipelines=made or pipelines(), crawler=crawler)


def queue(installation: Installation, source: str, now: datetime, trigger: Trigger = "manual") -> None:
    with writing(installation.engine) as connection:
        assert queue_crawl(connection, source, trigger, now)


def last(installation: Installation) -> CrawlRun:
    with reading(installation.engine) as connection:
        return recent_runs(connection, limit=1)[0]


def test_without_a_queued_run_there_is_nothing_to_do(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    assert worker(installation, clock, Played()).run_one() is None


def test_without_a_configuration_nothing_is_claimed(installation: Installation, clock: Clock) -> None:
    queue(installation, "shop", clock.now)
    assert worker(installation, clock, Played()).run_one() is None
    assert last(installation).state == "queued"


def test_a_run_ends_with_its_counts_and_the_next_gets_the_cursor(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    crawler = Played(*whole([review(1), review(2)], cursor=7))
    mine = worker(installation, clock, crawler)
    for _ in range(2):
        queue(installation, "shop", clock.now)
        assert mine.run_one() is not None
    assert [job.cursor for job in crawler.jobs] == [{}, {"at": 7}]
    assert crawler.closed == 2
    run = last(installation)
    assert (run.state, run.counts["fetched"], run.counts["unchanged"]) == ("done", 2, 2)


def test_the_reason_of_a_failure_is_kept_and_the_next_source_goes_on(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    queue(installation, "shop", clock.now)
    worker(installation, clock, Played(Finished("failed", "404 at /feed"))).run_one()
    assert (last(installation).state, last(installation).reason) == ("failed", "404 at /feed")
    with reading(installation.engine) as connection:
        assert states(connection)["shop"].status == "failing"
    queue(installation, "forum", clock.now)
    worker(installation, clock, Played(*whole([review(1)], cursor=1))).run_one()
    assert last(installation).state == "done"


def test_a_source_that_left_the_configuration_says_so(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    queue(installation, "gone", clock.now)
    worker(installation, clock, Played()).run_one()
    assert (last(installation).state, last(installation).reason) == (
        "failed",
        "the source is no longer in the configuration",
    )


def test_an_engine_that_breaks_costs_its_text_the_verdict_only(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    queue(installation, "shop", clock.now)
    worker(installation, clock, Played(review(1, "炸"), review(2), Cursor({}), Finished("done"))).run_one()
    assert last(installation).state == "done"
    with reading(installation.engine) as connection:
        assert connection.execute(select(func.count()).select_from(mention)).scalar_one() == 2


def test_a_new_configuration_is_seen_at_the_next_run(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    crawler = Played(*whole([review(1, "退款")], cursor=1))
    mine = worker(installation, clock, crawler)
    queue(installation, "shop", clock.now)
    mine.run_one()
    apply(installation, clock.now, KEYWORDS.replace("shop.example/feed", "shop.example/other"))
    queue(installation, "shop", clock.now)
    mine.run_one()
    assert [getattr(job.source, "url", None) for job in crawler.jobs] == [
        "https://shop.example/feed",
        "https://shop.example/other",
    ]


def test_new_keywords_hold_from_the_next_batch_of_a_running_crawl(installation: Installation, clock: Clock) -> None:
    """And every mention is stored once, matched by the version that its row names."""
    first = apply(installation, clock.now)
    more = KEYWORDS.replace("sources:", "  - {id: refund, query: 退款, brand: xinghe}\nsources:")
    texts = ["退款一", "退款二", "退款三", "退款四"]

    def crawler(_job: CrawlJob) -> Iterator[CrawlEvent]:
        for number, text in enumerate(texts):
            if number == 2:
                apply(installation, clock.now, more)
            yield review(number, text)
            yield Cursor({"at": number})
        yield Finished("done")

    queue(installation, "shop", clock.now)
    Worker(installation, clock, owner="me", pipelines=pipelines(), crawler=crawler).run_one()
    with reading(installation.engine) as connection:
        rows = sorted(stream(connection), key=lambda row: row.external_id)
    assert [row.text for row in rows] == texts
    assert [[match.keyword for match in row.keywords] for row in rows] == [[], [], ["refund"], ["refund"]]
    assert [row.config_version_id - first.version_id for row in rows] == [0, 0, 1, 1]


def test_a_stopped_worker_claims_nothing_more(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    queue(installation, "shop", clock.now)
    stop = threading.Event()
    stop.set()
    worker(installation, clock, Played()).run(stop, timedelta(seconds=1))
    assert last(installation).state == "queued"


def test_a_disabled_source_is_crawled_only_when_asked_for(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    crawler = Played(*whole([review(1)], cursor=1))
    queue(installation, "forum", clock.now, "schedule")
    worker(installation, clock, crawler).run_one()
    assert (last(installation).state, last(installation).reason) == ("unavailable", "the source is disabled")
    assert crawler.jobs == []
    queue(installation, "forum", clock.now, "manual")
    worker(installation, clock, crawler).run_one()
    assert (last(installation).state, len(crawler.jobs)) == ("done", 1)


def test_what_a_blocked_crawl_is_told_puts_the_next_one_off(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)
    queue(installation, "shop", clock.now, "schedule")
    worker(installation, clock, Played(Finished("blocked", "too many requests", 7200))).run_one()
    with reading(installation.engine) as connection:
        assert states(connection)["shop"].due_at == clock.now + timedelta(hours=2)
