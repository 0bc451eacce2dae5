"""The alert of a source: once, to whom the routes say, and resolved by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from alerts.evaluation import evaluate_closed_steps
from alerts.message import render
from alerts.notification import Notification
from alerts.reading import list_alerts
from alerts.source_health import evaluate_sources, wanted
from alerts.state import SeriesState
from alerts.tables import alert, alert_transition, outbox
from monitor.config.schema import Source
from monitor.config.versions import Applied
from monitor.health.decision import Health
from monitor.health.measures import Measures
from monitor.health.store import health_of, save
from monitor.store.database import reading, writing
from tests.unit.alerts.world import World

GAP = {"gaps": [{"kind": "review", "field": "author", "missing": 12, "items": 12}]}


class Sources(World):
    def __init__(self, engine: Engine, **more: Any) -> None:
        super().__init__(engine, **more)
        self.applied = self.with_sources(Source(id="shop", kind="feed"))

    def with_sources(self, *found: Source) -> Applied:
        return replace(self.applied, config=self.applied.config.model_copy(update={"sources": found}))

    def health(self, state: Any, cause: Any, facts: dict[str, Any] | None = None, *, alarming: bool = False) -> None:
        found = Health(state, cause, self.hour(1), facts or {}, alarming)
        measured = Measures(every=timedelta(minutes=30), last_item=self.hour(0))
        with writing(self.engine) as connection:
            save(connection, "shop", found, measured, self.hour(2))

    def look(self, hour: float) -> list[tuple[str, str]]:
        return list(evaluate_sources(self.engine, self.applied, self.channels, self.hour(hour)))

    def told(self) -> list[Notification]:
        return [Notification.from_json(row.payload) for row in self.rows(outbox)]


@pytest.fixture
def world(database: Engine) -> Sources:
    return Sources(database, routes=[{"notify": ["console"]}])


def test_a_changed_source_is_told_once_and_resolves_by_itself(world: Sources) -> None:
    world.health("changed", "fields", GAP, alarming=True)
    assert world.look(2) == [("shop", "firing")]
    assert world.look(2.2) == []
    (row,) = world.rows(alert)
    assert (row.rule_id, row.severity, row.source_id, row.brand_id) == ("source-health", "minor", "shop", None)
    assert (row.since, row.labels, row.quotes) == (world.hour(1), {"source": "shop"}, [])
    world.health("failing", "failing", {"reason": "timeout", "failures": 1})
    assert world.look(3) == [], "one failure is no mend"
    world.health("ok", "ok")
    assert world.look(4) == [("shop", "resolved")]
    assert [(one.transition, one.idempotency_key.count("source-health")) for one in world.told()] == [
        ("firing", 1),
        ("resolved", 1),
    ]
    world.health("blocked", "blocked", {"reason": "forbidden"}, alarming=True)
    assert world.look(5) == [("shop", "firing")]
    assert [found.episode for found in world.rows(alert)] == [1, 2]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_message_names_all_that_somebody_needs(world: Sources, language: Any) -> None:
    world.health("changed", "fields", GAP, alarming=True)
    world.look(2)
    message = render(replace(world.told()[0], language=language))
    text = "\n".join((message.headline, *message.facts))
    words = {
        "zh-CN": (
            "一般预警 · shop",
            "布局已变",
            "12 条评价有 12 条缺少作者",
            "2026-11-01 09:00",
            "08:00",
            "处理：",
            "discover",
        ),
        "en": ("Minor alert · shop", "layout changed", "12 of 12 reviews lack an author", "09:00", "08:00", "Mend: "),
    }
    assert [word for word in words[language] if word not in text] == []
    assert message.quotes == ()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("too many requests (Retry-After: 60)", "来源被拒绝：来源拒绝访问（请求过多（Retry-After：60））"),
        ("robots.txt unreachable: timeout", "来源被拒绝：来源拒绝访问（读不到 robots.txt，因此不抓取：超时）"),
        ("what nobody translated", "来源被拒绝：来源拒绝访问（what nobody translated）"),
    ],
)
def test_a_run_s_reason_is_said_in_the_language_of_the_message(world: Sources, reason: str, said: str) -> None:
    world.health("blocked", "blocked", {"reason": reason}, alarming=True)
    world.look(2)
    assert render(world.told()[0]).summary == said
    assert reason in render(replace(world.told()[0], language="en")).summary


def test_routes_may_name_it(database: Engine) -> None:
    routes = [{"match": {"rule": "source-health"}, "notify": ["ops"]}, {"notify": ["console"], "ticket": "L1"}]
    world = Sources(database, routes=routes)
    world.health("late", "silence", {"expected": 30, "probability": 1e-9, "threshold": 1e-4}, alarming=True)
    world.look(2)
    assert [row.channel for row in world.rows(outbox)] == ["ops"]
    with reading(database) as connection:
        assert list_alerts(connection)[0].ticket is None


def test_what_is_overdue_for_a_moment_is_not_told(world: Sources) -> None:
    world.health("late", "overdue", {"every": 1800.0}, alarming=True)
    assert world.look(2) == [("shop", "pending")]
    world.health("ok", "ok")
    assert world.look(2.2) == [("shop", "inactive")]
    world.health("late", "overdue", {"every": 1800.0}, alarming=True)
    assert [world.look(hour) for hour in (3, 3.2)] == [[("shop", "pending")], [("shop", "firing")]]
    assert [(row.from_state, row.to_state) for row in world.rows(alert_transition) if row.alert_id] == [
        ("inactive", "pending"),
        ("pending", "firing"),
    ]


def test_rules_leave_it_alone_until_its_source_is_gone(world: Sources) -> None:
    world.health("changed", "fields", GAP, alarming=True)
    world.look(2)
    evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(3))
    assert world.rows(alert)[0].state == "firing"
    world.applied = world.with_sources(Source(id="shop", kind="feed", enabled=False))
    assert world.look(3) == [("shop", "resolved")]
    assert world.look(4) == []
    assert world.rows(alert)[0].state == "resolved"


@pytest.mark.parametrize(
    ("before", "state", "alarming", "change"),
    [
        ("inactive", "ok", False, None),
        ("inactive", "failing", False, None),
        ("inactive", "failing", True, "firing"),
        ("firing", "failing", True, None),
        ("firing", "unavailable", False, None),
        ("firing", "empty", False, "resolved"),
        ("pending", "unavailable", False, "inactive"),
    ],
)
def test_the_state_machine(world: Sources, before: Any, state: Any, alarming: bool, change: str | None) -> None:
    world.health(state, "failing", {"reason": "timeout", "failures": 3}, alarming=alarming)
    with reading(world.engine) as connection:
        found = health_of(connection, "shop")
    assert found is not None
    assert wanted(SeriesState(before), found) == change
