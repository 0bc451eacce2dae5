from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.host_gate import LONGEST, MOMENT, HostGate, reserve

ASKS = """
import sys
from pathlib import Path
from crawlers.host_gate import HostGate
gate = HostGate(Path(sys.argv[1]), clock=lambda: 100.0)
print(*[gate.wait("a.example", 1.0) for _ in range(50)])
"""


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 20)), max_size=30))
def test_no_two_requests_start_closer_than_the_first_ones_delay(asked: list[tuple[float, float]]) -> None:
    now, free_at, last = 0.0, None, None
    for passed, interval in asked:
        now += passed
        start, free_at = reserve(free_at, now, interval)
        assert start >= now
        if last is not None:
            assert start >= last[0] + last[1]
        last = (start, interval)


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    gate = HostGate(tmp_path / "hosts", clock=lambda: 7.0)
    assert [gate.wait(host, 2.0) for host in ("a", "b", "a", "b", "a")] == [0, 0, 2, 2, 4]
    assert [HostGate(clock=lambda: 7.0).wait("a", 2.0)] == [0]


def test_without_a_delay_nothing_is_reserved(tmp_path: Path) -> None:
    gate = HostGate(tmp_path / "hosts")
    assert gate.wait("a", 0) == 0
    assert not (tmp_path / "hosts").exists()


def test_a_moment_of_another_boot_or_a_broken_file_is_none(tmp_path: Path) -> None:
    gate = HostGate(tmp_path, clock=lambda: 10.0)
    gate.wait("a", 1)
    (file,) = tmp_path.iterdir()
    for content in (MOMENT.pack(10 + LONGEST + 1), MOMENT.pack(float("nan")), b"x"):
        file.write_bytes(content)
        assert gate.wait("a", 1) == 0
        assert gate.wait("a", 1) == 1


@pytest.mark.slow
def test_processes_share_the_budget(tmp_path: Path) -> None:
    asking = [
        subprocess.Popen([sys.executable, "-c", ASKS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    waits = sorted(float(word) for process in asking for word in process.communicate(timeout=60)[0].split())
    assert waits == [float(number) for number in range(150)]
