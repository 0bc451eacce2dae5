"""Imports of uploaded files by a worker: once, and the file ends with the run."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.operation.importing import ReadAs, SourceBusyError, begin_run
from dashboard.operation.installation import Installation
from dashboard.operation.uploading import queue_import, tend
from dashboard.operation.uploads import ATTEMPTS, KEPT, LIMIT, Uploads, UploadTooLargeError, safe_name
from dashboard.operation.worker import Worker
from monitor.store.database import reading, writing
from monitor.store.sources import CrawlRun, claim_run, queue_crawl, recent_runs, requeue_abandoned
from monitor.store.tables import mention
from tests.unit.dashboard.operation.place import KEYWORDS, Clock, Played, apply, pipelines

WITH_IMPORT = KEYWORDS.replace("sources:\n", "sources:\n  - {id: survey, kind: import, brand: xinghe}\n")
TABLE = b"id,text\n1,\xe5\xa5\xbd\n2,\xe5\x9d\x8f\n3,\n"
LEASE = timedelta(seconds=60)


def worker(installation: Installation, clock: Clock) -> Worker:
    return Worker(installation, clock, owner="me", pipelines=pipelines(), crawler=Played())


def queued(installation: Installation, clock: Clock, content: bytes = TABLE, asked: ReadAs | None = None) -> int:
    apply(installation, clock.now, WITH_IMPORT)
    uploads = Uploads(installation.home.path)
    token = uploads.keep(io.BytesIO(content), "a.csv", "survey", "ada", clock.now)
    run = queue_import(installation.engine, uploads, token, "survey", asked or ReadAs(), clock.now)
    assert run is not None
    return run


def runs(installation: Installation) -> list[CrawlRun]:
    with reading(installation.engine) as connection:
        return recent_runs(connection)


def stored(installation: Installation) -> int:
    with reading(installation.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(mention)).scalar_one())


def files(installation: Installation) -> list[str]:
    folder = installation.home.path / "imports"
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def test_a_worker_imports_the_file_and_deletes_it(installation: Installation, clock: Clock) -> None:
    queued(installation, clock)
    assert worker(installation, clock).run_one() is not None
    (run,) = runs(installation)
    assert (run.state, run.trigger, run.counts["new"], run.counts["rejected"]) == ("done", "import", 2, {"no text": 1})
    assert files(installation) == []


def test_a_file_that_cannot_be_read_fails_with_its_reason(installation: Installation, clock: Clock) -> None:
    queued(installation, clock, asked=ReadAs(columns={"rating": "grade"}))
    worker(installation, clock).run_one()
    (run,) = runs(installation)
    assert (run.state, "no column 'grade'" in run.reason) == ("failed", True)
    assert files(installation) == []


def test_a_file_that_is_gone_fails_with_its_reason(installation: Installation, clock: Clock) -> None:
    Uploads(installation.home.path).delete(queued(installation, clock))
    worker(installation, clock).run_one()
    (run,) = runs(installation)
    assert (run.state, run.reason) == ("failed", "the uploaded file is not here: upload it again")


def die(installation: Installation, clock: Clock) -> None:
    """A worker takes the run, and is never heard of again."""
    with writing(installation.engine) as connection:
        claimed = claim_run(connection, "dead", clock.now, LEASE)
        assert claimed is not None
    uploads = Uploads(installation.home.path)
    upload = uploads.of_run(claimed.id)
    assert upload is not None
    uploads.begin(claimed.id, upload)
    clock.move(LEASE + timedelta(seconds=1))
    with writing(installation.engine) as connection:
        requeue_abandoned(connection, clock.now)


def test_the_import_of_a_worker_that_died_goes_on_and_doubles_nothing(installation: Installation, clock: Clock) -> None:
    queued(installation, clock)
    die(installation, clock)
    worker(installation, clock).run_one()
    assert [run.state for run in runs(installation)] == ["done", "abandoned"]
    assert (stored(installation), files(installation)) == (2, [])
    queued(installation, clock)
    worker(installation, clock).run_one()
    assert stored(installation) == 2
    assert runs(installation)[0].counts["unchanged"] == 2


def test_a_file_that_ends_its_worker_again_and_again_is_given_up(installation: Installation, clock: Clock) -> None:
    queued(installation, clock)
    for _ in range(ATTEMPTS):
        die(installation, clock)
        tend(installation, clock.now)
    assert [run.state for run in runs(installation)] == ["abandoned"] * ATTEMPTS
    assert files(installation) == []


def test_while_the_source_is_busy_the_file_waits(installation: Installation, clock: Clock) -> None:
    queued(installation, clock)
    die(installation, clock)
    with writing(installation.engine) as connection:
        assert queue_crawl(connection, "survey", "manual", clock.now)
    tend(installation, clock.now)
    assert len(files(installation)) == 1
    worker(installation, clock).run_one()
    assert runs(installation)[0].reason == "never crawled: import a file into it"
    worker(installation, clock).run_one()
    assert (runs(installation)[0].state, files(installation)) == ("done", [])


def test_a_command_does_not_take_the_place_of_a_queued_import(installation: Installation, clock: Clock) -> None:
    queued(installation, clock)
    with pytest.raises(SourceBusyError, match="being imported into"):
        begin_run(installation, "survey", "import", "here:1", clock.now)


def test_what_nobody_went_on_with_is_deleted(installation: Installation, clock: Clock) -> None:
    uploads = Uploads(installation.home.path)
    token = uploads.keep(io.BytesIO(TABLE), "a.csv", "survey", "ada", clock.now)
    (installation.home.path / "imports" / "999").mkdir()
    for place in (installation.home.path / "imports").iterdir():
        os.utime(place, (clock.now.timestamp(),) * 2)
    tend(installation, clock.now)
    assert uploads.draft(token) is not None
    tend(installation, clock.move(KEPT + timedelta(seconds=1)))
    assert files(installation) == []


def test_too_large_a_file_leaves_nothing(installation: Installation, clock: Clock) -> None:
    with pytest.raises(UploadTooLargeError):
        Uploads(installation.home.path).keep(io.BytesIO(bytes(LIMIT + 1)), "a.csv", "survey", "ada", clock.now)
    assert files(installation) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../a.csv", "a.csv"), ("C:\\x\\评价 1.xlsx", "评价_1.xlsx"), (".spec", "spec"), ("..", "file"), ("", "file")],
)
def test_names_are_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name("长" * 500 + ".csv").endswith("长.csv")
