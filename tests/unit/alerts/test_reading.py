from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from alerts.dispatch import dispatch_due
from alerts.evaluation import evaluate_batch, evaluate_closed_steps
from alerts.reading import alert_detail, list_alerts, open_counts
from monitor.store.database import reading, writing
from tests.unit.alerts.world import SPIKE, World


def eventful(engine: Engine) -> World:
    """A spike of xinghe that fired at hour 74, and a crisis word of tianqiong at hour 80."""
    world = World(engine, SPIKE)
    world.steps(0, 72, 20, 2)
    for closed in range(72, 76):
        evaluate_closed_steps(engine, world.applied, world.channels, world.closed(closed))
        world.steps(closed, closed + 1, 20, 12)
    hit = world.mention(world.hour(79), brand="tianqiong", keywords=("safety",))
    with writing(engine) as connection:
        evaluate_batch(connection, world.applied, [hit], world.channels, world.hour(80))
    return world


def test_lists_are_newest_first_and_filter(database: Engine) -> None:
    world = eventful(database)
    with reading(database) as connection:
        assert [found.rule for found in list_alerts(connection)] == ["crisis-word", "spike"]
        assert [found.rule for found in list_alerts(connection, brand="xinghe")] == ["spike"]
        assert list_alerts(connection, state="resolved") == []
        assert len(list_alerts(connection, limit=1)) == 1
        assert len(list_alerts(connection, since=world.hour(78))) == 2, "one still fires"
        assert open_counts(connection) == {"critical": 1, "major": 1}
    evaluate_closed_steps(database, world.applied, world.channels, world.hour(110))
    with reading(database) as connection:
        assert open_counts(connection) == {"major": 1}
        assert [found.rule for found in list_alerts(connection, state="resolved")] == ["crisis-word"]
        later = world.hour(110) + timedelta(seconds=1)
        assert [found.rule for found in list_alerts(connection, since=later)] == ["spike"]


def test_the_detail_tells_the_whole_story(database: Engine) -> None:
    world = eventful(database)
    dispatch_due(database, {}, world.hour(80))
    with reading(database) as connection:
        (spike,) = list_alerts(connection, brand="xinghe")
        detail = alert_detail(connection, spike.id)
    assert detail is not None
    assert detail.alert == spike
    assert (spike.series, spike.ticket, spike.ticket_state) == ("brand=xinghe", "FB20261104001", "open")
    assert spike.baseline is not None
    assert 0.09 < spike.baseline < 0.11
    assert [(change.from_state, change.to_state) for change in detail.transitions] == [
        ("inactive", "pending"),
        ("pending", "firing"),
    ]
    assert detail.transitions[0].at == world.closed(73)
    assert [evaluated.k for evaluated in detail.evaluations] == [16, 26, 36]
    (sent,) = detail.deliveries
    assert (sent.channel, sent.transition, sent.state, sent.attempts) == ("console", "firing", "queued", 1)


def test_an_unknown_alert_is_none(sqlite_database: Engine) -> None:
    with reading(sqlite_database) as connection:
        assert alert_detail(connection, 1) is None
