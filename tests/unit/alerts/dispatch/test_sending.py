from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from alerts.dispatch import DispatchResult, dispatch_due
from alerts.evaluation import evaluate_batch, evaluate_closed_steps
from alerts.notification import Notification
from alerts.notifiers import DeliveryError
from alerts.tables import delivery, outbox
from monitor.store.database import writing
from tests.unit.alerts.world import World


class Death(BaseException):
    """kill -9 as seen from inside: nothing catches it."""


class Channel:
    """A channel of a test: takes what it is sent, and fails as it is told, one outcome a call."""

    def __init__(self, *outcomes: BaseException | None) -> None:
        self.outcomes = list(outcomes)
        self.received: list[Notification] = []

    def send(self, notification: Notification) -> None:
        self.received.append(notification)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome


DOWN = DeliveryError(retryable=True, reason="HTTP 503")
REFUSED = DeliveryError(retryable=False, reason="invalid_auth")


@pytest.fixture
def world(database: Engine) -> World:
    """One alert has fired at hour 10; its message is in the outbox."""
    world = World(database)
    hit = world.mention(world.hour(9), keywords=("safety",))
    with writing(database) as connection:
        evaluate_batch(connection, world.applied, [hit], world.channels, world.hour(10))
    return world


def dispatch(world: World, channel: Channel, seconds: float, hour: float = 10) -> DispatchResult:
    return dispatch_due(world.engine, {"console": channel}, world.hour(hour) + timedelta(seconds=seconds))


def due(world: World) -> datetime:
    (row,) = world.rows(outbox)
    found: datetime = row.due_at
    return found


def test_a_message_arrives_once(world: World) -> None:
    channel = Channel()
    assert dispatch(world, channel, 0) == DispatchResult(sent=1)
    assert dispatch(world, channel, 10) == DispatchResult()
    assert len(channel.received) == 1
    (row,) = world.rows(outbox)
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, world.hour(10))
    assert [(row.attempt, row.ok) for row in world.rows(delivery)] == [(1, True)]


def test_a_receiver_that_is_down_gets_it_later_once_with_the_same_key(world: World) -> None:
    channel = Channel(DOWN, DOWN)
    assert dispatch(world, channel, 0) == DispatchResult(retried=1)
    assert due(world) == world.hour(10) + timedelta(seconds=5)
    assert dispatch(world, channel, 4.9) == DispatchResult()
    assert dispatch(world, channel, 5) == DispatchResult(retried=1)
    assert due(world) == world.hour(10) + timedelta(seconds=15)
    assert dispatch(world, channel, 15) == DispatchResult(sent=1)
    assert len({notification.idempotency_key for notification in channel.received}) == 1
    assert [(row.attempt, row.ok, row.reason) for row in world.rows(delivery)] == [
        (1, False, "HTTP 503"),
        (2, False, "HTTP 503"),
        (3, True, ""),
    ]


def test_the_receivers_retry_after_is_heeded(world: World) -> None:
    dispatch(world, Channel(DeliveryError(True, "HTTP 429", retry_after=120)), 0)
    assert due(world) == world.hour(10) + timedelta(seconds=120)


def test_a_refusal_is_final(world: World) -> None:
    channel = Channel(REFUSED)
    assert dispatch(world, channel, 0) == DispatchResult(dead=1)
    assert dispatch(world, channel, 9999) == DispatchResult()
    (row,) = world.rows(outbox)
    assert (row.state, row.reason) == ("dead", "invalid_auth")


def test_it_is_given_up_after_a_week(world: World) -> None:
    assert dispatch(world, Channel(DOWN), 0, hour=10 + 7 * 24) == DispatchResult(dead=1)
    assert world.rows(outbox)[0].reason == "given up after 7 days: HTTP 503"


def test_a_channel_that_is_not_configured_keeps_its_message_waiting(world: World) -> None:
    assert dispatch_due(world.engine, {}, world.hour(10)) == DispatchResult(retried=1)
    assert "not in operator.yaml" in world.rows(outbox)[0].reason
    assert dispatch(world, Channel(), 5) == DispatchResult(sent=1)


def test_a_broken_plug_in_is_recorded_without_its_words(world: World) -> None:
    assert dispatch(world, Channel(KeyError("xoxb-secret")), 0) == DispatchResult(retried=1)
    assert world.rows(outbox)[0].reason == "Channel raised KeyError"


def test_a_death_after_sending_repeats_the_message_with_the_same_key(world: World) -> None:
    channel = Channel(Death())
    with pytest.raises(Death):
        dispatch(world, channel, 0)
    assert [row.state for row in world.rows(outbox)] == ["queued"]
    assert dispatch(world, channel, 60) == DispatchResult(), "the claim still holds"
    assert dispatch(world, channel, 120) == DispatchResult(sent=1)
    assert [notification.idempotency_key for notification in channel.received] == [
        channel.received[0].idempotency_key
    ] * 2


def test_resolved_never_overtakes_firing(world: World) -> None:
    channel = Channel(DOWN)
    dispatch(world, channel, 0, hour=34)
    evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(34.1))
    assert dispatch(world, channel, 1, hour=34) == DispatchResult()
    assert dispatch(world, channel, 0, hour=34.2) == DispatchResult(sent=2)
    assert [notification.transition for notification in channel.received] == ["firing", "firing", "resolved"]


def test_one_channel_that_is_down_does_not_hold_the_other_up(database: Engine) -> None:
    world = World(database, routes=[{"notify": ["slack-pr", "console"]}])
    hit = world.mention(world.hour(9), keywords=("safety",))
    with writing(database) as connection:
        evaluate_batch(connection, world.applied, [hit], world.channels, world.hour(10))
    console = Channel()
    channels = {"slack-pr": Channel(DOWN), "console": console}
    assert dispatch_due(database, channels, world.hour(10)) == DispatchResult(sent=1, retried=1)
    assert len(console.received) == 1


def test_two_dispatchers_at_once_send_it_once(world: World) -> None:
    channel = Channel()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: dispatch(world, channel, 0), range(4)))
    assert sum(result.sent for result in results) == 1
    assert len(channel.received) == 1
