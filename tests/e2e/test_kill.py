"""``kill -9`` of the real processes: the next start goes on, no mention is lost or doubled."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, apply_home, open_installation
from dashboard.operation.jobs import Jobs
from dashboard.operation.supervisor import tingfeng
from dashboard.operation.worker import Pipelines, Worker
from monitor.store.database import reading
from monitor.store.sources import recent_runs
from monitor.store.tables import mention
from tests.e2e.shop import Published, Shop, open_shop

pytestmark = pytest.mark.e2e

REVIEWS = 40
#: Seconds; far more than anything here takes, so that a hang is a failure.
PATIENCE = 90
KEYWORDS = """\
version: 1
brands:
  - {{id: xinghe, name: 星河, role: own}}
sources:
  - {{id: shop, kind: schema-org, url: '{url}', every: 1h, brand: xinghe, delay: 0}}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as opened:
        opened.reviews = [
            Published(number, datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=number), 5, f"很好用 {number}")
            for number in range(REVIEWS)
        ]
        yield opened


@pytest.fixture
def installation(tmp_path: Path, shop: Shop) -> Iterator[Installation]:
    home = Home(tmp_path)
    home.keywords_file.write_text(KEYWORDS.format(url=shop.url), encoding="utf-8")
    home.operator_file.write_text("local: [127.0.0.1]\n", encoding="utf-8")
    opened = open_installation(home)
    apply_home(opened, datetime.now(UTC))
    yield opened
    opened.engine.dispose()


@contextmanager
def started(installation: Installation, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = tingfeng("--home", str(installation.home.path), *arguments)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if child.stderr:
            child.stderr.close()


def stored(installation: Installation) -> list[str]:
    with reading(installation.engine) as connection:
        return sorted(connection.execute(select(mention.c.external_id)).scalars())


def test_a_killed_workers_crawl_is_done_again_and_nothing_doubles(installation: Installation, shop: Shop) -> None:
    begun = datetime.now(UTC)
    jobs = Jobs(installation)
    jobs.queue_due_crawls(begun)
    shop.answer_after.clear()
    with started(installation, "worker") as worker:
        assert shop.asked.wait(PATIENCE), "the crawl never asked for the page"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(PATIENCE)
    shop.answer_after.set()
    assert stored(installation) == []

    later = begun + timedelta(minutes=10)
    assert jobs.requeue_abandoned(later) == 1
    mine = Worker(installation, lambda: later, owner="next", pipelines=Pipelines(installation.home.author_key))
    assert mine.run_one() is not None
    assert mine.run_one() is None
    assert len(stored(installation)) == REVIEWS
    assert len(set(stored(installation))) == REVIEWS
    with reading(installation.engine) as connection:
        assert [run.state for run in recent_runs(connection)] == ["done", "abandoned"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(parent: int) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (tuple(map(int, line.split())) for line in listed.splitlines())
    return {pid for pid, ppid in pairs if ppid == parent}


def wait_for_end(pid: int) -> None:
    """Blocks until a process that is not our child is gone."""
    watcher = "import os, select, sys; fd = os.pidfd_open(int(sys.argv[1])); select.select([fd], [], [])"
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    os.close(descriptor)
    subprocess.run([sys.executable, "-c", watcher, str(pid)], timeout=PATIENCE, check=False)


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_goes_on(
    installation: Installation, shop: Shop
) -> None:
    shop.answer_after.clear()
    with started(installation, "serve", "--port", str(free_port())) as supervisor:
        # The scheduler queued the crawl and the worker began it: everything runs.
        assert shop.asked.wait(PATIENCE), "the crawl never asked for the page"
        children = children_of(supervisor.pid)
        assert len(children) == 3
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait(PATIENCE)
        for child in children:
            wait_for_end(child)
    shop.answer_after.set()

    later = datetime.now(UTC) + timedelta(minutes=10)
    assert Jobs(installation).requeue_abandoned(later) == 1
    mine = Worker(installation, lambda: later, owner="next", pipelines=Pipelines(installation.home.author_key))
    assert mine.run_one() is not None
    assert len(stored(installation)) == REVIEWS


def test_a_killed_child_is_started_again_and_sigterm_ends_all(installation: Installation, shop: Shop) -> None:
    port = free_port()
    with started(installation, "serve", "--port", str(port)) as supervisor:
        assert supervisor.stderr is not None
        first = next(line for line in supervisor.stderr if b'"process started"' in line and b'"worker-1"' in line)
        pid = int(first.split(b'"pid": ')[1].split(b",")[0])
        os.kill(pid, signal.SIGKILL)
        again = next(line for line in supervisor.stderr if b'"process started"' in line and b'"worker-1"' in line)
        assert f'"pid": {pid},'.encode() not in again
        children = children_of(supervisor.pid)
        supervisor.terminate()
        rest = supervisor.stderr.read()
        assert supervisor.wait(PATIENCE) == 0
        assert b"Traceback" not in rest
        for child in children:
            wait_for_end(child)
