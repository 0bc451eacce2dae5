"""One look into a mailbox: read in this process, stored like a crawl."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.inbound.mailbox import read_mailbox
from crawlers.inbound.models import ImapInbound
from crawlers.inbound.registry import source_of
from dashboard.operation.collect import Collected, Lease
from dashboard.operation.crawling import run_import
from dashboard.operation.installation import Clock, Installation
from monitor.config.versions import Applied
from monitor.pipeline import Pipeline
from monitor.store.database import reading
from monitor.store.sources import cursor


def run_mailbox(
    installation: Installation,
    applied: Applied,
    source_id: str,
    entry: ImapInbound,
    lease: Lease,
    pipeline: Callable[[], Pipeline],
    clock: Clock,
) -> Collected:
    """Reads what came since the last look, and closes the run. Raises ``RunLostError``."""
    with reading(installation.engine) as connection:
        before = cursor(connection, source_id)
    events = read_mailbox(entry, before, installation.operator.local)
    try:
        return run_import(installation, applied, source_of(source_id, entry), lease, pipeline, clock, events)
    finally:
        events.close()  # signs off, whatever ended us
