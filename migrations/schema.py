"""The whole schema: importing this declares every package's tables on the one metadata."""

from __future__ import annotations

import alerts.tables
import dashboard.tables
import monitor.inbox.tables
import monitor.outlets.tables
import monitor.store.tables
import monitor.vault.tables
from monitor.store.metadata import metadata

__all__ = ["DECLARED_BY", "metadata"]

DECLARED_BY = (
    monitor.store.tables,
    monitor.vault.tables,
    monitor.inbox.tables,
    monitor.outlets.tables,
    alerts.tables,
    dashboard.tables,
)
