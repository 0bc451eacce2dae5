"""What can be said of a source, and why. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from monitor.health.week import Improbable

State = Literal["ok", "never", "empty", "blocked", "changed", "failing", "late", "unavailable"]
Cause = Literal[
    "ok",
    "never",
    "empty",
    "blocked",
    "failing",
    "unavailable",
    "overdue",
    "fields",
    "unreadable",
    "no_items",
    "empty_hour",
    "silence",
    "never_sent",
    "never_brought",
    "stuck",
    "waiting",
    "refused",
    "unheard",
    "no_file",
    "transcription",
    "box",
]
#: State, cause, since when, and the facts (JSON values) that belong to the cause.
Verdict = tuple[State, Cause, datetime, dict[str, Any]]


def facts_of(seen: Improbable) -> dict[str, Any]:
    return {"expected": seen.expected, "probability": seen.probability, "threshold": seen.threshold}
