"""The stored evaluations, from which each alert can be recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerts.detectors.engine import Finding
from alerts.series import Series
from alerts.tables import evaluation
from monitor.store.database import insert


def store_evaluations(
    connection: Connection,
    series: Series,
    findings: Sequence[tuple[int, Finding]],
    now: datetime,
    config_version_id: int,
) -> None:
    """One row for each (step end, finding); a step evaluated again takes the newer figures."""
    if not findings:
        return
    statement = insert(connection, evaluation)
    keys = ("rule_id", "fingerprint", "step_end")
    rows = [
        {
            "rule_id": series.rule_id,
            "fingerprint": series.fingerprint,
            "step_end": end,
            "at": now,
            "status": finding.status,
            "active": finding.active,
            "n": finding.n,
            "k": finding.k,
            "expected": finding.expected,
            "score": finding.score,
            "threshold": finding.threshold,
            "window_seconds": finding.window_seconds,
            "config_version_id": config_version_id,
        }
        for end, finding in findings
    ]
    newer = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=newer), rows)
