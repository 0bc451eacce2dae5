"""Who hears of an alert, and at which level it becomes somebody's work. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.config.schema import Level, Route, Severity


@dataclass(frozen=True, slots=True)
class Routing:
    channels: tuple[str, ...]
    ticket: Level | None
    reason: str


def route(
    routes: Sequence[Route], known: Collection[str], *, severity: Severity, rule: str, brand: str | None
) -> Routing:
    """The first route whose every stated condition holds decides alone.

    While no route is configured at all, every channel of operator.yaml gets the message: an alert that nobody hears
    of is worse than one too many. A channel that operator.yaml does not have (yet) is kept: the message waits in the
    outbox until it has.
    """
    if not routes:
        return Routing(tuple(sorted(known)), None, "no routes: every channel")
    for number, candidate in enumerate(routes, start=1):
        wanted = candidate.match
        if wanted.severity not in (None, severity) or wanted.rule not in (None, rule):
            continue
        if wanted.brand in (None, brand):
            return Routing(tuple(dict.fromkeys(candidate.notify)), candidate.ticket, f"route {number}")
    return Routing((), None, "no route matches")
