from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from alerts.detectors.ceiling import CeilingParams
from alerts.detectors.engine import Finding, Status
from alerts.state import SeriesState, advance
from monitor.config.schema import Rule

RULE = Rule.model_validate(
    {
        "id": "spike",
        "measure": "negative_ratio",
        "detector": "wilson",
        "params": CeilingParams(limit=1),
        "for": 3,
        "clear": 2,
    }
)
START = datetime(2026, 11, 23, tzinfo=UTC)
TRUE = Finding("ok", True, 60, 18, 5.4, 0.2, 0.11, 3600)
CLEAR = replace(TRUE, active=False)


def run(findings: list[Finding], before: SeriesState | None = None) -> tuple[SeriesState, list[str | None]]:
    state = before or SeriesState()
    changes: list[str | None] = []
    for number, finding in enumerate(findings):
        step = advance(state, finding, RULE, START + timedelta(hours=number))
        state = step.state
        changes.append(step.change)
    return state, changes


def test_pending_fires_only_after_n_true_evaluations_in_a_row() -> None:
    state, changes = run([TRUE, TRUE, TRUE])
    assert changes == ["pending", None, "firing"]
    assert (state.state, state.episode, state.since) == ("firing", 1, START + timedelta(hours=2))


def test_one_false_evaluation_resets_pending() -> None:
    _, changes = run([TRUE, TRUE, CLEAR, TRUE, TRUE, TRUE])
    assert changes == ["pending", None, "inactive", "pending", None, "firing"]


def test_it_resolves_after_enough_clear_evaluations_in_a_row() -> None:
    state, changes = run([TRUE] * 3 + [CLEAR, TRUE, CLEAR, CLEAR])
    assert changes[3:] == [None, None, None, "resolved"]
    assert (state.state, state.episode) == ("inactive", 1)


def test_the_next_episode_has_the_next_number() -> None:
    state, _ = run([TRUE] * 3 + [CLEAR] * 2 + [TRUE] * 3)
    assert (state.state, state.episode) == ("firing", 2)


@pytest.mark.parametrize("status", ["no_data", "few", "warm_up"])
@pytest.mark.parametrize("before", [[], [TRUE], [TRUE] * 3, [TRUE] * 3 + [CLEAR]])
def test_what_cannot_be_judged_keeps_state_and_streak(before: list[Finding], status: Status) -> None:
    kept, _ = run(before)
    step = advance(kept, replace(CLEAR, status=status), RULE, START)
    assert step.change is None
    assert step.state == replace(kept, status=status)
    assert status in step.reason


def test_a_stale_evaluation_counts_but_never_fires() -> None:
    state, _ = run([TRUE, TRUE])
    held = advance(state, TRUE, RULE, START, stale=True)
    assert (held.change, held.state.state, held.reason) == (None, "pending", "step too old to page")
    assert advance(held.state, TRUE, RULE, START).change == "firing"
    assert advance(held.state, CLEAR, RULE, START).change == "inactive"


def test_a_stale_evaluation_may_resolve() -> None:
    state, _ = run([TRUE] * 3 + [CLEAR])
    assert advance(state, CLEAR, RULE, START, stale=True).change == "resolved"


def test_a_rule_for_one_evaluation_fires_at_once() -> None:
    once = RULE.model_copy(update={"pending": 1})
    assert advance(SeriesState(), TRUE, once, START).change == "firing"


def test_an_urgent_finding_does_not_wait() -> None:
    assert advance(SeriesState(), replace(TRUE, urgent=True), RULE, START).change == "firing"


def test_a_series_that_has_just_fired_waits_for_its_cooldown_and_then_fires_if_it_still_holds() -> None:
    rule = RULE.model_copy(update={"cooldown": timedelta(hours=10), "pending": 1, "clear": 1})
    state, changes, reasons = SeriesState(), [], []
    for hour, finding in enumerate([TRUE, CLEAR, *[TRUE] * 9]):
        step = advance(state, finding, rule, START + timedelta(hours=hour))
        state = step.state
        changes.append(step.change)
        reasons.append(step.reason)
    assert changes == ["firing", "resolved", "pending", *[None] * 7, "firing"]
    assert reasons[9] == "fired a short while ago: cooling down"
    assert state.fired_at == START + timedelta(hours=10)


class Life(RuleBasedStateMachine):
    """Against an independent reading of the statements: the tail of judged evaluations decides."""

    def __init__(self) -> None:
        super().__init__()
        self.state = SeriesState()
        self.firing = False
        self.tail: list[bool] = []
        self.episodes = 0
        self.at = START

    @rule(active=st.booleans(), status=st.sampled_from(["ok", "ok", "ok", "few", "no_data", "warm_up"]))
    def evaluate(self, active: bool, status: Status) -> None:
        self.at += timedelta(hours=1)
        judged = status == "ok"
        step = advance(self.state, replace(TRUE, status=status, active=active and judged), RULE, self.at)
        expected = self.expect(active) if judged else None
        assert (step.change if step.change in ("firing", "resolved") else None) == expected
        assert step.reason
        self.state = step.state

    def expect(self, active: bool) -> str | None:
        self.tail.append(active)
        if not self.firing and self.tail[-3:] == [True] * 3:
            self.firing, self.tail, self.episodes = True, [], self.episodes + 1
            return "firing"
        if self.firing and self.tail[-2:] == [False] * 2:
            self.firing, self.tail = False, []
            return "resolved"
        return None

    @invariant()
    def the_state_tells_the_truth(self) -> None:
        assert (self.state.state == "firing") == self.firing
        assert self.state.episode == self.episodes
        limit = RULE.clear if self.firing else RULE.pending
        assert 0 <= self.state.streak < limit


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
