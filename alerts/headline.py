"""The line that an alert was announced with, said again in any language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, select

from alerts.batch import CRISIS_WORD
from alerts.episode import named
from alerts.message import render
from alerts.notification import Links, Notification, SourceNote
from alerts.reading import Alert
from alerts.series import Series
from alerts.tables import alert, evaluation
from monitor.config.schema import Config
from monitor.store.chunks import in_chunks


def opening_figures(connection: Connection, alert_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(n, k) with which the crisis words among the alerts fired: theirs go on growing in the alert itself."""
    found: dict[int, tuple[int, int]] = {}
    at_firing = (
        (evaluation.c.rule_id == alert.c.rule_id)
        & (evaluation.c.fingerprint == alert.c.fingerprint)
        & (evaluation.c.at == alert.c.fired_at)
    )
    for chunk in in_chunks(alert_ids):
        query = select(alert.c.id, evaluation.c.n, evaluation.c.k).join(evaluation, at_firing)
        for row in connection.execute(query.where(alert.c.id.in_(chunk), alert.c.rule_id == CRISIS_WORD)):
            found[row.id] = (row.n, row.k)
    return found


def headline(
    found: Alert, config: Config, language: Literal["zh-CN", "en"], opening: tuple[int, int] | None = None
) -> str:
    """Severity, series and figures, with the names of today. ``opening`` is of :func:`opening_figures`, where the
    alert has one. That it is a demo's is for messages, which leave the house: every page has the badge."""
    n, k = opening or (found.n, found.k)
    announced = Notification(
        idempotency_key="",
        alert_id=found.id,
        rule=found.rule,
        measure=found.measure,
        severity=found.severity,
        transition="firing",
        labels=tuple(named(config, key, value) for key, value in Series.of(found.rule, found.labels).labels),
        n=n,
        k=k,
        expected=found.expected,
        baseline=found.baseline,
        window_seconds=found.window_end - found.window_start,
        since=found.since,
        at=found.fired_at,
        reason="",
        quotes=(),
        links=Links("", "", None),
        ticket=found.ticket,
        language=language,
        timezone=config.settings.timezone,
        source=SourceNote.from_json(found.about) if found.about else None,
    )
    return render(announced).headline
