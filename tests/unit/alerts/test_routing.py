from __future__ import annotations

from typing import Any

from alerts.routing import Routing, route
from monitor.config.schema import Route, Severity


def decide(routes: list[dict[str, Any]], severity: Severity = "major", brand: str | None = "xinghe") -> Routing:
    parsed = [Route.model_validate(one) for one in routes]
    return route(parsed, {"slack-pr", "console"}, severity=severity, rule="spike", brand=brand)


def test_the_first_route_that_matches_decides_alone() -> None:
    routes: list[dict[str, Any]] = [
        {"match": {"severity": "critical"}, "notify": ["sms"], "ticket": "L1"},
        {"match": {"severity": "major", "rule": "spike"}, "notify": ["slack-pr"], "ticket": "L2"},
        {"notify": ["console"]},
    ]
    assert decide(routes) == Routing(("slack-pr",), "L2", "route 2")
    assert decide(routes, "critical") == Routing(("sms",), "L1", "route 1")
    assert decide(routes, "minor") == Routing(("console",), None, "route 3")


def test_every_stated_condition_must_hold() -> None:
    routes = [{"match": {"severity": "major", "brand": "tianqiong"}, "notify": ["console"]}]
    assert decide(routes) == Routing((), None, "no route matches")
    assert decide(routes, brand=None) == Routing((), None, "no route matches")
    assert decide(routes, brand="tianqiong").channels == ("console",)


def test_without_any_route_every_channel_hears_of_it() -> None:
    assert decide([]) == Routing(("console", "slack-pr"), None, "no routes: every channel")


def test_a_channel_named_twice_is_told_once() -> None:
    assert decide([{"notify": ["console", "console"]}]).channels == ("console",)
