"""What pages and commands read about alerts: frozen rows, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from alerts.notification import Measure, baseline
from alerts.tables import alert, alert_transition, evaluation, outbox, ticket
from monitor.config.schema import Severity
from monitor.health.decision import ABOUT_SOURCES
from monitor.store.chunks import in_chunks

AlertState = Literal["firing", "resolved"]

#: Evaluations shown around an alert: enough to see it rise, not a week of ten-second steps.
EVALUATIONS = 200


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode. ``series`` reads "brand=xinghe,source=shop"; ``window_start``/``window_end`` are epoch s: the
    frozen query behind n and k; ``since`` is the time from which the condition has been true; ``quotes`` are mention
    ids; ``ticket`` is a number; ``about`` is the ``SourceNote`` (JSON) of an alert about a source."""

    id: int
    rule: str
    state: AlertState
    severity: Severity
    labels: Mapping[str, str]
    brand_id: str | None
    source_id: str | None
    episode: int
    since: datetime
    fired_at: datetime
    resolved_at: datetime | None
    n: int
    k: int
    expected: float | None
    score: float | None
    window_start: int
    window_end: int
    quotes: tuple[int, ...]
    config_version_id: int
    measure: Measure
    ticket: str | None
    ticket_state: str | None
    about: Mapping[str, Any] | None = None

    @property
    def series(self) -> str:
        return ",".join(f"{key}={value}" for key, value in self.labels.items())

    @property
    def baseline(self) -> float | None:
        """The expected negative ratio, 0–1."""
        return baseline(self.measure, self.n, self.expected)


@dataclass(frozen=True, slots=True)
class Transition:
    from_state: str
    to_state: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    step_end: int
    at: datetime
    status: str
    active: bool
    n: int
    k: int
    expected: float | None
    score: float | None
    threshold: float | None
    window_seconds: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel; ``reason`` is of the last failure, and empty once it was sent."""

    channel: str
    transition: str
    state: Literal["queued", "sent", "dead"]
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class AlertDetail:
    alert: Alert
    transitions: tuple[Transition, ...]
    evaluations: tuple[Evaluation, ...]
    deliveries: tuple[Delivery, ...]


def list_alerts(
    connection: Connection,
    state: AlertState | None = None,
    since: datetime | None = None,
    brand: str | None = None,
    sources: bool = True,
    limit: int = 200,
) -> list[Alert]:
    """Newest first; ``since`` keeps those that fired, or were still firing, at or after it. Without ``sources`` the
    alerts about sources are left out."""
    query = columns().order_by(alert.c.fired_at.desc(), alert.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(alert.c.state == state)
    if since is not None:
        query = query.where((alert.c.fired_at >= since) | (alert.c.state == "firing") | (alert.c.resolved_at >= since))
    if brand is not None:
        query = query.where(alert.c.brand_id == brand)
    if not sources:
        query = query.where(alert.c.rule_id.not_in(ABOUT_SOURCES))
    return [from_row(row) for row in connection.execute(query)]


def alert_detail(connection: Connection, alert_id: int) -> AlertDetail | None:
    """Everything known about one alert, or ``None``. Evaluations: the last ones up to its end, oldest first."""
    row = connection.execute(columns().where(alert.c.id == alert_id)).one_or_none()
    if row is None:
        return None
    found = from_row(row)
    return AlertDetail(
        alert=found,
        transitions=transitions(connection, alert_id),
        evaluations=evaluations(connection, found, row.fingerprint),
        deliveries=deliveries(connection, alert_id),
    )


def alerts_by_ids(connection: Connection, alert_ids: Sequence[int]) -> dict[int, Alert]:
    """Those of the ids that are stored."""
    return {
        found.id: found
        for chunk in in_chunks(alert_ids)
        for found in map(from_row, connection.execute(columns().where(alert.c.id.in_(chunk))))
    }


def open_counts(connection: Connection) -> Mapping[str, int]:
    """Firing alerts by severity; a severity without any is absent."""
    query = (
        select(alert.c.severity, func.count().label("alerts"))
        .where(alert.c.state == "firing")
        .group_by(alert.c.severity)
    )
    return {row.severity: row.alerts for row in connection.execute(query)}


def transitions(connection: Connection, alert_id: int) -> tuple[Transition, ...]:
    table = alert_transition.c
    query = select(table.from_state, table.to_state, table.at, table.reason)
    rows = connection.execute(query.where(table.alert_id == alert_id).order_by(table.id))
    return tuple(Transition(*row) for row in rows)


def evaluations(connection: Connection, found: Alert, fingerprint: str) -> tuple[Evaluation, ...]:
    table = evaluation.c
    query = select(
        table.step_end,
        table.at,
        table.status,
        table.active,
        table.n,
        table.k,
        table.expected,
        table.score,
        table.threshold,
        table.window_seconds,
    ).where(table.rule_id == found.rule, table.fingerprint == fingerprint)
    if found.resolved_at is not None:
        query = query.where(table.step_end <= int(found.resolved_at.timestamp()))
    rows = connection.execute(query.order_by(table.step_end.desc()).limit(EVALUATIONS)).all()
    return tuple(Evaluation(*row) for row in reversed(rows))


def deliveries(connection: Connection, alert_id: int) -> tuple[Delivery, ...]:
    table = outbox.c
    query = select(
        table.channel,
        table.transition,
        table.state,
        table.attempts,
        table.created_at,
        table.due_at,
        table.sent_at,
        table.reason,
    )
    rows = connection.execute(query.where(table.alert_id == alert_id).order_by(table.id))
    return tuple(Delivery(*row) for row in rows)


def columns() -> Any:
    joined = alert.outerjoin(ticket, ticket.c.alert_id == alert.c.id)
    return select(alert, ticket.c.number.label("ticket"), ticket.c.state.label("ticket_state")).select_from(joined)


def from_row(row: Row[Any]) -> Alert:
    values = dict(row._mapping)
    del values["fingerprint"]
    rule, quotes = values.pop("rule_id"), values.pop("quotes")
    return Alert(rule=rule, quotes=tuple(quotes), **values)
