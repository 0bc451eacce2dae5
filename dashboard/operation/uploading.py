"""Imports of uploaded files as runs: the page queues one, a worker carries it out, and when that worker dies the file
goes on to a run of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine, select

from crawlers.imports.failure import UnreadableFile
from dashboard.operation.collect import Lease
from dashboard.operation.crawling import run_import
from dashboard.operation.importing import ReadAs, file_events, import_source, in_zone
from dashboard.operation.installation import Clock, Installation
from dashboard.operation.uploads import ATTEMPTS, Uploads
from monitor.config.versions import Applied
from monitor.pipeline import Pipeline
from monitor.store.database import reading, writing
from monitor.store.sources import ClaimedRun, finish_run, open_run
from monitor.store.tables import crawl_run

log = structlog.get_logger()


def queue_import(
    engine: Engine, uploads: Uploads, token: str, source_id: str, asked: ReadAs, now: datetime
) -> int | None:
    """Queues the import of a draft; ``None`` if the source has a run open. Raises ``FileNotFoundError``."""
    with writing(engine) as connection:
        run_id = open_run(connection, source_id, "import", {"state": "queued", "queued_at": now})
        if run_id is not None:
            uploads.hand_over(token, run_id, asked)
    return run_id


def carry_out(
    installation: Installation,
    applied: Applied,
    claimed: ClaimedRun,
    lease: Lease,
    pipeline: Callable[[], Pipeline],
    clock: Clock,
) -> None:
    """Imports the file of a claimed run and deletes it. Raises ``RunLostError``, and then leaves the file to whoever
    has the run."""
    uploads = Uploads(installation.home.path)
    upload = uploads.of_run(claimed.id)
    if upload is None:
        close(installation, claimed, "the uploaded file is not here: upload it again", clock())
        return
    uploads.begin(claimed.id, upload)
    try:
        opened = upload.asked.open(uploads.file_of(claimed.id, upload))
        source = in_zone(import_source(applied.config, claimed.source_id), opened.layout.timezone)
        events = file_events(opened)
    except (UnreadableFile, OSError) as error:
        close(installation, claimed, str(error)[:500], clock())
    else:
        run_import(installation, applied, source, lease, pipeline, clock, events)
    uploads.delete(claimed.id)


def close(installation: Installation, claimed: ClaimedRun, reason: str, now: datetime) -> None:
    with writing(installation.engine) as connection:
        finish_run(connection, claimed.id, state="failed", counts={}, reason=reason, now=now)


def tend(installation: Installation, now: datetime) -> None:
    """Queues anew the imports whose worker went away, and deletes files that nobody will import."""
    uploads = Uploads(installation.home.path)
    uploads.forget_drafts(now)
    if not (kept := uploads.runs()):
        return
    with reading(installation.engine) as connection:
        query = select(crawl_run.c.id, crawl_run.c.state, crawl_run.c.source_id).where(crawl_run.c.id.in_(kept))
        known = {run.id: run for run in connection.execute(query)}
    for run_id in kept:
        run = known.get(run_id)
        if run is None:
            # Its transaction may have renamed the file and not yet ended.
            uploads.forget_lost(run_id, now)
            continue
        if run.state in ("queued", "running"):
            continue
        upload = uploads.of_run(run_id)
        if run.state != "abandoned" or upload is None or upload.attempts >= ATTEMPTS:
            uploads.delete(run_id)
            continue
        with writing(installation.engine) as connection:
            next_id = open_run(connection, run.source_id, "import", {"state": "queued", "queued_at": now})
            if next_id is not None:
                uploads.pass_on(run_id, next_id)
                log.info("import queued anew", source=run.source_id, run=next_id, attempts=upload.attempts)
