"""The alert of a source that went quiet, broke or changed: the same state, outbox and routing as every other alert.

Its rule id is ``source-health``, its series the source; a route may name it by ``match: {rule: source-health}``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from alerts.detectors.engine import Finding
from alerts.episode import Occasion, Scene, close_alert, open_alert, record_transition
from alerts.notification import SourceNote
from alerts.series import Series, Stored, known, lock, save
from alerts.state import Change, SeriesState
from monitor.config.schema import Severity
from monitor.health.decision import SOURCE_HEALTH
from monitor.health.store import StoredHealth, all_health
from monitor.store.database import reading, writing

if TYPE_CHECKING:
    from monitor.config.versions import Applied

SEVERITY: Severity = "minor"
#: In these nothing is wrong any more; in between (one failure, no browser) an alert stays as it is.
WELL = frozenset({"ok", "empty", "never"})
#: Causes that must be seen twice.
PATIENT = frozenset({"overdue", "waiting", "unheard"})
GONE = "the source left the configuration"


def evaluate_sources(
    engine: Engine,
    applied: Applied,
    channels: Collection[str],
    now: datetime,
    *,
    demo: bool = False,
    only: str | None = None,
    inbound: Collection[str] = (),
) -> list[tuple[str, Change]]:
    """Opens and resolves the alerts that the stored health asks for: (source, new state) of each that changed.

    May run twice. A source that is overdue is pending at the first look and fires at the second: after the machine was
    off everything is overdue for a moment, and those who send need one to try again. ``only`` one source is looked at
    where nothing is known of the others. ``inbound`` are the enabled sources of operator.yaml; an alert about a source
    that is in neither file, or switched off, ends.
    """
    scene = Scene(applied, channels, now, demo)
    enabled = {*inbound, *(source.id for source in applied.config.sources if source.enabled)}
    with reading(engine) as connection:
        healths = {
            key: found for key, found in all_health(connection).items() if key in enabled and only in (None, key)
        }
        stored = {series.get("source"): row for series, row in known(connection, SOURCE_HEALTH).items()}
    changes: list[tuple[str, Change]] = []
    for source_id, found in sorted(healths.items()):
        if wanted(stored[source_id].state if source_id in stored else SeriesState(), found):
            with writing(engine) as connection:
                change = carry_out(connection, scene, found)
            changes += [(source_id, change)] if change else []
    gone = [key for key, row in stored.items() if key and key not in enabled and row.state.state != "inactive"]
    for source_id in gone if only is None else ():
        with writing(engine) as connection:
            changes += forget(connection, scene, source_id)
    return changes


def forget(connection: Connection, scene: Scene, source_id: str) -> list[tuple[str, Change]]:
    """What there was to tell of a source that nobody wants to know of any more."""
    series = Series.of(SOURCE_HEALTH, {"source": source_id})
    before = lock(connection, series, 0)
    if before.state.state == "inactive":
        return []
    if before.alert_id is not None:
        close_alert(connection, scene, series, before.alert_id, None, GONE)
    else:
        record_transition(connection, series, None, (before.state.state, "inactive"), scene.now, GONE)
    state = SeriesState("inactive", 0, scene.now, before.state.episode, before.state.status)
    save(connection, series, state, None, before.evaluated_to)
    return [(source_id, "resolved" if before.alert_id is not None else "inactive")]


def wanted(before: SeriesState, found: StoredHealth) -> Change | None:
    """The change of state that the source's health asks for. Pure."""
    if before.state == "firing":
        return "resolved" if found.state in WELL else None
    if found.health.alarming:
        return "pending" if found.cause in PATIENT and before.state == "inactive" else "firing"
    return "inactive" if before.state == "pending" else None


def carry_out(connection: Connection, scene: Scene, found: StoredHealth) -> Change | None:
    """Under the series' lock, and only if it is still wanted: another run may have been first."""
    series = Series.of(SOURCE_HEALTH, {"source": found.source_id})
    end = int(scene.now.timestamp())
    before = lock(connection, series, end)
    change = wanted(before.state, found)
    if change is None:
        return None
    reason = f"the source counts as {found.state}"
    if change == "firing":
        fire(connection, scene, series, before, found, reason)
        return change
    if change == "resolved" and before.alert_id is not None:
        close_alert(connection, scene, series, before.alert_id, None, reason)
    else:
        record_transition(connection, series, None, (before.state.state, change), scene.now, reason)
    state = SeriesState("pending" if change == "pending" else "inactive", 0, scene.now, before.state.episode, "ok")
    save(connection, series, state, None, end)
    return change


def fire(
    connection: Connection, scene: Scene, series: Series, before: Stored, found: StoredHealth, reason: str
) -> None:
    start, end = int(found.since.timestamp()), int(scene.now.timestamp())
    occasion = Occasion(
        series=series,
        measure="source_health",
        severity=SEVERITY,
        episode=before.state.episode + 1,
        since=found.since,
        window_start=min(start, end),
        window_end=end,
        finding=Finding("ok", True, 0, 0, None, None, None, max(0, end - start)),
        reason=reason,
        source=SourceNote(found.state, found.cause, dict(found.facts), found.last_item),
    )
    alert_id = open_alert(connection, scene, occasion, before.state.state)
    state = replace(before.state, state="firing", streak=0, since=scene.now, episode=occasion.episode, status="ok")
    save(connection, series, state, alert_id, end)
