"""The life of a ticket as a pure table: which action is allowed in which state, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

TicketState = Literal["open", "in_progress", "resolved"]
Action = Literal["assigned", "resolved", "reopened", "noted"]

ALLOWED: Mapping[tuple[TicketState, Action], TicketState] = {
    ("open", "assigned"): "in_progress",
    ("open", "resolved"): "resolved",
    ("open", "noted"): "open",
    ("in_progress", "assigned"): "in_progress",
    ("in_progress", "resolved"): "resolved",
    ("in_progress", "noted"): "in_progress",
    ("resolved", "reopened"): "open",
    ("resolved", "noted"): "resolved",
}


class TicketError(Exception):
    """Base of what can go wrong with a ticket; the message says what to do."""


class UnknownTicketError(TicketError):
    def __init__(self, number: str) -> None:
        super().__init__(f"no ticket {number}: `tingfeng tickets list` shows the numbers")
        self.number = number


class NotAllowedError(TicketError):
    def __init__(self, number: str, state: TicketState, action: Action) -> None:
        super().__init__(f"ticket {number} is {state}: it cannot be {action}; allowed: {', '.join(allowed(state))}")


def allowed(state: TicketState) -> tuple[Action, ...]:
    """The actions that a ticket in ``state`` takes; pages show exactly these."""
    return tuple(action for (at, action) in ALLOWED if at == state)


def next_state(number: str, state: TicketState, action: Action) -> TicketState:
    """Raises :class:`NotAllowedError` where the table has no such step."""
    try:
        return ALLOWED[state, action]
    except KeyError:
        raise NotAllowedError(number, state, action) from None
