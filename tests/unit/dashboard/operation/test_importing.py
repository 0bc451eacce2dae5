"""Runs that a command begins itself, and whose place it may take."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from crawlers.events import Finished
from dashboard.operation.importing import SourceBusyError, begin_run, is_gone, row_events
from dashboard.operation.installation import Installation
from monitor.mention import RawMention, Rejection
from monitor.store.database import reading
from monitor.store.sources import Trigger, recent_runs
from tests.unit.dashboard.operation.place import Clock


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_an_ended_process_of_this_host_is_gone(gone: int) -> None:
    assert is_gone(f"here:{gone}", "here:1")
    assert not is_gone(f"there:{gone}", "here:1")
    assert not is_gone(f"here:{os.getpid()}", "here:1")
    for unclear in ("here", "here:", "here:0", "here:-1", "here:x", f":{gone}", f"here:{10**30}"):
        assert not is_gone(unclear, "here:1")
    assert not is_gone(str(gone), "1")


@pytest.mark.parametrize("trigger", ["import", "command"])
def test_the_run_of_a_killed_command_is_taken_over_at_once(
    installation: Installation, clock: Clock, gone: int, trigger: Trigger
) -> None:
    begin_run(installation, "shop", trigger, f"here:{gone}", clock.now)
    mine = begin_run(installation, "shop", trigger, f"here:{os.getpid()}", clock.now)
    with reading(installation.engine) as connection:
        runs = recent_runs(connection)
    assert [(run.state, run.trigger) for run in runs] == [("running", trigger), ("abandoned", trigger)]
    assert runs[0].id == mine.run_id


def test_a_living_or_distant_process_keeps_its_run(installation: Installation, clock: Clock, gone: int) -> None:
    begin_run(installation, "shop", "import", f"here:{os.getpid()}", clock.now)
    begin_run(installation, "forum", "import", f"there:{gone}", clock.now)
    for source_id in ("shop", "forum"):
        with pytest.raises(SourceBusyError):
            begin_run(installation, source_id, "import", f"here:{os.getpid()}", clock.now)


def test_an_import_says_where_a_quote_was_left_open() -> None:
    rows: list[RawMention | Rejection] = [
        RawMention("好"),
        Rejection("unclosed quote", "row 2: line 3"),
        Rejection("unclosed quote", "row 5: line 7"),
    ]
    *_, last = row_events(rows)
    assert last == Finished("done", "unclosed quote at line 3")
    *_, last = row_events([RawMention("好"), Rejection("no text", "row 2")])
    assert last == Finished("done", "")
