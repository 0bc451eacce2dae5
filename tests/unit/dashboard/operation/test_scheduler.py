from __future__ import annotations

from datetime import datetime

from apscheduler.triggers.interval import IntervalTrigger

from dashboard.operation.failures import FailureBook, read_failures
from dashboard.operation.installation import Installation
from dashboard.operation.jobs import Jobs
from scheduler import EVERY, guarded, wire
from tests.unit.dashboard.operation.place import Clock


def test_every_job_is_wired_once_and_never_runs_beside_itself(installation: Installation, clock: Clock) -> None:
    wired = wire(installation, clock).get_jobs()
    assert {job.id for job in wired} == set(EVERY)
    for job in wired:
        assert callable(getattr(Jobs, job.id))
        assert isinstance(job.trigger, IntervalTrigger)
        assert job.trigger.interval == EVERY[job.id]


def test_a_failing_job_is_noted_until_it_passes(installation: Installation, clock: Clock) -> None:
    home = installation.home.path
    book = FailureBook(home)
    broken = [True]

    def job(now: datetime) -> None:
        if broken[0]:
            raise OSError("disk full")

    tick = guarded("aggregate", job, book, clock)
    tick()
    tick()
    assert [(each.job, each.at, each.reason) for each in read_failures(home)] == [
        ("aggregate", clock.now, "OSError: disk full")
    ]
    broken[0] = False
    tick()
    assert read_failures(home) == ()


def test_a_new_scheduler_forgets_what_the_last_one_left(installation: Installation, clock: Clock) -> None:
    FailureBook(installation.home.path).failed("dispatch", "x", clock.now)
    wire(installation, clock)
    assert read_failures(installation.home.path) == ()
