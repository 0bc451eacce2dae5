"""How a source is that nobody asks: one case a state, and what is not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.health.decision import Health, decide
from monitor.health.measures import Delay, Duty, Inbox, Measures, Refused, Run
from monitor.health.week import HOUR, WEEK, learn

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def stored(hours: float, state: str = "done", **more: Any) -> Run:
    return Run(state, NOW - timedelta(hours=hours), fetched=3, **more)


def steady(hours: float) -> dict[str, Any]:
    """Eight weeks with an item in every hour, the last of which came so many hours ago."""
    last = NOW - timedelta(hours=hours)
    end = int(last.timestamp()) // HOUR * HOUR + HOUR
    counts = dict.fromkeys(range(end - 8 * WEEK, end, HOUR), 1)
    return {"last_item": last, "week": learn(counts, end - 8 * WEEK, end, UTC)}


def judged(*runs: Run, way: Any = "sent", before: Health | None = None, **more: Any) -> Health:
    return decide(Measures(every=timedelta(minutes=30), runs=runs, way=way, **more), before, UTC, NOW)


@pytest.mark.parametrize(("way", "cause"), [("sent", "never_sent"), ("brought", "never_brought")])
def test_before_anything_came_nothing_is_wrong(way: str, cause: str) -> None:
    found = judged(way=way)
    assert (found.state, found.cause, found.alarming) == ("never", cause, False)


@pytest.mark.parametrize(("hours", "state", "cause"), [(2, "ok", "ok"), (18, "late", "unheard")])
def test_a_sender_that_goes_quiet_is_late(hours: float, state: str, cause: str) -> None:
    found = judged(stored(hours), **steady(hours))
    assert (found.state, found.cause, found.alarming) == (state, cause, state == "late")
    if state == "late":
        assert found.since == NOW - timedelta(hours=hours)
        assert found.facts["expected"] == pytest.approx(hours, abs=1)


def test_nights_and_batches_are_no_silence() -> None:
    at_night = {hour: 3 for hour in range(56 * 24) if 1 <= hour % 24 <= 8}
    start = int((NOW - 57 * DAY).timestamp()) // WEEK * WEEK
    last = NOW - timedelta(hours=6)
    week = learn({start + hour * HOUR: n for hour, n in at_night.items()}, start, start + 8 * WEEK, UTC)
    quiet = judged(stored(6), last_item=last.replace(hour=9), week=week)
    assert quiet.state == "ok", "nothing ever comes in the afternoon"
    batches = judged(stored(18), delay=Delay(40_000, 86_400, 50), **steady(18))
    assert batches.state == "ok", "it sends once a day"
    assert judged(stored(18), slack=DAY, **steady(18)).state == "ok", "people may take a day to type it in"


def test_what_waits_unstored_is_no_silence_but_a_worker_that_does_not_work() -> None:
    held = Inbox(waiting=4, oldest=NOW - timedelta(minutes=31))
    found = judged(stored(18), inbox=held, **steady(18))
    assert (found.state, found.cause, found.facts["number"], found.alarming) == ("late", "waiting", 4, True)
    assert judged(stored(1), inbox=replace(held, oldest=NOW - timedelta(minutes=29)), **steady(1)).state == "ok"


def test_what_was_put_aside_is_a_failure() -> None:
    found = judged(stored(1), inbox=Inbox(1, 2, NOW - DAY, "RuntimeError: x"), **steady(1))
    assert (found.state, found.cause, found.facts) == ("failing", "stuck", {"number": 2, "reason": "RuntimeError: x"})
    assert found.alarming


def test_refused_requests_explain_a_silence_and_nothing_else() -> None:
    refused = Refused(7, "wrong signature")
    assert judged(stored(1), refused=refused, **steady(1)).state == "ok", "strangers may knock at any door"
    found = judged(stored(18), refused=refused, **steady(18))
    assert (found.state, found.cause, found.facts["reason"]) == ("failing", "refused", "wrong signature")
    assert found.alarming


def test_an_engine_that_is_missing_makes_it_unavailable() -> None:
    found = judged(stored(1, "unavailable", reason="sentiment engine: x"), **steady(1))
    assert (found.state, found.facts) == ("unavailable", {"reason": "sentiment engine: x"})


def test_what_people_are_late_with_is_shown_and_told_elsewhere() -> None:
    duty = Duty("box", NOW - timedelta(hours=3), {"outlets": []})
    found = judged(stored(1), duty=duty, **steady(1))
    assert (found.state, found.cause, found.since, found.alarming) == ("late", "box", duty.since, False)


def test_a_mailbox_is_judged_by_its_looks_and_has_no_layout() -> None:
    fields = {"post": {"items": 20, "author": 20, "title": 20}}
    bare = {"post": {"items": 20}}
    looks = tuple(replace(stored(hour), fill=fields) for hour in range(2, 12))
    assert judged(replace(stored(0.1), fill=bare), *looks, way="polled").state == "ok"
    closed = tuple(stored(hour / 10, "failed", reason="imap.example refuses user or password") for hour in range(3))
    found = judged(*closed, *looks, way="polled", failures=3)
    assert (found.state, found.alarming) == ("failing", True)
    assert judged(stored(0.1), way="polled", **steady(18)).cause == "silence"
    assert judged(stored(5), way="polled", due_at=NOW - timedelta(hours=3)).cause == "overdue"


@pytest.mark.parametrize(("days", "state"), [(13, "ok"), (14, "ok"), (15, "late")])
def test_files_that_came_every_week_and_come_no_more(days: int, state: str) -> None:
    weekly = tuple(stored(24 * (days + 7 * week), reason="") for week in range(6))
    together = (weekly[0], replace(weekly[0], finished_at=weekly[0].finished_at - timedelta(minutes=9)), *weekly[1:])
    found = judged(*together, way="brought")
    assert found.state == state
    if state == "late":
        assert (found.cause, found.facts["longest"]) == ("no_file", 7 * 86400)
    assert judged(*weekly[:4], way="brought").state == "ok", "too few to know"
