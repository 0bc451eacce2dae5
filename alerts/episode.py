"""Writes what a change of state means: the alert, its transition, the messages and the ticket, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, insert, select, update

from alerts.detectors.engine import Finding
from alerts.evidence import mentions_path, quotes
from alerts.message import render
from alerts.notification import Label, Links, Measure, Notification, Quote, SourceNote, Transition, baseline
from alerts.routing import Routing, route
from alerts.series import Series
from alerts.tables import alert, alert_transition, outbox
from alerts.tickets import open_for_alert
from monitor.config.schema import Config, Severity
from monitor.keywords.naming import keyword_name
from monitor.store.database import insert as upsert

if TYPE_CHECKING:
    from monitor.config.versions import Applied

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """What the whole evaluation shares. ``channels`` are operator.yaml's; ``now`` is aware UTC."""

    applied: Applied
    channels: Collection[str]
    now: datetime
    demo: bool = False

    @property
    def config(self) -> Config:
        return self.applied.config


@dataclass(frozen=True, slots=True)
class Occasion:
    """One firing: over [window_start, window_end) epoch s.

    ``since`` is the time from which the condition has been true: the start of the first step that was judged true;
    the publishing of the mention that reached the limit of a ceiling in between; that of a crisis word's first hit.
    """

    series: Series
    measure: Measure
    severity: Severity
    episode: int
    since: datetime
    window_start: int
    window_end: int
    finding: Finding
    reason: str
    source: SourceNote | None = None


def record_transition(
    connection: Connection, series: Series, alert_id: int | None, change: tuple[str, str], now: datetime, reason: str
) -> None:
    connection.execute(
        insert(alert_transition).values(
            rule_id=series.rule_id,
            fingerprint=series.fingerprint,
            alert_id=alert_id,
            from_state=change[0],
            to_state=change[1],
            at=now,
            reason=reason[:200],
        )
    )


def adopt_pending(connection: Connection, series: Series, alert_id: int) -> None:
    """The step into pending was written before there was an alert: the one that led here belongs to its history."""
    table = alert_transition.c
    last = (
        select(table.id)
        .where(
            table.alert_id.is_(None),
            table.rule_id == series.rule_id,
            table.fingerprint == series.fingerprint,
            table.to_state == "pending",
        )
        .order_by(table.id.desc())
        .limit(1)
    )
    found = connection.execute(last).scalar_one_or_none()
    connection.execute(update(alert_transition).where(table.id == found).values(alert_id=alert_id))


def open_alert(connection: Connection, scene: Scene, occasion: Occasion, from_state: str) -> int:
    """The id of the new alert. Its unique key (rule, fingerprint, episode) is the last guard against a double."""
    series, labels = occasion.series, occasion.series.mapping
    # An alert about a source is about no mention.
    found = () if occasion.source else quotes(connection, labels, occasion.window_start, occasion.window_end)
    finding = occasion.finding
    statement = insert(alert).values(
        rule_id=series.rule_id,
        fingerprint=series.fingerprint,
        episode=occasion.episode,
        labels=labels,
        brand_id=labels.get("brand"),
        source_id=labels.get("source"),
        severity=occasion.severity,
        state="firing",
        since=occasion.since,
        fired_at=scene.now,
        n=finding.n,
        k=finding.k,
        expected=finding.expected,
        score=finding.score,
        window_start=occasion.window_start,
        window_end=occasion.window_end,
        quotes=[quote.mention_id for quote in found],
        measure=occasion.measure,
        about=occasion.source.to_json() if occasion.source else None,
        config_version_id=scene.applied.version_id,
    )
    alert_id = int(connection.execute(statement.returning(alert.c.id)).scalar_one())
    if from_state == "pending":
        adopt_pending(connection, series, alert_id)
    record_transition(connection, series, alert_id, (from_state, "firing"), scene.now, occasion.reason)
    routing = route(
        scene.config.routes,
        scene.channels,
        severity=occasion.severity,
        # A route names a crisis word by its keyword, as the analyst wrote it.
        rule=labels.get("keyword", series.rule_id),
        brand=labels.get("brand"),
    )
    announce(connection, scene, occasion, alert_id, routing, found)
    return alert_id


def announce(
    connection: Connection, scene: Scene, occasion: Occasion, alert_id: int, routing: Routing, found: tuple[Quote, ...]
) -> None:
    """Ticket first: its number stands in the messages."""
    notification = compose(scene, occasion, alert_id, "firing", found, None)
    if routing.ticket is not None:
        number = open_for_alert(
            connection,
            alert_id,
            title=render(notification).headline,
            brand_id=occasion.series.get("brand"),
            level=routing.ticket,
            timezone=scene.config.settings.timezone,
            now=scene.now,
        )
        links = replace(notification.links, ticket=f"/tickets/{number}")
        notification = replace(notification, ticket=number, links=links)
    log.info(
        "alert_firing",
        alert=alert_id,
        rule=occasion.series.rule_id,
        labels=occasion.series.mapping,
        n=occasion.finding.n,
        k=occasion.finding.k,
        reason=occasion.reason,
        routing=routing.reason,
        channels=list(routing.channels),
        ticket=notification.ticket,
    )
    enqueue(connection, notification, routing.channels, occasion, scene)


def enqueue(
    connection: Connection, notification: Notification, channels: Collection[str], occasion: Occasion, scene: Scene
) -> None:
    series = occasion.series
    for channel in channels:
        if channel not in scene.channels:
            log.warning("alert_channel_unknown", channel=channel, mend="add it to operator.yaml: the message waits")
        key = f"{series.rule_id}/{series.fingerprint}/{occasion.episode}/{notification.transition}/{channel}"
        post(connection, replace(notification, idempotency_key=key), channel, scene.now)


def post(connection: Connection, notification: Notification, channel: str, now: datetime) -> None:
    """One outbox row; a key that is there already stays as it is."""
    row = upsert(connection, outbox).values(
        idempotency_key=notification.idempotency_key,
        alert_id=notification.alert_id,
        channel=channel,
        transition=notification.transition,
        payload=notification.to_json(),
        state="queued",
        attempts=0,
        created_at=now,
        due_at=now,
        reason="",
    )
    connection.execute(row.on_conflict_do_nothing(index_elements=["idempotency_key"]))


def close_alert(
    connection: Connection, scene: Scene, series: Series, alert_id: int, finding: Finding | None, reason: str
) -> None:
    """Resolves the alert and tells whoever was told that it fires. The alert keeps the figures it fired with."""
    resolve = update(alert).where(alert.c.id == alert_id, alert.c.state == "firing")
    connection.execute(resolve.values(state="resolved", resolved_at=scene.now))
    record_transition(connection, series, alert_id, ("firing", "resolved"), scene.now, reason)
    log.info("alert_resolved", alert=alert_id, rule=series.rule_id, labels=series.mapping, reason=reason)
    told = connection.execute(
        select(outbox.c.channel, outbox.c.payload)
        .where(outbox.c.alert_id == alert_id, outbox.c.transition == "firing")
        .order_by(outbox.c.id)
    ).all()
    for channel, payload in told:
        fired = Notification.from_json(payload)
        key = fired.idempotency_key.removesuffix(f"/firing/{channel}") + f"/resolved/{channel}"
        resolved = replace(fired, idempotency_key=key, transition="resolved", at=scene.now, reason=reason, quotes=())
        if finding is not None:
            resolved = replace(
                resolved,
                n=finding.n,
                k=finding.k,
                expected=finding.expected,
                baseline=baseline(fired.measure, finding.n, finding.expected),
            )
        post(connection, resolved, channel, scene.now)


def compose(
    scene: Scene,
    occasion: Occasion,
    alert_id: int,
    transition: Transition,
    found: tuple[Quote, ...],
    ticket: str | None,
) -> Notification:
    """Without its idempotency key, which names the channel."""
    settings, finding = scene.config.settings, occasion.finding
    mentions = mentions_path(occasion.series.mapping, occasion.window_start, occasion.window_end)
    return Notification(
        idempotency_key="",
        alert_id=alert_id,
        rule=occasion.series.rule_id,
        measure=occasion.measure,
        severity=occasion.severity,
        transition=transition,
        labels=tuple(named(scene.config, key, value) for key, value in occasion.series.labels),
        n=finding.n,
        k=finding.k,
        expected=finding.expected,
        baseline=baseline(occasion.measure, finding.n, finding.expected),
        window_seconds=finding.window_seconds,
        since=occasion.since,
        at=scene.now,
        reason=occasion.reason,
        quotes=found,
        links=Links(f"/alerts/{alert_id}", mentions, None),
        ticket=ticket,
        language=settings.language,
        timezone=settings.timezone,
        demo=scene.demo,
        source=occasion.source,
    )


def named(config: Config, key: str, value: str) -> Label:
    brand = config.brand(value) if key == "brand" else None
    keyword = next((one for one in config.keywords if one.id == value), None) if key == "keyword" else None
    return Label(key, value, brand.name if brand else keyword_name(keyword) if keyword else value)
