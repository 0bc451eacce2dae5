"""The whole chain on a clock that is set by hand: local shop → crawl process → store → spike → Slack → ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.reading import alert_detail, list_alerts
from alerts.tickets import list_tickets
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, open_installation
from dashboard.operation.jobs import Jobs
from dashboard.operation.worker import Pipelines, Worker
from monitor.store.database import reading
from monitor.store.reading import count
from monitor.store.sources import recent_runs
from tests.contracts.receiver import Answer, Receiver, running
from tests.e2e.shop import Published, Shop, open_shop

pytestmark = pytest.mark.e2e

HOUR = timedelta(hours=1)
KEYWORDS = """\
version: 1
brands:
  - {{id: xinghe, name: 星河, role: own}}
sources:
  - {{id: shop, kind: schema-org, url: '{url}', every: 1h, brand: xinghe, delay: 0}}
rules:
  - id: spike
    measure: negative_ratio
    detector: wilson
    params: {{window: 3h, lag: 6h, warm_up: 24h, half_life: 7d}}
    min_mentions: 10
    for: 2
routes:
  - {{notify: [pr], ticket: L1}}
settings: {{step: 1h, close_delay: 10m}}
"""
OPERATOR = """\
local: [127.0.0.1]
channels:
  pr: {{kind: slack, channel: '#pr', token: '${{SLACK_BOT_TOKEN}}', base_url: '{url}'}}
"""


class Chain:
    """An installation, its jobs and one worker, driven hour by hour."""

    def __init__(self, installation: Installation, shop: Shop, now: datetime) -> None:
        self.installation, self.shop, self.now = installation, shop, now
        self.jobs = Jobs(installation)
        self.worker = Worker(
            installation, lambda: self.now, owner="test", pipelines=Pipelines(installation.home.author_key)
        )

    def publish(self, good: int, bad: int) -> None:
        """Reviews of the hour that ended just now."""
        for number in range(good + bad):
            worse = number < bad
            text = "充电时发烫，电池鼓包了，太差" if worse else "很好用，物流也快"
            at = self.now - HOUR + timedelta(minutes=2 * number + 1)
            self.shop.reviews.append(Published(len(self.shop.reviews), at, 1 if worse else 5, f"{text} {number}"))

    def collect(self) -> None:
        """Everything that the scheduler and the worker do once an hour, ten minutes after the hour closed."""
        self.now += timedelta(minutes=10)
        self.jobs.reload_configuration(self.now)
        self.jobs.queue_due_crawls(self.now)
        while self.worker.run_one():
            pass
        self.jobs.evaluate(self.now)
        self.jobs.dispatch(self.now)
        self.now += timedelta(minutes=50)

    def alerts(self) -> list[Any]:
        with reading(self.installation.engine) as connection:
            return list_alerts(connection)


@pytest.fixture
def slack() -> Iterator[Receiver]:
    with running() as receiver:
        yield receiver


@pytest.fixture
def chain(tmp_path: Path, slack: Receiver, now: datetime) -> Iterator[Chain]:
    with open_shop() as shop:
        home = Home(tmp_path, {"TINGFENG_AUTHOR_KEY": "key", "SLACK_BOT_TOKEN": "xoxb-hush"})
        home.keywords_file.write_text(KEYWORDS.format(url=shop.url), encoding="utf-8")
        home.operator_file.write_text(OPERATOR.format(url=slack.url), encoding="utf-8")
        installation = open_installation(home)
        yield Chain(installation, shop, now)
        installation.engine.dispose()


def test_a_spike_reaches_slack_and_the_queue_once(chain: Chain, slack: Receiver) -> None:
    start = chain.now
    for hours in range(48, 0, -1):
        chain.now = start - hours * HOUR
        chain.publish(good=9, bad=1)
    chain.now = start
    chain.publish(good=9, bad=1)
    chain.collect()
    assert chain.alerts() == []
    assert slack.received == []

    for _ in range(2):
        chain.publish(good=3, bad=15)
        chain.collect()
    (alert,) = chain.alerts()
    assert (alert.state, alert.rule, alert.series) == ("firing", "spike", "brand=xinghe")
    assert alert.k >= 15
    (message,) = slack.received
    assert message.headers["Authorization"] == "Bearer xoxb-hush"
    with reading(chain.installation.engine) as connection:
        (ticket,) = list_tickets(connection)
        detail = alert_detail(connection, alert.id)
    assert ticket.number == "FB20261123001"
    assert ticket.alert_id == alert.id
    assert ticket.number.encode() in message.body
    assert detail is not None
    assert [(each.channel, each.state) for each in detail.deliveries] == [("pr", "sent")]

    # One more hour of the same crisis, and every job once more: nothing is said twice.
    chain.publish(good=3, bad=15)
    chain.collect()
    chain.jobs.evaluate(chain.now)
    chain.jobs.dispatch(chain.now)
    assert len(slack.received) == 1
    assert len(chain.alerts()) == 1
    with reading(chain.installation.engine) as connection:
        assert count(connection) == len(chain.shop.reviews)
        assert {run.state for run in recent_runs(connection)} == {"done"}


def test_while_slack_is_down_the_message_waits_and_then_arrives_once(chain: Chain, slack: Receiver) -> None:
    start = chain.now
    for hours in range(30, -1, -1):
        chain.now = start - hours * HOUR
        chain.publish(good=9, bad=1)
    chain.collect()
    slack.answer = Answer(503)
    for _ in range(2):
        chain.publish(good=3, bad=15)
        chain.collect()
    assert len(chain.alerts()) == 1
    refused = len(slack.received)
    assert refused >= 1
    slack.answer = Answer()
    chain.jobs.dispatch(chain.now)
    chain.jobs.dispatch(chain.now + HOUR)
    assert len(slack.received) == refused + 1
    # Slack can tell the tries of one message by its client_msg_id, which is part of the body.
    assert len({message.body for message in slack.received}) == 1
    assert b"client_msg_id" in slack.received[0].body
