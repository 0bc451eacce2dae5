from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from alerts.evaluation import EvaluationResult, evaluate_closed_steps
from alerts.notification import Notification
from alerts.tables import alert, alert_transition, evaluation, outbox, series_state, ticket
from tests.unit.alerts.world import FLOOD, SPIKE, World


def evaluate(world: World, now: datetime) -> EvaluationResult:
    return evaluate_closed_steps(world.engine, world.applied, world.channels, now)


def hours(world: World, first: int, last: int) -> list[str]:
    """The changes of state while the steps that end at hour first … last close one after the other."""
    return [
        f"{number}:{change.to_state}"
        for number in range(first, last + 1)
        for change in evaluate(world, world.closed(number)).transitions
    ]


def quiet(engine: Engine, *rules: dict[str, Any], routes: list[dict[str, Any]] | None = None) -> World:
    """Three days of 10 % negative, looked at once: the series is known, nothing has happened."""
    world = World(engine, *(rules or (SPIKE,)), routes=routes)
    world.steps(0, 72, 20, 2)
    evaluate(world, world.closed(72))
    return world


def test_a_shifted_ratio_becomes_one_alert_one_message_one_ticket_and_resolves(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 76, 20, 12)
    world.steps(76, 84, 20, 2)
    assert hours(world, 73, 84) == ["73:pending", "74:firing", "80:resolved"]

    (opened,) = world.rows(alert)
    assert (opened.state, opened.n, opened.k, opened.brand_id, opened.severity) == (
        "resolved",
        60,
        26,
        "xinghe",
        "major",
    )
    assert opened.expected == pytest.approx(6, abs=0.5)
    assert opened.since == world.hour(72), "the start of the first step that was judged true"
    assert (opened.fired_at, opened.resolved_at) == (world.closed(74), world.closed(80))
    assert opened.window_end - opened.window_start == 3 * 3600
    (opened_ticket,) = world.rows(ticket)
    assert opened_ticket.number == "FB20261104001"
    firing, resolved = [Notification.from_json(row.payload) for row in world.rows(outbox)]
    assert (firing.transition, firing.ticket, firing.n, firing.k) == ("firing", "FB20261104001", 60, 26)
    assert firing.baseline == pytest.approx(0.1, abs=0.01)
    assert firing.labels[0].name == "星河"
    assert resolved.transition == "resolved"
    assert resolved.idempotency_key == firing.idempotency_key.replace("/firing/", "/resolved/")
    assert [(row.from_state, row.to_state) for row in world.rows(alert_transition)] == [
        ("inactive", "pending"),
        ("pending", "firing"),
        ("firing", "resolved"),
    ]


def test_the_message_quotes_the_worst_of_the_window(database: Engine) -> None:
    world = quiet(database)
    world.mention(world.hour(73.2), text="一般般", negative=False)
    world.mention(world.hour(73.3), text="别的牌子坏了", brand="tianqiong")
    mild = world.mention(world.hour(73.4), text="有点烫", rating=0.25)
    worst = world.mention(world.hour(73.1), text="鼓包了", rating=0.0)
    world.mention(world.hour(73.5), text="鼓包了", rating=0.25)
    world.steps(72, 75, 20, 12)
    hours(world, 73, 75)
    (opened,) = world.rows(alert)
    assert opened.quotes == [worst, mild]
    (message,) = world.rows(outbox)
    assert [quote["text"] for quote in message.payload["quotes"]] == ["鼓包了", "有点烫"]


def test_a_rule_may_count_a_wave_of_reposts_once(database: Engine) -> None:
    world = quiet(database, {**SPIKE, "duplicates": "once"})
    world.steps(72, 75, 20, 12, once=(10, 2))
    hours(world, 73, 75)
    assert world.rows(alert) == []
    assert [(row.n, row.k) for row in world.rows(evaluation)][-1] == (30, 6)


def test_running_twice_changes_nothing(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 76, 20, 12)
    hours(world, 73, 75)
    before = world.snapshot()
    result = evaluate(world, world.closed(75) + timedelta(minutes=30))
    assert result == EvaluationResult(0, ())
    assert world.snapshot() == before


def test_every_evaluation_is_stored_with_its_figures(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 76, 20, 12)
    hours(world, 73, 76)
    rows = world.rows(evaluation)
    assert [(row.status, row.active, row.n, row.k) for row in rows] == [
        ("ok", True, 60, 16),
        ("ok", True, 60, 26),
        ("ok", True, 60, 36),
        ("ok", True, 60, 36),
    ]
    assert all(row.score > row.threshold and row.window_seconds == 10800 for row in rows)
    assert {row.config_version_id for row in rows} == {world.applied.version_id}


def test_catching_up_in_one_run_gives_the_same_as_step_by_step(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 74, 20, 12)
    result = evaluate(world, world.closed(74))
    assert result.evaluated == 2
    assert [change.to_state for change in result.transitions] == ["pending", "firing"]


def test_the_first_sight_of_a_series_never_pages(database: Engine) -> None:
    world = World(database, SPIKE)
    world.steps(0, 72, 20, 2)
    world.steps(72, 80, 20, 18)
    assert evaluate(world, world.closed(80)) == EvaluationResult(0, ())
    assert world.rows(alert) == []
    assert world.rows(evaluation) == []


def test_a_backfill_of_old_steps_never_pages(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 78, 20, 18)
    world.steps(78, 100, 20, 2)
    result = evaluate(world, world.closed(100))
    assert result.evaluated == 28
    assert world.rows(alert) == []
    assert "step too old to page" not in {row.reason for row in world.rows(alert_transition)}


def test_a_crisis_that_lasts_pages_after_a_pause_of_the_evaluator(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 100, 20, 12)
    result = evaluate(world, world.closed(100))
    assert [change.to_state for change in result.transitions] == ["pending", "firing"]
    (opened,) = world.rows(alert)
    assert opened.window_end == int(world.hour(97).timestamp())


def test_a_step_is_not_judged_before_it_has_closed(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 73, 20, 20)
    assert evaluate(world, world.closed(73) - timedelta(seconds=1)).evaluated == 0
    assert evaluate(world, world.closed(73)).evaluated == 1


def test_silence_of_the_sources_neither_fires_nor_resolves(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 75, 20, 12)
    assert hours(world, 73, 100) == ["73:pending", "74:firing"]
    assert [row.state for row in world.rows(alert)] == ["firing"]
    assert world.rows(series_state)[0].status == "no_data"


def test_a_young_series_only_warms_up(database: Engine) -> None:
    world = World(database, SPIKE)
    world.steps(0, 1, 20, 2)
    evaluate(world, world.closed(1))
    world.steps(1, 20, 20, 15)
    assert hours(world, 2, 20) == []
    assert {row.status for row in world.rows(evaluation)} == {"warm_up"}


def test_unattributed_mentions_and_unknown_brands_have_no_series(database: Engine) -> None:
    world = World(database, SPIKE)
    world.steps(0, 72, 20, 2, brand="unattributed")
    world.steps(0, 72, 20, 2, brand="gone")
    evaluate(world, world.closed(72))
    assert world.rows(series_state) == []


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ((), [{}]),
        (("brand",), [{"brand": "tianqiong"}, {"brand": "xinghe"}]),
        (("source",), [{"source": "forum"}, {"source": "shop"}]),
        (
            ("source", "brand"),
            [{"brand": "tianqiong", "source": "forum"}, {"brand": "xinghe", "source": "shop"}],
        ),
    ],
)
def test_a_rule_has_a_series_for_each_combination_of_its_labels(
    database: Engine, by: tuple[str, ...], labels: list[dict[str, str]]
) -> None:
    world = World(database, {**SPIKE, "by": by})
    world.steps(0, 72, 20, 2)
    world.steps(0, 72, 10, 1, brand="tianqiong", source="forum")
    evaluate(world, world.closed(72))
    found = [row.labels for row in world.rows(series_state)]
    assert sorted(found, key=str) == labels
    evaluate(world, world.closed(73))
    assert sum(row.n for row in world.rows(evaluation)) == 60


def test_a_crisis_at_one_brand_leaves_the_other_alone(database: Engine) -> None:
    world = World(database, SPIKE)
    world.steps(0, 72, 20, 2)
    world.steps(0, 90, 20, 2, brand="tianqiong")
    evaluate(world, world.closed(72))
    world.steps(72, 76, 20, 12)
    hours(world, 73, 76)
    assert [row.brand_id for row in world.rows(alert)] == ["xinghe"]


def test_two_evaluators_at_once_open_one_episode(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 75, 20, 12)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: evaluate(world, world.closed(75)), range(4)))
    assert sorted(result.evaluated for result in results) == [0, 0, 0, 3]
    assert len(world.rows(alert)) == 1
    assert len(world.rows(outbox)) == 1
    assert len(world.rows(ticket)) == 1


def test_a_pending_that_came_to_nothing_belongs_to_no_alert(database: Engine) -> None:
    world = quiet(database, {**SPIKE, "params": {"window": "1h", "lag": "6h", "warm_up": "24h", "z": 1.96}})
    world.steps(72, 73, 20, 18)
    world.steps(73, 74, 20, 2)
    world.steps(74, 76, 20, 18)
    assert hours(world, 73, 76) == ["73:pending", "74:inactive", "75:pending", "76:firing"]
    (opened,) = world.rows(alert)
    assert opened.since == world.hour(74)
    linked = [(row.to_state, row.alert_id) for row in world.rows(alert_transition)]
    assert linked == [("pending", None), ("inactive", None), ("pending", opened.id), ("firing", opened.id)]


def test_an_alert_whose_rule_is_gone_is_resolved(database: Engine) -> None:
    world = quiet(database)
    world.steps(72, 75, 20, 12)
    hours(world, 73, 75)
    other = World(database, FLOOD)
    result = evaluate(other, world.closed(76))
    assert [(change.to_state, change.reason) for change in result.transitions] == [
        ("resolved", "its rule or brand left the configuration")
    ]
    assert [row.transition for row in world.rows(outbox)] == ["firing", "resolved"]
    assert [row.state for row in world.rows(alert)] == ["resolved"]


def test_an_alert_without_a_route_is_still_recorded(database: Engine) -> None:
    world = quiet(database, routes=[{"match": {"severity": "critical"}, "notify": ["console"]}])
    world.steps(72, 75, 20, 12)
    hours(world, 73, 75)
    assert [row.state for row in world.rows(alert)] == ["firing"]
    assert world.rows(outbox) == []
    assert world.rows(ticket) == []


def test_a_channel_that_operator_yaml_lacks_gets_its_message_queued(database: Engine) -> None:
    world = quiet(database, routes=[{"notify": ["slack-pr"]}])
    world.steps(72, 75, 20, 12)
    hours(world, 73, 75)
    assert [(row.channel, row.state) for row in world.rows(outbox)] == [("slack-pr", "queued")]


def test_a_ceiling_also_holds_at_the_close_of_a_step_and_clears_there(database: Engine) -> None:
    world = quiet(database, {**FLOOD, "for": 1, "clear": 2})
    world.steps(72, 73, 9, 3)
    world.steps(73, 76, 9, 0)
    assert hours(world, 73, 76) == ["73:firing", "75:resolved"]


def test_a_later_episode_has_a_new_alert_and_new_keys(database: Engine) -> None:
    world = quiet(database, {**FLOOD, "for": 1, "clear": 1})
    for start in (72, 75):
        world.steps(start, start + 1, 9, 5)
        world.steps(start + 1, start + 3, 9, 0)
    assert hours(world, 73, 78) == ["73:firing", "74:resolved", "76:firing", "77:resolved"]
    assert [row.episode for row in world.rows(alert)] == [1, 2]
    assert len({row.idempotency_key for row in world.rows(outbox)}) == 4
    assert [row.number for row in world.rows(ticket)] == ["FB20261104001", "FB20261104002"]
