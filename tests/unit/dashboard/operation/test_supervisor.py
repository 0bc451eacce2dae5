from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.operation.home import Home
from dashboard.operation.supervisor import (
    LONGEST_DELAY,
    PortTakenError,
    Supervisor,
    free_port,
    probe_port,
    restart_delay,
)

CHILD = """
import os, sys
from dashboard.operation import lifeline
thread = lifeline.watch(os.environ)
print("watching" if thread else "alone", flush=True)
if thread: thread.join()
"""


def test_restarts_come_slower_up_to_a_limit() -> None:
    delays = [restart_delay(failures) for failures in range(1, 30)]
    assert delays[:4] == [0.5, 1.0, 2.0, 4.0]
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY


def test_a_taken_port_is_named_with_its_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"port {port} .*taken: choose another with --port"):
            probe_port("127.0.0.1", port)


def test_the_next_free_port_is_found_past_a_taken_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = free_port("127.0.0.1", port)
        assert port < found < port + 100
        with pytest.raises(PortTakenError):
            free_port("127.0.0.1", port, tries=1)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:81"), ("0.0.0.0", "http://127.0.0.1:81"), ("::1", "http://[::1]:81")],
)
def test_the_address_that_is_shown_can_be_opened(host: str, address: str, tmp_path: Path) -> None:
    assert Supervisor(Home(tmp_path, {}), 81, host=host).address == address


def test_a_child_ends_when_its_supervisor_is_gone() -> None:
    environ = {**os.environ, "TINGFENG_SUPERVISED": "1"}
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == b"watching\n"
    assert child.poll() is None
    child.stdin.close()  # what the system does with the pipe of a process that was killed
    assert child.wait(timeout=20) == 0
    child.stdout.close()


def test_a_process_on_its_own_watches_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=20
    )
    assert done.stdout == b"alone\n"


GO = """
import os
from dashboard.operation import lifeline
print("waiting", flush=True)
lifeline.wait_for_go(os.environ)
print("gone on", flush=True)
"""


@pytest.mark.parametrize(("said", "answer"), [(b"\n", b"gone on\n"), (b"", b"")])
def test_a_child_goes_on_when_told_and_ends_when_its_supervisor_does(said: bytes, answer: bytes) -> None:
    environ = {**os.environ, "TINGFENG_SUPERVISED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", GO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"waiting\n"
        rest, _ = child.communicate(said, timeout=20)
    assert (rest, child.returncode) == (answer, 0)
