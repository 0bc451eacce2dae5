from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, open_installation
from dashboard.operation.jobs import WEEKDAYS, JobError, Jobs, last_due
from dashboard.tables import report_run
from monitor.config.schema import Settings, WeeklyReport
from monitor.config.versions import load_applied, read_status
from monitor.store.database import reading, writing
from monitor.store.sources import claim_run, open_runs
from monitor.store.tables import crawl_run
from tests.unit.dashboard.operation.place import KEY, KEYWORDS, Clock, apply


def test_due_sources_are_queued_once_and_again_after_their_interval(installation: Installation, now: datetime) -> None:
    apply(installation, now)
    jobs = Jobs(installation)
    assert list(jobs.queue_due_crawls(now)) == ["shop"]  # forum is disabled
    assert list(jobs.queue_due_crawls(now)) == []
    with writing(installation.engine) as connection:
        connection.execute(crawl_run.update().values(state="done"))
    assert list(jobs.queue_due_crawls(now + timedelta(minutes=9))) == []
    assert list(jobs.queue_due_crawls(now + timedelta(minutes=10))) == ["shop"]


def test_before_the_first_configuration_every_job_rests(installation: Installation, now: datetime) -> None:
    jobs = Jobs(installation)
    assert list(jobs.queue_due_crawls(now)) == []
    assert jobs.requeue_abandoned(now) == 0
    assert jobs.aggregate(now) == 0
    assert jobs.evaluate(now) is None
    assert jobs.weekly_report(now) is None
    assert jobs.dispatch(now).sent == 0


def test_a_run_whose_worker_died_is_queued_anew(installation: Installation, now: datetime) -> None:
    apply(installation, now)
    jobs = Jobs(installation)
    jobs.queue_due_crawls(now)
    with writing(installation.engine) as connection:
        assert claim_run(connection, "dead", now, timedelta(seconds=60)) is not None
    assert jobs.requeue_abandoned(now + timedelta(seconds=60)) == 0
    assert jobs.requeue_abandoned(now + timedelta(seconds=61)) == 1
    with reading(installation.engine) as connection:
        assert open_runs(connection)["shop"].state == "queued"


def test_a_broken_file_leaves_the_last_good_version_in_force(installation: Installation, now: datetime) -> None:
    file = installation.home.keywords_file
    jobs = Jobs(installation)
    assert jobs.reload_configuration(now) is None
    file.write_text(KEYWORDS, encoding="utf-8")
    first = jobs.reload_configuration(now)
    assert first is not None
    file.write_text("version: 2\n", encoding="utf-8")
    assert jobs.reload_configuration(now) == first
    with reading(installation.engine) as connection:
        status = read_status(connection)
    assert status is not None
    assert status.errors
    file.write_text(KEYWORDS.replace("every: 10m", "every: 20m"), encoding="utf-8")
    second = jobs.reload_configuration(now)
    assert second is not None
    assert second > first
    with reading(installation.engine) as connection:
        applied = load_applied(connection, installation.kinds)
    assert applied is not None
    assert applied.config.sources[0].every == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("now", "due", "week"),
    [
        # Monday 09:00 in Shanghai is 01:00 UTC.
        ("2026-11-23T01:00", "2026-11-23T01:00", "2026-W47"),
        ("2026-11-23T00:59", "2026-11-16T01:00", "2026-W46"),
        ("2026-11-29T23:00", "2026-11-23T01:00", "2026-W47"),
        # The last week of a year that has 53.
        ("2027-01-04T02:00", "2027-01-04T01:00", "2026-W53"),
    ],
)
def test_when_a_report_is_due_and_about_which_week(now: str, due: str, week: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert last_due(Settings(), moment) == (datetime.fromisoformat(due).replace(tzinfo=UTC), week)


@given(
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01"), timezones=st.just(UTC)),
    st.sampled_from(WEEKDAYS),
    st.integers(0, 23),
    st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]),
)
def test_the_due_moment_is_the_latest_of_its_weekday_that_has_come(
    now: datetime, weekday: str, hour: int, zone: str
) -> None:
    report = WeeklyReport.model_validate({"weekday": weekday, "time": f"{hour:02d}:30"})
    due, week = last_due(Settings(timezone=zone, report=report), now)
    local = due.astimezone(ZoneInfo(zone))
    assert due <= now
    assert now - due < timedelta(days=7, hours=2)  # a week may have an hour more or less
    assert WEEKDAYS[local.weekday()] == weekday
    monday = datetime.fromisoformat(f"{week}-1").date()
    assert timedelta(days=7) <= local.date() - monday < timedelta(days=14)


@pytest.fixture
def reporting(tmp_path: Path, now: datetime) -> Iterator[Installation]:
    """A data folder as a command in another process finds it, with a configuration three weeks old."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TINGFENG_")}
    installation = open_installation(Home(tmp_path, {**environ, **KEY}))
    installation.home.keywords_file.write_text(KEYWORDS, encoding="utf-8")
    Jobs(installation).reload_configuration(now - timedelta(weeks=3))
    yield installation
    installation.engine.dispose()


def report_rows(installation: Installation) -> list[tuple[str, str]]:
    with reading(installation.engine) as connection:
        return [(row.week, row.state) for row in connection.execute(select(report_run.c.week, report_run.c.state))]


@pytest.mark.slow
def test_the_weekly_report_is_made_once_by_a_process_of_its_own(reporting: Installation, now: datetime) -> None:
    jobs = Jobs(reporting)
    assert jobs.weekly_report(now) == "2026-W47"
    assert report_rows(reporting) == [("2026-W47", "done")]
    (file,) = reporting.home.reports.iterdir()
    assert file.name == "weekly-2026-W47-zh-CN.html"
    assert "星河" in file.read_text(encoding="utf-8")
    assert jobs.weekly_report(now + timedelta(hours=1)) is None


@pytest.mark.slow
def test_a_report_that_fails_says_why_and_is_tried_again(reporting: Installation, now: datetime) -> None:
    jobs = Jobs(reporting)
    reporting.home.reports.write_text("in the way")
    with pytest.raises(JobError, match=r"report 2026-W47: (?s:.*)FileExistsError"):
        jobs.weekly_report(now)
    assert report_rows(reporting) == []
    reporting.home.reports.unlink()
    assert jobs.weekly_report(now) == "2026-W47"


def test_no_report_is_made_about_the_time_before_the_installation(installation: Installation, clock: Clock) -> None:
    apply(installation, clock.now)  # Monday 20:00 in Shanghai: the report was due at 09:00
    assert Jobs(installation).weekly_report(clock.now) is None
    with reading(installation.engine) as connection:
        assert connection.execute(select(func.count()).select_from(crawl_run)).scalar_one() == 0
