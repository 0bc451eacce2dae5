from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, insert

from alerts.evaluation import evaluate_batch, evaluate_closed_steps
from alerts.notification import Notification
from alerts.tables import alert, evaluation, outbox, series_state, ticket
from monitor.store.database import writing
from monitor.store.tables import mention_subject
from tests.unit.alerts.world import FLOOD, World


def batch(world: World, ids: Collection[int], now: datetime) -> int:
    with writing(world.engine) as connection:
        return evaluate_batch(connection, world.applied, ids, world.channels, now)


def test_the_first_hit_of_a_crisis_word_fires_at_once(database: Engine) -> None:
    world = World(database)
    hit = world.mention(world.hour(9), text="手机起火了", keywords=("safety",))
    assert batch(world, [hit], world.hour(10)) == 1
    (opened,) = world.rows(alert)
    assert (opened.rule_id, opened.severity, opened.labels) == (
        "crisis-word",
        "critical",
        {"brand": "xinghe", "keyword": "safety"},
    )
    assert (opened.n, opened.k, opened.quotes) == (1, 1, [hit])
    (message,) = world.rows(outbox)
    assert Notification.from_json(message.payload).quotes[0].text == "手机起火了"
    assert len(world.rows(ticket)) == 1
    assert len(world.rows(evaluation)) == 1


def test_further_hits_join_the_open_episode_and_are_counted_anew(database: Engine) -> None:
    world = World(database)
    first = world.mention(world.hour(9), keywords=("safety",))
    batch(world, [first], world.hour(10))
    second = world.mention(world.hour(10.5), keywords=("safety",), negative=False)
    assert batch(world, [first, second], world.hour(11)) == 0
    assert batch(world, [second], world.hour(11)) == 0
    (opened,) = world.rows(alert)
    assert (opened.n, opened.k) == (2, 1)
    assert len(world.rows(outbox)) == 1


def test_a_quiet_day_ends_the_episode_and_the_next_hit_opens_another(database: Engine) -> None:
    world = World(database)
    batch(world, [world.mention(world.hour(9), keywords=("safety",))], world.hour(10))

    def evaluate(hour: float) -> list[str]:
        result = evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(hour))
        return [change.to_state for change in result.transitions]

    assert evaluate(33.9) == []
    assert evaluate(34.1) == ["resolved"]
    assert evaluate(34.2) == []
    batch(world, [world.mention(world.hour(35), keywords=("safety",))], world.hour(35))
    assert [(row.episode, row.state) for row in world.rows(alert)] == [(1, "resolved"), (2, "firing")]
    assert [row.transition for row in world.rows(outbox)] == ["firing", "resolved", "firing"]


@pytest.mark.parametrize("hours_old", [24.1, None])
def test_old_and_undated_mentions_never_page(database: Engine, hours_old: float | None) -> None:
    world = World(database, FLOOD)
    published = None if hours_old is None else world.hour(48 - hours_old)
    ids = [world.mention(published, keywords=("safety",)) for _ in range(5)]
    assert batch(world, ids, world.hour(48)) == 0
    assert world.rows(series_state) == []


def test_a_clock_ahead_of_ours_does_not_hide_a_hit(database: Engine) -> None:
    world = World(database)
    ahead = world.mention(world.hour(10) + timedelta(minutes=5), keywords=("safety",))
    assert batch(world, [ahead], world.hour(10)) == 1
    assert [row.n for row in world.rows(alert)] == [1]


def test_a_keyword_without_severity_never_pages(database: Engine) -> None:
    world = World(database)
    assert batch(world, [world.mention(world.hour(9), keywords=("refund",))], world.hour(10)) == 0


def test_a_word_about_our_brand_is_none_of_our_crisis_in_a_text_about_another(database: Engine) -> None:
    world = World(database)
    other = world.mention(world.hour(9), keywords=("recall",), brand="tianqiong")
    nobody = world.mention(world.hour(9), keywords=("recall",), brand="unattributed")
    assert batch(world, [other, nobody], world.hour(10)) == 0
    assert world.rows(series_state) == []
    ours = world.mention(world.hour(9), keywords=("recall",))
    assert batch(world, [other, nobody, ours], world.hour(10)) == 1
    (opened,) = world.rows(alert)
    assert (opened.brand_id, opened.n, opened.quotes) == ("xinghe", 1, [ours])
    (message,) = world.rows(outbox)
    assert message.payload["links"]["mentions"].startswith("/mentions?brand=xinghe&keyword=recall&since=")


def test_a_text_about_both_brands_counts_for_the_brand_of_the_word(database: Engine) -> None:
    world = World(database)
    both = world.mention(world.hour(9), keywords=("recall", "safety"), brand="tianqiong")
    with writing(database) as connection:
        connection.execute(insert(mention_subject).values(mention_id=both, brand_id="xinghe"))
    assert batch(world, [both], world.hour(10)) == 3
    opened = [(row.labels["keyword"], row.brand_id) for row in world.rows(alert)]
    assert sorted(opened) == [("recall", "xinghe"), ("safety", "tianqiong"), ("safety", "xinghe")]


def test_since_is_the_publishing_of_the_first_hit(database: Engine) -> None:
    world = World(database)
    ids = [world.mention(world.hour(hour), keywords=("safety",)) for hour in (9, 8.5, 9.5)]
    batch(world, ids, world.hour(10))
    (opened,), (message,) = world.rows(alert), world.rows(outbox)
    assert opened.since == world.hour(8.5) == Notification.from_json(message.payload).since
    batch(world, [world.mention(world.hour(10.2), keywords=("recall",))], world.hour(10))
    assert world.rows(alert)[-1].since == world.hour(10), "never in the future"


def test_since_of_a_ceiling_is_the_mention_that_reached_it(database: Engine) -> None:
    world = World(database, FLOOD)
    batch(world, [world.mention(world.hour(9.5 + number / 10)) for number in range(5)], world.hour(10))
    (opened,) = world.rows(alert)
    assert (opened.k, opened.since) == (5, world.hour(9.7))


def test_a_ceiling_may_count_copies_once(database: Engine) -> None:
    world = World(database, {**FLOOD, "duplicates": "once"})
    first = world.mention(world.hour(9.5))
    copies = [world.mention(world.hour(9.6), duplicate_of=first) for _ in range(5)]
    assert batch(world, [first, *copies], world.hour(10)) == 0
    assert batch(world, [world.mention(world.hour(9.7)), world.mention(world.hour(9.8))], world.hour(10)) == 1
    (opened,) = world.rows(alert)
    assert (opened.n, opened.k, opened.since) == (3, 3, world.hour(9.8))


def test_the_message_links_to_the_frozen_window(database: Engine) -> None:
    world = World(database, FLOOD)
    batch(world, [world.mention(world.hour(9.5 + number / 10)) for number in range(3)], world.hour(10))
    (opened,), (message,) = world.rows(alert), world.rows(outbox)
    values = parse_qs(urlsplit(message.payload["links"]["mentions"]).query)
    since, until = (int(datetime.fromisoformat(values[name][0]).timestamp()) for name in ("since", "until"))
    assert (since, until) == (opened.window_start, opened.window_end)
    assert values["dated"] == ["1"]
    assert values["brand"] == [opened.brand_id or "*"]


def test_an_unattributed_crisis_word_stays_open_until_it_is_quiet(database: Engine) -> None:
    world = World(database)
    batch(world, [world.mention(world.hour(9), keywords=("safety",), brand="unattributed")], world.hour(10))
    evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(12))
    assert [row.state for row in world.rows(alert)] == ["firing"]


def test_a_ceiling_fires_when_its_limit_is_reached(database: Engine) -> None:
    world = World(database, FLOOD)
    two = [world.mention(world.hour(9.5)), world.mention(world.hour(9.6))]
    happy = world.mention(world.hour(9.6), negative=False)
    early = world.mention(world.hour(8.9))
    assert batch(world, [*two, happy, early], world.hour(10)) == 0
    assert batch(world, [world.mention(world.hour(9.9))], world.hour(10)) == 1
    (opened,) = world.rows(alert)
    assert (opened.rule_id, opened.n, opened.k, opened.score) == ("flood", 4, 3, 3.0)
    assert batch(world, [world.mention(world.hour(9.95))], world.hour(10)) == 0
    assert len(world.rows(alert)) == 1


def test_a_step_from_before_a_ceiling_fired_does_not_clear_it(database: Engine) -> None:
    world = World(database, {**FLOOD, "clear": 1})
    world.steps(0, 9, 5, 0)
    ids = [world.mention(world.hour(9.9)) for _ in range(3)]
    assert batch(world, ids, world.hour(10.05)) == 1
    evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(10.2))
    assert [row.state for row in world.rows(alert)] == ["firing"]
    world.steps(9, 10, 3, 3)
    result = evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(11.2))
    assert [change.to_state for change in result.transitions] == ["resolved"]


def test_a_failed_transaction_leaves_neither_alert_nor_message(database: Engine) -> None:
    world = World(database)
    hit = world.mention(world.hour(9), keywords=("safety",))

    def killed() -> None:
        with writing(database) as connection:
            evaluate_batch(connection, world.applied, [hit], world.channels, world.hour(10))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed()
    assert world.snapshot() == {name: [] for name in world.snapshot()}
    assert batch(world, [hit], world.hour(10)) == 1


def test_two_workers_at_once_open_one_episode_of_each_word(database: Engine) -> None:
    world = World(database, FLOOD)
    ids = [world.mention(world.hour(9.9), keywords=("safety", "recall")) for _ in range(6)]
    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(lambda mention_id: batch(world, [mention_id], world.hour(10)), ids))
    assert sum(fired) == 3
    assert len(world.rows(alert)) == 3
    assert len({row.number for row in world.rows(ticket)}) == 3


def test_a_big_batch_stays_within_the_parameter_limits(sqlite_database: Engine) -> None:
    world = World(sqlite_database)
    hit = world.mention(world.hour(9), keywords=("safety",))
    assert batch(world, range(hit, hit + 40_000), world.hour(10)) == 1


def test_a_route_names_a_crisis_word_by_its_keyword(database: Engine) -> None:
    routes: list[dict[str, Any]] = [
        {"match": {"rule": "safety"}, "notify": ["console"], "ticket": "L3"},
        {"ticket": "L1"},
    ]
    world = World(database, routes=routes)
    batch(world, [world.mention(world.hour(9), keywords=("safety",))], world.hour(10))
    batch(world, [world.mention(world.hour(9), keywords=("recall",))], world.hour(10))
    assert [row.level for row in world.rows(ticket)] == ["L3", "L1"]
    assert [row.channel for row in world.rows(outbox)] == ["console"]
