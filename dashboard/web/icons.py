"""Tabler icon names for what the pages show; every colour has one beside it as a second sign."""

from __future__ import annotations

from collections.abc import Mapping

SEVERITY: Mapping[str, str] = {"critical": "alert-octagon", "major": "alert-triangle", "minor": "info-circle"}
LABEL: Mapping[str, str] = {"negative": "mood-sad", "neutral": "mood-neutral", "positive": "mood-smile"}
ALERT: Mapping[str, str] = {"firing": "flame", "resolved": "circle-check"}
TICKET: Mapping[str, str] = {"open": "circle-dot", "in_progress": "progress", "resolved": "circle-check"}
SOURCE_STATUS: Mapping[str, str] = {
    "ok": "circle-check",
    "never": "clock",
    "empty": "circle-dashed",
    "blocked": "lock",
    "failing": "alert-triangle",
    "unavailable": "plug-off",
}
KIND: Mapping[str, str] = {"review": "star", "post": "message", "comment": "message-reply", "article": "article"}
