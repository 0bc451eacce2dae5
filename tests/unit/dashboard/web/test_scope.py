from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dashboard.web.scope import PERIODS, Scope, make_scope
from monitor.config.load import parse_config
from monitor.store.database import writing
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site


def scope_of(now: datetime, step: str, period: str) -> Scope:
    config = parse_config(stories.CONFIG.replace("{step: 1m,", f"{{step: {step},"), stories.KINDS)
    return make_scope(config, now, brand="*", source="", period=period, compare="", default_period="24h")


@pytest.mark.parametrize("period", list(PERIODS))
@pytest.mark.parametrize("step", ["1m", "5m", "1h", "6h", "1d"])
@pytest.mark.parametrize("late", [0, 1, 1799, 3599])
def test_every_period_holds_at_least_two_steps_that_are_over(now: datetime, step: str, period: str, late: int) -> None:
    at = now + timedelta(seconds=late)
    scope = scope_of(at, step, period)
    closed = (at - scope.since) // timedelta(seconds=scope.bucket)
    assert closed >= 2
    assert scope.until - scope.since >= PERIODS[period]


def test_a_period_that_was_made_longer_says_so(now: datetime) -> None:
    assert scope_of(now, "1h", "1h").widened == timedelta(hours=3)
    assert scope_of(now, "1h", "6h").widened is None
    assert scope_of(now, "1m", "1h").widened is None
    assert scope_of(now, "1d", "24h").widened == timedelta(days=3)


def test_the_page_says_what_it_shows_where_steps_are_too_long(site: Site, now: datetime) -> None:
    assert "Counted in steps" not in site.client.get("/?period=1h").text
    with writing(site.engine) as connection:
        stories.add_configuration(connection, now, stories.CONFIG.replace("{step: 1m,", "{step: 1h,"))
    for address in ("/?period=1h", "/mentions?period=1h"):
        assert "Counted in steps of 1 h: shows the last 3 h" in site.client.get(address).text, address
    assert "Counted in steps" not in site.client.get("/?period=6h").text
    window = "/mentions?period=1h&since=2026-11-23T11:50:00Z&until=2026-11-23T12:00:00Z"
    assert "Counted in steps" not in site.client.get(window).text, "an exact window is not made longer"
