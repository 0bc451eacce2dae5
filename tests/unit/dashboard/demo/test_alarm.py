"""The demo's promise in virtual time: the story, collected with delay, through the ordinary rule, state and outbox."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from alerts.dispatch import dispatch_due
from alerts.evaluation import evaluate_closed_steps
from alerts.notifiers.console import Console, ConsoleConfig
from alerts.tables import alert, outbox, ticket
from dashboard.demo.configuration import keywords
from dashboard.demo.story import Item, Place, published
from dashboard.operation.wiring import kinds
from monitor.config.versions import Applied, apply_text
from monitor.mention import Mention, Sentiment, Subject
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from monitor.store.rollups import aggregate
from tests.unit.dashboard.demo.test_story import negative

STARTED = datetime(2026, 11, 23, 11, 0, 3, tzinfo=UTC)
#: Seconds from publishing to the store: the interval of the source and a slow crawl.
DELAY: dict[Place, int] = {"shop": 16, "forum": 25, "microblog": 45, "feed": 45}
TICK = 10


def mention_of(item: Item, now: datetime) -> Mention:
    bad = negative(item)
    return Mention(
        source_id=item.place,
        external_id=str(item.number),
        url=None,
        kind="review",
        title=item.title,
        text=item.text,
        author_hash=None,
        author_masked=None,
        published_at=item.published_at,
        collected_at=now,
        rating=None if item.rating is None else (item.rating - 1) / 4,
        lang="zh",
        parent_id=None,
        sentiment=Sentiment("negative" if bad else "positive", -0.9 if bad else 0.9, 0.95),
        engine="meant",
        engine_version="1",
        matches=(),
        subjects=(Subject(item.brand, item.product),),
    )


class Run:
    """The demo with a clock of its own; each tick collects, counts, evaluates and sends like the real jobs."""

    def __init__(
        self, engine: Engine, seed: int, applied: Applied, unavailable: frozenset[Place] = frozenset()
    ) -> None:
        self.engine, self.seed, self.applied, self.unavailable = engine, seed, applied, unavailable
        self.console = Console(ConsoleConfig(kind="console"), io.StringIO())
        self.stored: set[int] = set()

    def until(self, seconds: int, since: int = 0) -> Iterator[int]:
        for second in range(since, seconds + 1, TICK):
            self.tick(STARTED + timedelta(seconds=second))
            yield second

    def tick(self, now: datetime) -> None:
        due = [
            item
            for item in published(self.seed, STARTED, now)
            if item.place not in self.unavailable
            and item.number not in self.stored
            and item.published_at + timedelta(seconds=DELAY[item.place]) <= now
        ]
        self.stored |= {item.number for item in due}
        with writing(self.engine) as connection:
            mentions = [mention_of(item, now) for item in due]
            store_batch(connection, mentions, config_version_id=self.applied.version_id, step_seconds=10, now=now)
        aggregate(self.engine, 10)
        evaluate_closed_steps(self.engine, self.applied, ["console"], now)
        dispatch_due(self.engine, {"console": self.console}, now)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "unavailable"),
    [(1, frozenset()), (2, frozenset()), (1, frozenset({"microblog"}))],
    ids=["1", "2", "without a browser"],
)
def test_one_alert_one_notification_one_ticket(
    sqlite_database: Engine, seed: int, unavailable: frozenset[Place]
) -> None:
    text = keywords("http://127.0.0.1:9")
    applied = apply_text(sqlite_database, text, kinds(), author="test", note="", now=STARTED)
    run = Run(sqlite_database, seed, applied, unavailable)
    fired = None
    for second in run.until(330):
        with reading(sqlite_database) as connection:
            alerts = connection.execute(select(alert)).all()
        if alerts and fired is None:
            fired = second
    assert fired is not None
    assert 65 < fired <= 110
    for _ in run.until(1500, since=340):
        pass
    with reading(sqlite_database) as connection:
        (only,) = connection.execute(select(alert)).all()
        sent = connection.execute(select(outbox.c.transition, outbox.c.state).order_by(outbox.c.id)).all()
        (number,) = connection.execute(select(ticket.c.number)).all()
    assert (only.rule_id, only.brand_id, only.state) == ("spike", "xinghe", "resolved")
    assert [tuple(row) for row in sent] == [("firing", "sent"), ("resolved", "sent")]
    assert number[0] == "FB20261123001"
