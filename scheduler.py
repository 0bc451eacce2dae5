"""When things run: APScheduler calls the jobs of ``dashboard.operation.jobs``. Run as ``python -m scheduler [HOME]``.

Nothing is kept in the scheduler: what is due is found in the store at each tick, so a restart or a second scheduler
loses and doubles nothing.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler

from dashboard.operation import lifeline, logs
from dashboard.operation.failures import FailureBook
from dashboard.operation.home import Home, default_folder, process_environ
from dashboard.operation.installation import Clock, Installation, open_installation
from dashboard.operation.jobs import Jobs

log = structlog.get_logger()

#: How often each job looks for work. A look that finds none costs one indexed read.
EVERY: Mapping[str, timedelta] = {
    "reload_configuration": timedelta(seconds=0.5),
    "queue_due_crawls": timedelta(seconds=1),
    "requeue_abandoned": timedelta(seconds=5),
    "aggregate": timedelta(seconds=2),
    "evaluate": timedelta(seconds=2),
    "dispatch": timedelta(seconds=1),
    "weekly_report": timedelta(minutes=1),
    "watch_sources": timedelta(minutes=10),
    "watch_outlets": timedelta(minutes=1),
    "expire_evidence": timedelta(days=1),
}


def wire(installation: Installation, clock: Clock) -> BlockingScheduler:
    """A scheduler with every job, not started: one run of a job at a time, missed ticks made up by one."""
    jobs, book = Jobs(installation), FailureBook(installation.home.path)
    book.start()
    scheduler = BlockingScheduler(
        executors={"default": ThreadPoolExecutor(len(EVERY))},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone=UTC,
    )
    for name, every in EVERY.items():
        scheduler.add_job(
            guarded(name, getattr(jobs, name), book, clock),
            "interval",
            id=name,
            seconds=every.total_seconds(),
            next_run_time=clock(),
        )
    return scheduler


def guarded(name: str, job: Callable[[datetime], object], book: FailureBook, clock: Clock) -> Callable[[], None]:
    """The job as APScheduler calls it: a failure is logged and noted, and the next tick tries again."""

    def run() -> None:
        now = clock()
        try:
            job(now)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:500]
            log.exception("job failed", job=name, reason=reason)
            book.failed(name, reason, now)
        else:
            book.passed(name)

    return run


def utc_now() -> datetime:
    return datetime.now(UTC)


def main(arguments: list[str]) -> None:
    environ = process_environ()
    logs.set_up("scheduler")
    home = Home(Path(arguments[0]) if arguments else default_folder(environ), environ)
    lifeline.watch(environ)
    scheduler = wire(open_installation(home), utc_now)

    def end(*_: object) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log.info("scheduler started")
    scheduler.start()


if __name__ == "__main__":
    main(sys.argv[1:])
