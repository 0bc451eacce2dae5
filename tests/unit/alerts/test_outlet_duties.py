"""What is overdue is told once, with the outlet and for how long, and resolves when it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from alerts.evaluation import evaluate_closed_steps
from alerts.message import render
from alerts.notification import Notification
from alerts.outlet_duties import Told, evaluate_outlets, plan
from alerts.reading import list_alerts
from alerts.tables import alert, outbox
from monitor.outlets.entering import take_over_outlets
from monitor.outlets.keeping import Check, Received, confirm_box, register, set_aside
from monitor.outlets.overdue import Overdue
from monitor.outlets.reading import waiting
from monitor.outlets.source import Outlet, TranscriptsSource
from monitor.store.database import reading, writing
from tests.conftest import NOW
from tests.unit.alerts.world import World

BOX, TRANSCRIPTION = "box-unconfirmed", "transcription-overdue"
#: 20:00 in Shanghai, in hours of the world's clock.
CHECK = 12


class Shops(World):
    def __init__(self, engine: Engine, number: int = 2, **more: Any) -> None:
        super().__init__(engine, **more)
        names = ("南京路店", "西单店", *(f"第 {n} 店" for n in range(3, 60)))
        outlets = tuple(Outlet(id=f"shop-{n + 1}", name=names[n]) for n in range(number))
        self.source = TranscriptsSource(id="counter", channel="counter", outlets=outlets)
        self.with_source(self.source)
        take_over_outlets(engine, self.applied.config, self.hour(0))

    def with_source(self, *found: TranscriptsSource) -> None:
        self.applied = replace(self.applied, config=self.applied.config.model_copy(update={"sources": found}))

    def look(self, hour: float) -> list[tuple[str, str, str]]:
        return list(evaluate_outlets(self.engine, self.applied, self.channels, self.hour(hour)))

    def empty(self, outlet: str, hour: float) -> None:
        at = self.hour(hour)
        day = (at + timedelta(hours=8)).date()
        with writing(self.engine) as connection:
            assert confirm_box(connection, "counter", outlet, Check(day, at, "li", 0)) is None

    def receive(self, outlet: str | None, hour: float, count: int = 1) -> None:
        at = self.hour(hour)
        received = Received("counter", outlet, "slip", at, at + timedelta(hours=24), f"{outlet}{hour}", count)
        with writing(self.engine) as connection:
            register(connection, received, f"{outlet}-", "li", at)

    def clear(self, outlet: str | None, hour: float) -> None:
        with writing(self.engine) as connection:
            for item in waiting(connection, "counter"):
                if item.outlet_id == outlet:
                    set_aside(connection, item.id, "blank", "li", self.hour(hour))

    def told(self) -> list[Notification]:
        return [Notification.from_json(row.payload) for row in self.rows(outbox)]

    def headlines(self, language: Literal["zh-CN", "en"] = "zh-CN") -> list[str]:
        return [render(replace(one, language=language)).headline for one in self.told()]


@pytest.fixture
def world(database: Engine) -> Shops:
    return Shops(database, routes=[{"notify": ["console"]}])


def test_boxes_that_nobody_confirmed_are_one_message_that_ends_when_all_are(world: Shops) -> None:
    assert world.look(CHECK) == []
    assert world.look(CHECK + 0.1) == [("counter", BOX, "firing")]
    assert world.look(CHECK + 0.2) == [], "once"
    assert world.headlines() == [
        "一般预警 · counter：意见箱未确认已清空：南京路店（逾期 6 分钟）；西单店（逾期 6 分钟）"
    ]
    world.empty("shop-1", CHECK + 1)
    assert world.look(CHECK + 1) == []
    world.empty("shop-2", CHECK + 2)
    assert world.look(CHECK + 2) == [("counter", BOX, "resolved")]
    assert [one.transition for one in world.told()] == ["firing", "resolved"]
    (row,) = world.rows(alert)
    assert (row.rule_id, row.severity, row.source_id, row.since) == (BOX, "minor", "counter", world.hour(CHECK))


def test_an_outlet_that_was_mended_and_is_overdue_again_is_told_again(world: Shops) -> None:
    world.look(CHECK + 0.1)
    world.empty("shop-1", CHECK + 1)
    world.look(CHECK + 1)
    assert world.look(CHECK + 24.1) == [("counter", BOX, "firing")], "the other one has been told of"
    assert "南京路店（逾期 6 分钟）" in world.headlines()[-1]
    assert "西单店" not in world.headlines()[-1]
    world.empty("shop-2", CHECK + 25)
    assert world.look(CHECK + 25) == [("counter", BOX, "resolved")]
    assert [row.state for row in world.rows(alert)] == ["resolved", "firing"]


def test_transcriptions_are_told_by_outlet_with_how_many_and_how_long(world: Shops) -> None:
    world.receive("shop-1", 0, 3)
    world.receive("shop-1", 2)
    world.receive(None, 1)
    for shop in ("shop-1", "shop-2"):
        world.empty(shop, 20)
    assert [change for change in world.look(27.5) if change[1] == TRANSCRIPTION] == [
        ("counter", TRANSCRIPTION, "firing")
    ]
    headline = world.headlines("en")[-1]
    assert headline == (
        "Minor alert · counter: not transcribed in time: 南京路店 4 (the oldest 3 h over); "
        "no outlet stated 1 (the oldest 2 h over)"
    )
    assert "Mend: type them in on the Outlets page" in "\n".join(render(replace(world.told()[-1], language="en")).facts)
    world.clear("shop-1", 28)
    assert world.look(28) == []
    world.clear(None, 29)
    assert world.look(29) == [("counter", TRANSCRIPTION, "resolved")]


def test_fifty_boxes_at_eight_in_the_evening_are_no_flood(database: Engine) -> None:
    world = Shops(database, 50, routes=[{"notify": ["console"]}])
    assert len(world.look(CHECK + 0.5)) == 1
    (headline,) = world.headlines()
    assert headline.endswith("另有 45 个网点")
    assert len(headline) < 200


def test_routes_may_name_a_duty(database: Engine) -> None:
    routes = [{"match": {"rule": BOX}, "notify": ["shops"]}, {"notify": ["console"], "ticket": "L1"}]
    world = Shops(database, routes=routes)
    world.look(CHECK + 1)
    assert [row.channel for row in world.rows(outbox)] == ["shops"]
    with reading(database) as connection:
        assert list_alerts(connection, sources=False) == [], "they are about no brand"
        assert list_alerts(connection)[0].ticket is None


def test_rules_leave_it_alone_and_it_ends_with_its_source(world: Shops) -> None:
    world.look(CHECK + 1)
    evaluate_closed_steps(world.engine, world.applied, world.channels, world.hour(CHECK + 2))
    assert [row.state for row in world.rows(alert)] == ["firing"]
    world.with_source(world.source.model_copy(update={"enabled": False}))
    assert world.look(CHECK + 3) == [("counter", BOX, "resolved")]
    assert world.look(CHECK + 4) == []


ids = st.sampled_from("abcdef")


@given(st.sets(ids), st.lists(st.sets(ids, min_size=1), max_size=4))
def test_every_overdue_outlet_stands_in_exactly_one_alert_or_is_announced(late: set[str], told: list[set[str]]) -> None:
    seen: set[str] = set()
    alerts = []
    for number, outlets in enumerate(told):
        if fresh := outlets - seen:
            alerts.append(Told(number, {}, frozenset(fresh)))
        seen |= outlets

    made = plan([Overdue(each, each, 1, NOW) for each in sorted(late)], alerts)
    announced = {each.outlet_id for each in made.announce}
    still = {each.alert_id: made.shrink.get(each.alert_id, each.still) for each in alerts}
    open_ = {outlet for number, left in still.items() if number not in made.resolve for outlet in left}
    assert announced | open_ == late
    assert announced & open_ == set()
    assert not plan(
        [Overdue(each, each, 1, NOW) for each in sorted(open_)],
        [Told(number, {}, left) for number, left in still.items() if number not in made.resolve],
    )
