"""The life of an alert as a pure state machine: inactive → pending → firing → resolved (inactive again)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from alerts.detectors.engine import Finding, Status
from monitor.config.schema import Rule

State = Literal["inactive", "pending", "firing"]
Change = Literal["pending", "firing", "resolved", "inactive"]


@dataclass(frozen=True, slots=True)
class SeriesState:
    """``streak`` counts consecutive true evaluations while pending and clear ones while firing; ``since`` is when the
    state was entered; ``episode`` is the number of the last firing, 0 before the first, and ``fired_at`` its time;
    ``status`` is of the last evaluation."""

    state: State = "inactive"
    streak: int = 0
    since: datetime | None = None
    episode: int = 0
    status: Status = "no_data"
    fired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """``change`` names the new state where it changed; "inactive" is a pending that came to nothing."""

    state: SeriesState
    change: Change | None
    reason: str


def advance(before: SeriesState, finding: Finding, rule: Rule, at: datetime, *, stale: bool = False) -> Step:
    """One evaluation at ``at``.

    No data, too few mentions and the warm-up keep the state and the streak: they neither fire nor resolve. A
    ``stale`` evaluation (of a step that is long past) goes on counting but never fires, and neither does one within
    the rule's cooldown after the last firing: it fires when that is over, if the condition is still true.
    """
    state = replace(before, status=finding.status)
    if finding.status != "ok":
        return Step(state, None, f"{finding.status}: state kept")
    if state.state == "firing":
        return firing(state, finding, rule.clear, at)
    if not finding.active:
        if state.state == "inactive":
            return Step(state, None, "condition false")
        return Step(replace(state, state="inactive", streak=0, since=at), "inactive", "condition false while pending")
    cooling = state.fired_at is not None and at - state.fired_at < rule.quiet_after_firing
    held = "step too old to page" if stale else "fired a short while ago: cooling down" if cooling else None
    return rising(state, 1 if finding.urgent else rule.pending, at, held)


def rising(state: SeriesState, needed: int, at: datetime, held: str | None) -> Step:
    streak = state.streak + 1 if state.state == "pending" else 1
    if streak >= needed and held is None:
        fired = replace(state, state="firing", streak=0, since=at, episode=state.episode + 1, fired_at=at)
        return Step(fired, "firing", f"condition true {streak} times in a row")
    reason = held if held and streak >= needed else f"condition true {streak} of {needed} times"
    if state.state == "pending":
        return Step(replace(state, streak=streak), None, reason)
    return Step(replace(state, state="pending", streak=1, since=at), "pending", reason)


def firing(state: SeriesState, finding: Finding, needed: int, at: datetime) -> Step:
    if finding.active:
        return Step(replace(state, streak=0), None, "condition still true")
    streak = state.streak + 1
    if streak < needed:
        return Step(replace(state, streak=streak), None, f"condition clear {streak} of {needed} times")
    return Step(
        replace(state, state="inactive", streak=0, since=at), "resolved", f"condition clear {streak} times in a row"
    )
