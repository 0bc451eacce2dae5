"""Rules at the close of a step. Crisis words and ceilings on each stored batch are in ``alerts.batch``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select

from alerts.batch import CRISIS_WORD, evaluate_batch, resolve_crisis_words
from alerts.detectors.engine import Finding
from alerts.episode import Occasion, Scene, close_alert, open_alert, record_transition
from alerts.evaluated import store_evaluations
from alerts.registry import new_detector
from alerts.series import History, Series, Stored, histories, known, lock, save
from alerts.state import SeriesState, Step, advance
from alerts.tables import series_state
from monitor.config.schema import Config, Rule
from monitor.health.decision import SOURCE_HEALTH
from monitor.store.database import reading, writing

if TYPE_CHECKING:
    from monitor.config.versions import Applied

__all__ = ["EvaluationResult", "Transitioned", "evaluate_batch", "evaluate_closed_steps"]

#: Steps caught up at most after a pause; older ones are passed over, for they could not page anyway.
CATCH_UP = 1000

#: A step that closed longer ago than this many steps (and the closing delay) never pages.
STALE_STEPS = 3


@dataclass(frozen=True, slots=True)
class Transitioned:
    series: Series
    to_state: str
    reason: str
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """``evaluated`` counts evaluations (series × steps) that were made now."""

    evaluated: int
    transitions: tuple[Transitioned, ...]


def evaluate_closed_steps(
    engine: Engine, applied: Applied, operator_channels: Collection[str], now: datetime, *, demo: bool = False
) -> EvaluationResult:
    """Evaluates, for each rule and series, every step that closed since its last evaluation; also ends crisis-word
    alerts that have gone quiet and alerts whose rule is gone.

    Roll the touched steps up before: only the rollup is read. May run twice, and twice at once: each series is one
    transaction under its own lock, and what another run has evaluated meanwhile is passed over. A series that is
    seen for the first time starts now: its history warms the baseline up and never pages.
    """
    scene = Scene(applied, operator_channels, now, demo)
    evaluated, changes = 0, []
    for rule in applied.config.rules:
        for made, changed in evaluate_rule(engine, scene, rule):
            evaluated += made
            changes += changed
    changes += [Transitioned(*change) for change in resolve_crisis_words(engine, scene)]
    changes += close_orphans(engine, scene)
    return EvaluationResult(evaluated, tuple(changes))


def evaluate_rule(engine: Engine, scene: Scene, rule: Rule) -> list[tuple[int, list[Transitioned]]]:
    settings = scene.config.settings
    step = int(settings.step.total_seconds())
    closed = int((scene.now - settings.close_delay).timestamp()) // step * step
    with reading(engine) as connection:
        stored = [(series, row.evaluated_to) for series, row in known(connection, rule.id).items()]
        stored = [(series, done) for series, done in stored if watched(scene.config, series)]
        if stored and min(done for _, done in stored) >= closed:
            return []
        folded = dict(histories(connection, rule, step, closed - int(rule.params.history().total_seconds()), closed))
    for series, _ in stored:
        folded.setdefault(series, [])
    results = []
    for series, history in sorted(folded.items(), key=lambda item: item[0].fingerprint):
        if watched(scene.config, series):
            with writing(engine) as connection:
                results.append(evaluate_series(connection, scene, rule, series, history, closed))
    return results


def watched(config: Config, series: Series) -> bool:
    """Whether the configuration still asks for the series. Unattributed mentions are nobody's crisis under a rule;
    under a crisis word they are, for the word itself says so."""
    if series.rule_id == CRISIS_WORD:
        return any(word.severity and word.id == series.get("keyword") for word in config.keywords)
    if series.rule_id == SOURCE_HEALTH:
        return True  # only ``alerts.source_health`` knows which sources there are
    rule, brand = config.rule(series.rule_id), series.get("brand")
    if rule is None or set(rule.by) != set(series.mapping):
        return False
    return brand is None or config.brand(brand) is not None


def evaluate_series(
    connection: Connection, scene: Scene, rule: Rule, series: Series, history: History, closed: int
) -> tuple[int, list[Transitioned]]:
    """All that one series has to catch up on, within the caller's transaction."""
    settings = scene.config.settings
    step = int(settings.step.total_seconds())
    before = lock(connection, series, closed)
    start = max(before.evaluated_to // step * step, closed - CATCH_UP * step)
    if start >= closed:
        return 0, []
    oldest = scene.now - STALE_STEPS * settings.step - settings.close_delay
    state, alert_id, changes = before.state, before.alert_id, []
    findings = fold(rule, history, start, closed, step)
    for end, finding in findings:
        at = datetime.fromtimestamp(end, UTC)
        if state.state == "firing" and state.since is not None and at <= state.since:
            continue  # a batch fired after this step: the step knows less and cannot clear it
        taken = advance(state, finding, rule, at, stale=at < oldest)
        if taken.change is not None:
            alert_id = apply(connection, scene, rule, series, state, taken, finding, alert_id, end)
            changes.append(Transitioned(series, taken.change, taken.reason, alert_id))
            alert_id = alert_id if taken.state.state == "firing" else None
        state = taken.state
    store_evaluations(connection, series, findings, scene.now, scene.applied.version_id)
    save(connection, series, state, alert_id, closed)
    return len(findings), changes


def fold(rule: Rule, history: History, start: int, closed: int, step: int) -> list[tuple[int, Finding]]:
    """The detector over the history; the findings of the steps that end in (start, closed], empty ones included."""
    detector = new_detector(rule)
    counts = {end: (n, k) for end, n, k in history}
    for end, n, k in history:
        if end <= start:
            detector.update(end, n, k)
    return [(end, detector.update(end, *counts.get(end, (0, 0)))) for end in range(start + step, closed + 1, step)]


def apply(
    connection: Connection,
    scene: Scene,
    rule: Rule,
    series: Series,
    before: SeriesState,
    taken: Step,
    finding: Finding,
    alert_id: int | None,
    end: int,
) -> int | None:
    """Writes the change; the id of the alert that it opened or closed."""
    if taken.change == "firing":
        return open_alert(
            connection,
            scene,
            occasion(rule, series, before, taken, finding, end, scene.config.settings.step),
            before.state,
        )
    if taken.change == "resolved" and alert_id is not None:
        close_alert(connection, scene, series, alert_id, finding, taken.reason)
        return alert_id
    record_transition(connection, series, None, (before.state, taken.state.state), scene.now, taken.reason)
    return None


def occasion(
    rule: Rule, series: Series, before: SeriesState, taken: Step, finding: Finding, end: int, step: timedelta
) -> Occasion:
    first = before.since if before.state == "pending" and before.since else datetime.fromtimestamp(end, UTC)
    return Occasion(
        series=series,
        measure=rule.measure,
        severity=rule.severity,
        episode=taken.state.episode,
        since=first - step,
        window_start=end - finding.window_seconds,
        window_end=end,
        finding=finding,
        reason=taken.reason,
    )


def close_orphans(engine: Engine, scene: Scene) -> list[Transitioned]:
    """Ends what no rule can end any more: the rule, its labels or the brand left the configuration."""
    with reading(engine) as connection:
        rows = connection.execute(select(series_state).where(series_state.c.state != "inactive")).all()
    closed = []
    for series in (Series.of(row.rule_id, row.labels) for row in rows):
        if not watched(scene.config, series):
            with writing(engine) as connection:
                closed += close_orphan(connection, scene, series)
    return closed


def close_orphan(connection: Connection, scene: Scene, series: Series) -> list[Transitioned]:
    before: Stored = lock(connection, series, 0)
    if before.state.state == "inactive":
        return []
    reason = "its rule or brand left the configuration"
    state = SeriesState("inactive", 0, scene.now, before.state.episode, before.state.status)
    if before.alert_id is not None:
        close_alert(connection, scene, series, before.alert_id, None, reason)
    else:
        record_transition(connection, series, None, (before.state.state, "inactive"), scene.now, reason)
    save(connection, series, state, None, before.evaluated_to)
    change = "resolved" if before.alert_id is not None else "inactive"
    return [Transitioned(series, change, reason, before.alert_id)]
