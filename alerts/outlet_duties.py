"""The alerts of what people owe the outlets: slips and calls that nobody typed in within their time, and boxes that
nobody confirmed as emptied. The same outbox, routing and tickets as every other alert.

All outlets that become overdue between two looks are told in one alert, so that fifty boxes at eight in the evening are
one message; each outlet is told once, until it is mended. An alert resolves when all of its outlets are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Engine, select, update

from alerts.detectors.engine import Finding
from alerts.episode import Occasion, Scene, close_alert, open_alert
from alerts.notification import SourceNote
from alerts.series import Series, lock, save
from alerts.tables import alert
from monitor.config.schema import Severity
from monitor.health.decision import BOX_UNCONFIRMED, TRANSCRIPTION_OVERDUE
from monitor.outlets.overdue import Overdue, facts_of, overdue_boxes, overdue_items
from monitor.outlets.reading import zone_of
from monitor.outlets.source import TranscriptsSource, transcript_sources
from monitor.store.database import reading, writing

if TYPE_CHECKING:
    from monitor.config.versions import Applied

SEVERITY: Severity = "minor"
Change = Literal["firing", "resolved"]
#: Rule → cause, as ``alerts.health_words`` says it, and why an alert of it fires and resolves.
DUTIES: Mapping[str, tuple[str, str, str]] = {
    TRANSCRIPTION_OVERDUE: ("transcription", "not transcribed in time", "everything was transcribed"),
    BOX_UNCONFIRMED: ("box", "not confirmed as emptied in time", "every box was confirmed"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A firing alert and those of its outlets that were not mended since."""

    alert_id: int
    about: Mapping[str, Any]
    still: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """``announce`` in one new alert; ``resolve`` these alerts; of the others, what each is still about."""

    announce: tuple[Overdue, ...]
    resolve: tuple[int, ...]
    shrink: Mapping[int, frozenset[str]]

    def __bool__(self) -> bool:
        return bool(self.announce or self.resolve or self.shrink)


def plan(overdue: Sequence[Overdue], told: Sequence[Told]) -> Plan:
    """Pure."""
    now = {each.outlet_id for each in overdue}
    known = {outlet for each in told for outlet in each.still}
    left = {each.alert_id: each.still & now for each in told}
    return Plan(
        announce=tuple(each for each in overdue if each.outlet_id not in known),
        resolve=tuple(number for number, still in left.items() if not still),
        shrink={each.alert_id: left[each.alert_id] for each in told if left[each.alert_id] not in (each.still, set())},
    )


def evaluate_outlets(
    engine: Engine, applied: Applied, channels: Collection[str], now: datetime, *, demo: bool = False
) -> list[tuple[str, str, Change]]:
    """Opens and resolves what is due: (source, rule, change). May run twice, and twice at once."""
    scene = Scene(applied, channels, now, demo)
    sources = {source.id: source for source in transcript_sources(applied.config)}
    with reading(engine) as connection:
        # What is about a source that is gone, or switched off, ends too.
        ids = {*sources, *alarming_sources(connection)}
        wanted = [
            (source_id, rule)
            for source_id in sorted(ids)
            for rule in DUTIES
            if planned(connection, scene, sources.get(source_id), source_id, rule)
        ]
    changes: list[tuple[str, str, Change]] = []
    for source_id, rule in wanted:
        with writing(engine) as connection:
            made = carry_out(connection, scene, sources.get(source_id), source_id, rule)
        changes += [(source_id, rule, change) for change in made]
    return changes


def alarming_sources(connection: Connection) -> Iterator[str]:
    query = select(alert.c.source_id).where(alert.c.state == "firing", alert.c.rule_id.in_(list(DUTIES)))
    yield from connection.scalars(query.distinct())


def planned(connection: Connection, scene: Scene, source: TranscriptsSource | None, source_id: str, rule: str) -> Plan:
    overdue = overdue_at(connection, scene, source, rule) if source else []
    return plan(overdue, told_of(connection, source_id, rule))


def overdue_at(connection: Connection, scene: Scene, source: TranscriptsSource, rule: str) -> list[Overdue]:
    if rule == TRANSCRIPTION_OVERDUE:
        return overdue_items(connection, source, scene.now)
    return overdue_boxes(connection, source, zone_of(source, scene.config), scene.now)


def told_of(connection: Connection, source_id: str, rule: str) -> list[Told]:
    query = select(alert.c.id, alert.c.about).where(
        alert.c.state == "firing", alert.c.rule_id == rule, alert.c.source_id == source_id
    )
    return [
        Told(alert_id, about, frozenset(each["id"] for each in about["facts"]["outlets"] if not each["mended"]))
        for alert_id, about in connection.execute(query.order_by(alert.c.id))
    ]


def carry_out(
    connection: Connection, scene: Scene, source: TranscriptsSource | None, source_id: str, rule: str
) -> list[Change]:
    """Under the lock of the series, and only what is still wanted: another run may have been first. What fires stands
    in the alerts; the series holds the lock and the number of the last one."""
    series = Series.of(rule, {"source": source_id})
    end = int(scene.now.timestamp())
    before = lock(connection, series, end)
    wanted = planned(connection, scene, source, source_id, rule)
    told = {each.alert_id: each for each in told_of(connection, source_id, rule)}
    for alert_id in wanted.resolve:
        mark(connection, told[alert_id], frozenset())
        close_alert(connection, scene, series, alert_id, None, DUTIES[rule][2])
    for alert_id, still in wanted.shrink.items():
        mark(connection, told[alert_id], still)
    state = before.state
    if wanted.announce:
        state = replace(state, episode=state.episode + 1, since=scene.now, status="ok")
        open_alert(connection, scene, occasion(series, wanted.announce, state.episode, scene.now), "inactive")
    save(connection, series, state, None, end)
    return [*("resolved" for _ in wanted.resolve), *(("firing",) if wanted.announce else ())]


def mark(connection: Connection, told: Told, still: frozenset[str]) -> None:
    """Writes down which outlets of an alert were mended: one that is overdue again is told again."""
    outlets = [{**each, "mended": each["id"] not in still} for each in told.about["facts"]["outlets"]]
    about = {**told.about, "facts": {**told.about["facts"], "outlets": outlets}}
    connection.execute(update(alert).where(alert.c.id == told.alert_id).values(about=about))


def occasion(series: Series, overdue: Sequence[Overdue], episode: int, now: datetime) -> Occasion:
    cause, reason, _ = DUTIES[series.rule_id]
    since = min(each.since for each in overdue)
    end = int(now.timestamp())
    return Occasion(
        series=series,
        measure="source_health",
        severity=SEVERITY,
        episode=episode,
        since=since,
        window_start=min(int(since.timestamp()), end),
        window_end=end,
        finding=Finding("ok", True, 0, 0, None, None, None, max(0, int((now - since).total_seconds()))),
        reason=reason,
        source=SourceNote("late", cause, facts_of(overdue, now), None),
    )
