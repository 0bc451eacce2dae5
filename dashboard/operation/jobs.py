"""What runs by the clock, as plain functions that may run twice: each finds its work in the store."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import func, select

from alerts.dispatch import DispatchResult, dispatch_due
from alerts.evaluation import EvaluationResult, evaluate_closed_steps
from alerts.notifiers.contract import Notifier
from alerts.outlet_duties import evaluate_outlets
from alerts.source_health import evaluate_sources
from crawlers.inbound.registry import polled_sources, watched_sources
from dashboard.operation.installation import Configuration, Installation
from dashboard.operation.supervisor import tingfeng
from dashboard.operation.wiring import notifiers
from dashboard.tables import report_run
from monitor.config.schema import Settings
from monitor.config.versions import Applied, apply_file
from monitor.health.looking import look_at_sources
from monitor.health.pages import expire_pages
from monitor.outlets.entering import take_over_outlets
from monitor.store.database import reading, writing
from monitor.store.duplicates import KEYS_KEPT, forget_keys
from monitor.store.rollups import aggregate
from monitor.store.sources import due_sources, queue_crawl, requeue_abandoned, schedule_next
from monitor.store.tables import config_version, crawl_run
from monitor.vault.retention import expire, keep_promises

log = structlog.get_logger()

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REPORT_TIMEOUT = timedelta(minutes=10)
REPORT_RETRY = timedelta(hours=1)


class JobError(Exception):
    """Why a job could not do its work; it is tried again at its next tick."""


@dataclass(frozen=True)
class Jobs:
    """The jobs of one installation. ``now`` is aware UTC everywhere."""

    installation: Installation

    @cached_property
    def configuration(self) -> Configuration:
        return Configuration(self.installation)

    @cached_property
    def _notifiers(self) -> dict[str, Notifier]:
        return dict(notifiers(self.installation.operator))

    def reload_configuration(self, now: datetime) -> int | None:
        """Applies keywords.yaml where it changed; the version in force, if any."""
        applied = apply_file(
            self.installation.engine,
            self.installation.home.keywords_file,
            self.installation.kinds,
            author="file",
            now=now,
            known=self.configuration.current(),
        )
        return None if applied is None else applied.version_id

    def queue_due_crawls(self, now: datetime) -> Sequence[str]:
        """Queues a crawl of every source that is due, mailboxes too, and says which."""
        applied = self.configuration.current()
        if applied is None:
            return ()
        sources = (*applied.config.sources, *polled_sources(self.installation.operator.inbound))
        with reading(self.installation.engine) as connection:
            if not due_sources(connection, sources, now):
                return ()
        with writing(self.installation.engine) as connection:
            due = due_sources(connection, sources, now)
            for source in sources:
                if source.id in due:
                    queue_crawl(connection, source.id, "schedule", now)
                    schedule_next(connection, source, now)
        return due

    def requeue_abandoned(self, now: datetime) -> int:
        """Queues anew the runs whose worker went away."""
        expired = select(crawl_run.c.id).where(crawl_run.c.state == "running", crawl_run.c.lease_until < now)
        with reading(self.installation.engine) as connection:
            if connection.execute(expired.limit(1)).first() is None:
                return 0
        with writing(self.installation.engine) as connection:
            return requeue_abandoned(connection, now)

    def aggregate(self, now: datetime) -> int:
        """Counts the touched steps anew; how many there were."""
        applied = self.configuration.current()
        if applied is None:
            return 0
        return aggregate(self.installation.engine, int(applied.config.settings.step.total_seconds()))

    def evaluate(self, now: datetime) -> EvaluationResult | None:
        """Evaluates the steps that closed.

        Counts first: a step is evaluated once, so all that was stored of it must be in the rollup by then.
        """
        applied = self.configuration.current()
        if applied is None:
            return None
        self.aggregate(now)
        here = self.installation
        return evaluate_closed_steps(here.engine, applied, here.channels, now, demo=here.home.demo)

    def dispatch(self, now: datetime) -> DispatchResult:
        """Sends what waits in the outbox."""
        return dispatch_due(self.installation.engine, self._notifiers, now)

    def watch_sources(self, now: datetime) -> list[tuple[str, str]]:
        """Looks how each source is, and tells of those that broke or mended: (source, new state of its alert)."""
        applied = self.configuration.current()
        if applied is None:
            return []
        here = self.installation
        inbound = watched_sources(here.operator.inbound)
        look_at_sources(here.engine, applied.config, now, inbound)
        ids = [each.source.id for each in inbound if each.source.enabled]
        return [*evaluate_sources(here.engine, applied, here.channels, now, demo=here.home.demo, inbound=ids)]

    def watch_outlets(self, now: datetime) -> list[tuple[str, str, str]]:
        """Takes over the configuration's outlets, and tells of slips, calls and boxes that are overdue or were mended:
        (source, rule, new state of its alert)."""
        applied = self.configuration.current()
        if applied is None:
            return []
        here = self.installation
        take_over_outlets(here.engine, applied.config, now)
        return [*evaluate_outlets(here.engine, applied, here.channels, now, demo=here.home.demo)]

    def expire_evidence(self, now: datetime) -> int:
        """Deletes the evidence, the kept pages and what was enclosed with forms whose time is over; how many."""
        kept_for = self.installation.operator.retention.evidence
        expired = expire(self.installation.engine, now - kept_for)
        with writing(self.installation.engine) as connection:
            expired += expire_pages(connection, now - kept_for)
            expired += keep_promises(connection, now)
            forget_keys(connection, now - KEYS_KEPT)
        log.info("evidence expired", number=expired, kept_for=str(kept_for))
        return expired

    def weekly_report(self, now: datetime) -> str | None:
        """Makes last week's report once it is due, in a process of its own (pandas is heavy); the week, if any.

        Raises :class:`JobError` with the last words of the report command.
        """
        applied = self.configuration.current()
        week = None if applied is None else self._week_due(applied, now)
        if week is None:
            return None
        command = tingfeng("--home", str(self.installation.home.path.absolute()), "report", "weekly", "--week", week)
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=REPORT_TIMEOUT.total_seconds(),
                check=False,
                env=dict(self.installation.home.process),
            )
        except subprocess.TimeoutExpired as error:
            raise JobError(f"report {week} took more than {REPORT_TIMEOUT}") from error
        if done.returncode != 0:
            raise JobError(f"report {week}: {done.stderr.strip()[-300:]}")
        return week

    def _week_due(self, applied: Applied, now: datetime) -> str | None:
        """Last week, if its report is due, was not made, and this installation was there to see the week's end."""
        due, week = last_due(applied.config.settings, now)
        with reading(self.installation.engine) as connection:
            begun = connection.execute(select(func.min(config_version.c.created_at))).scalar()
            row = connection.execute(
                select(report_run.c.state, report_run.c.created_at)
                .where(report_run.c.week == week)
                .order_by(report_run.c.created_at.desc())
                .limit(1)
            ).first()
        if begun is None or begun > due:
            return None
        if row is not None and (row.state == "done" or now - row.created_at < REPORT_RETRY):
            return None
        return week


def last_due(settings: Settings, now: datetime) -> tuple[datetime, str]:
    """The latest moment at or before ``now`` when a weekly report was due, and the ISO week it is about.

    The moment is weekday and time of the settings on the local clock; the week is the last whole one before it.
    """
    local = now.astimezone(ZoneInfo(settings.timezone))
    hour, minute = (int(part) for part in settings.report.time.split(":"))
    back = (local.weekday() - WEEKDAYS.index(settings.report.weekday)) % 7
    due = (local - timedelta(days=back)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if due > local:
        due -= timedelta(days=7)
    year, number, _ = (due.date() - timedelta(days=7)).isocalendar()
    return due, f"{year}-W{number:02d}"
