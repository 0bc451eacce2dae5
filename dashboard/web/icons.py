"""Tabler icon names for what the pages show; every colour has one beside it as a second sign."""

from __future__ import annotations

from collections.abc import Mapping

SEVERITY: Mapping[str, str] = {"critical": "alert-octagon", "major": "alert-triangle", "minor": "info-circle"}
LABEL: Mapping[str, str] = {"negative": "mood-sad", "neutral": "mood-neutral", "positive": "mood-smile"}
ALERT: Mapping[str, str] = {"firing": "flame", "resolved": "circle-check"}
TICKET: Mapping[str, str] = {"open": "circle-dot", "in_progress": "progress", "resolved": "circle-check"}
EVENT: Mapping[str, str] = {
    "opened": "ticket",
    "assigned": "user-check",
    "resolved": "circle-check",
    "reopened": "arrow-back-up",
    "noted": "message-2",
}
SOURCE_STATUS: Mapping[str, str] = {
    "ok": "circle-check",
    "never": "clock",
    "empty": "circle-dashed",
    "blocked": "lock",
    "changed": "layout-off",
    "late": "hourglass-high",
    "failing": "alert-triangle",
    "unavailable": "plug-off",
}
CLOCK: Mapping[str, str] = {"left": "clock", "soon": "hourglass-high", "over": "alert-triangle"}
BOX: Mapping[str, str] = {"confirmed": "circle-check", "due": "clock", "missed": "alert-triangle", "closed": "zzz"}
MEDIUM: Mapping[str, str] = {"call": "phone", "slip": "note", "counter": "users"}
REACH: Mapping[str, str] = {"likes": "thumb-up", "replies": "message-circle", "reposts": "repeat"}
KIND: Mapping[str, str] = {"review": "star", "post": "message", "comment": "message-reply", "article": "article"}
