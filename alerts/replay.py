"""A rule run over a history of counts: when it would have fired and resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from alerts.detectors.engine import Finding
from alerts.registry import DETECTORS, new_detector
from alerts.state import SeriesState, advance
from monitor.config.schema import Rule

Kind = Literal["ratio", "volume"]


@dataclass(frozen=True, slots=True)
class Counted:
    """One step of a series: its ``start`` (epoch s), and ``k`` of ``n`` mentions negative."""

    start: int
    n: int
    k: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A transition at the close of the step that began at ``start`` (epoch s)."""

    start: int
    transition: Literal["firing", "resolved"]
    finding: Finding


def usual_rule(kind: Kind) -> Rule:
    """What a rule of this kind is without any parameter of its own."""
    measure, detector, pending, clear = {
        "ratio": ("negative_ratio", "scan", 2, 6),
        "volume": ("mention_volume", "surge", 1, 1),
    }[kind]
    params = DETECTORS[detector].params.model_validate({})
    return Rule.model_validate(
        {
            "id": kind,
            "measure": measure,
            "detector": detector,
            "params": params,
            "for": pending,
            "clear": clear,
        }
    )


def replay(rule: Rule, steps: Sequence[Counted], step_seconds: int, until: int) -> Iterator[Turn]:
    """The turns of one series over its steps in time order; a step that is missing, up to the start of the last one
    ``until`` (epoch s), had no mentions. Nothing looks ahead: the turns up to a step depend on no later one.

    Raises ``ValueError`` for steps out of order or impossible counts.
    """
    detector, state = new_detector(rule), SeriesState()
    for step in dense(steps, step_seconds, until):
        end = step.start + step_seconds
        finding = detector.update(end, step.n, step.k)
        taken = advance(state, finding, rule, datetime.fromtimestamp(end, UTC))
        state = taken.state
        if taken.change in ("firing", "resolved"):
            yield Turn(step.start, "firing" if taken.change == "firing" else "resolved", finding)


def dense(steps: Sequence[Counted], step_seconds: int, until: int) -> Iterator[Counted]:
    """The steps with the empty ones between them, and after them."""
    expected: int | None = None
    for step in steps:
        while expected is not None and expected + step_seconds <= step.start:
            yield Counted(expected, 0, 0)
            expected += step_seconds
        yield step
        expected = step.start + step_seconds
    while expected is not None and expected <= until:
        yield Counted(expected, 0, 0)
        expected += step_seconds
