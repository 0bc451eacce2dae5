"""How a source is: one case a state, and what never happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health.decision import Health, decide
from monitor.health.measures import Delay, Measures, Run
from monitor.health.week import HOUR, WEEK, learn

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


def run(minutes: float = 10, state: str = "done", items: int = 20, **more: Any) -> Run:
    """A crawl that ended so many minutes ago; all its items have an author."""
    fill = more.pop("fill", {"review": {"items": items, "author": items}} if items else {})
    return Run(state, NOW - timedelta(minutes=minutes), fetched=more.pop("fetched", items), pages=1, fill=fill, **more)


def runs(number: int, first: float = 40) -> tuple[Run, ...]:
    return tuple(run(first + 30 * index) for index in range(number))


def judged(*history: Run, before: Health | None = None, **more: Any) -> Health:
    return decide(Measures(every=EVERY, runs=history, **more), before, UTC, NOW)


def steady(last: datetime) -> dict[str, Any]:
    """Eight weeks with an item in every hour, up to ``last``."""
    end = int(last.timestamp()) // HOUR * HOUR + HOUR
    counts = dict.fromkeys(range(end - 8 * WEEK, end, HOUR), 1)
    return {"last_item": last, "week": learn(counts, end - 8 * WEEK, end, UTC)}


def test_never_ok_and_empty() -> None:
    assert judged().state == "never"
    assert judged(run()).state == "ok"
    assert judged(run(state="empty", items=0)).state == "empty"


@pytest.mark.parametrize("state", ["blocked", "unavailable"])
def test_a_refusal_has_its_reason_and_its_beginning(state: str) -> None:
    found = judged(run(10, state, 0, reason="forbidden"), run(40, state, 0, reason="robots.txt"), run(70))
    assert (found.state, found.facts["reason"]) == (state, "forbidden")
    assert found.since == NOW - timedelta(minutes=40)
    assert found.alarming is (state == "blocked")


@pytest.mark.parametrize(("failures", "alarming"), [(1, False), (2, False), (3, True)])
def test_the_third_failure_alarms(failures: int, alarming: bool) -> None:
    failed = tuple(run(10 + 30 * index, "failed", 0, reason="timeout") for index in range(failures))
    found = judged(*failed, *runs(5, 200), failures=failures)
    assert (found.state, found.alarming) == ("failing", alarming)


def test_a_lost_field_is_a_changed_layout_with_what_is_missing() -> None:
    lost = run(10, fill={"review": {"items": 20}})
    found = judged(lost, *runs(5))
    assert (found.state, found.cause, found.alarming) == ("changed", "fields", True)
    assert found.facts["gaps"] == [{"kind": "review", "field": "author", "missing": 20, "items": 20}]
    assert found.since == lost.finished_at


def test_what_went_missing_stays_usual_for_two_weeks_and_is_then_given_up() -> None:
    lost = tuple(run(10 + 30 * index, fill={"review": {"items": 20}}) for index in range(70))
    first = judged(*lost[-1:], *runs(5, 3000))
    assert first.state == "changed"
    later = judged(*lost, before=first)
    assert (later.state, later.since) == ("changed", first.since), "the runs before have been forgotten"
    old = Health("changed", "fields", NOW - timedelta(days=15), usual=first.usual)
    assert judged(*lost, before=old).state == "ok"
    assert judged(run(5), *lost, before=first).state == "ok", "it is back"


def test_a_crawl_that_can_use_nothing_is_changed_and_not_failing() -> None:
    broken = run(10, "failed", 0, fetched=3, rejected={"layout not recognised": 3}, reason="all 3 items rejected")
    found = judged(broken, *runs(5), failures=1)
    assert (found.state, found.cause) == ("changed", "unreadable")
    other = run(10, "failed", 0, fetched=3, rejected={"bad date": 3}, reason="all 3 items rejected")
    assert judged(other, *runs(5), failures=1).state == "failing"


def test_pages_without_any_item_where_there_always_were_some() -> None:
    nothing = [run(10 + 30 * index, items=0) for index in range(2)]
    assert judged(nothing[0], *runs(30)).state == "ok", "once in thirty-two times is no proof"
    found = judged(*nothing, *runs(30, 100))
    assert (found.state, found.cause, found.facts["runs"]) == ("changed", "no_items", 2)
    listing = [run(100 + 30 * index, items=20 if index % 3 else 0) for index in range(30)]
    assert judged(*nothing, *listing).state == "ok", "a listing without news is nothing new"


def test_an_hour_without_items_where_there_always_were_some() -> None:
    last = NOW - timedelta(hours=3)
    found = judged(run(), **steady(last))
    assert (found.state, found.cause) == ("changed", "empty_hour")
    assert found.since == NOW - timedelta(hours=2)
    assert judged(run(), **steady(NOW - timedelta(minutes=90))).state == "ok", "the hour has just ended"
    slow = Delay(60, 3 * HOUR, 100)
    assert judged(run(), delay=slow, **steady(last)).state == "ok", "its items come in late anyway"


def test_an_improbable_silence_is_late_and_says_how_improbable() -> None:
    last = NOW - timedelta(days=3)
    end = int(last.timestamp()) // HOUR * HOUR + HOUR
    counts = {hour: 1 for hour in range(end - 8 * WEEK, end, HOUR) if hour // HOUR % 5}
    week = learn(counts, end - 8 * WEEK, end, UTC)
    found = judged(run(), last_item=last, week=week)
    assert (found.state, found.cause, found.since) == ("late", "silence", last)
    assert found.facts["probability"] < found.facts["threshold"]
    assert judged(run(4000), last_item=last, week=week).state == "ok", "nobody has looked since"


def test_overdue_comes_before_everything() -> None:
    due = NOW - 3 * EVERY
    found = judged(run(200, "blocked", 0), due_at=due)
    assert (found.state, found.cause, found.since, found.alarming) == ("late", "overdue", due, True)
    assert judged(run(), due_at=NOW - 2 * EVERY).state == "ok"
    assert judged(due_at=due).state == "late", "even a source that was never read"


RUNS = st.builds(
    run,
    st.floats(0, 1e5),
    st.sampled_from(["done", "failed", "blocked", "empty", "unavailable"]),
    st.integers(0, 40),
    rejected=st.dictionaries(st.sampled_from(["no text", "bad date"]), st.integers(0, 40)),
)


@given(st.lists(RUNS, max_size=40), st.integers(0, 10), st.floats(0, 60 * 24 * 60))
def test_every_history_has_one_state_that_began_in_the_past(history: list[Run], failures: int, ago: float) -> None:
    ordered = sorted(history, key=lambda one: one.finished_at, reverse=True)
    more = steady(NOW - timedelta(minutes=ago))
    first = judged(*ordered, failures=failures, **more)
    again = judged(*ordered, failures=failures, before=first, **more)
    assert first.since <= NOW
    assert (again.state, again.cause, again.facts) == (first.state, first.cause, first.facts)
    assert again.since <= first.since
