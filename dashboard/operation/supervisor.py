"""Keeps the processes of one box running: starts them, restarts what dies with back-off, stops them together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Literal

import structlog

from dashboard.operation.home import Home
from dashboard.operation.lifeline import SUPERVISED

log = structlog.get_logger()

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
#: A process that lived this long starts over at the first delay.
SETTLED = 60.0
#: The others begin when the web process answers, so that it has a small machine to itself; or after this long.
HEAD_START = 5.0
#: Seconds between SIGTERM and SIGKILL at the end.
PATIENCE = 10.0


class PortTakenError(Exception):
    """Another program listens on the port; the message names the mend."""


@dataclass(frozen=True, slots=True)
class Process:
    """A child: its command line and what is added to its environment. It must call ``lifeline.watch``."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Running:
    child: subprocess.Popen[bytes]
    started: float


@dataclass(frozen=True, slots=True)
class Exited:
    process: Process
    code: int


Event = Exited | Literal["ready", "stop"]


def restart_delay(failures: int) -> float:
    """Seconds before the next start after ``failures`` (≥ 1) short lives in a row: doubling, capped."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(failures - 1, 16)))


def tingfeng(*arguments: str) -> tuple[str, ...]:
    """The command line of one of our own commands, in this very environment."""
    # -P: code of the folder that we happen to stand in must not take the place of ours.
    return (sys.executable, "-P", "-m", "dashboard.cli.app", *arguments)


def probe_port(host: str, port: int) -> None:
    """Raises :class:`PortTakenError` when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            mend = "choose another with --port (make run PORT=…)"
            raise PortTakenError(f"port {port} on {host} {taken}: {mend}") from error


def free_port(host: str, first: int, tries: int = 100) -> int:
    """The first of ``tries`` ports from ``first`` on that can be listened on; raises :class:`PortTakenError`."""
    for port in range(first, first + tries - 1):
        try:
            probe_port(host, port)
        except PortTakenError:
            continue
        return port
    probe_port(host, first + tries - 1)
    return first + tries - 1


class Supervisor:
    """``tingfeng serve`` and ``tingfeng demo``: web, scheduler and ``workers`` workers on ``home``.

    ``extra_processes`` are kept running likewise. ``environ`` is added to every child's environment. Call
    :meth:`run` from the main thread.
    """

    def __init__(
        self,
        home: Home,
        port: int = 8000,
        *,
        host: str = "127.0.0.1",
        workers: int = 1,
        extra_processes: Sequence[Process] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.host, self.port = host, port
        folder = str(home.path.absolute())
        self._web = Process("web", tingfeng("--home", folder, "web", "--host", host, "--port", str(port)))
        self._others = (
            *extra_processes,
            Process("scheduler", tingfeng("--home", folder, "scheduler")),
            *(Process(f"worker-{number}", tingfeng("--home", folder, "worker")) for number in range(1, workers + 1)),
        )
        self._environ = {**home.process, **(environ or {}), SUPERVISED: "1"}
        self._running: dict[str, Running] = {}
        self._failures: dict[str, int] = {}
        self._due: dict[str, tuple[float, Process]] = {}
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._stopping = threading.Event()
        self._prepared = False

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"

    @property
    def pids(self) -> Mapping[str, int]:
        """Process ids of the children that run now."""
        return {name: running.child.pid for name, running in list(self._running.items())}

    def run(self, announce: Callable[[str], None], prepare: Callable[[], None] = lambda: None) -> int:
        """Runs until SIGTERM or SIGINT and returns 0. ``announce(address)`` is called once the web process answers.

        ``prepare`` makes the data folder ready while the web process imports its parts, which takes as long; no child
        looks at the folder before it returns, and what it raises ends them and is raised on. Raises
        :class:`PortTakenError` before anything is started.
        """
        probe_port(self.host, self.port)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        try:
            self._start(self._web)
            prepare()
            self._prepared = True
            for running in self._running.values():
                say_go(running.child)
            self._due = {each.name: (time.monotonic() + HEAD_START, each) for each in self._others}
            threading.Thread(target=self._announce, args=(announce,), daemon=True).start()
            self._loop()
        finally:
            self._end()
        return 0

    def stop(self) -> None:
        """Ends :meth:`run`; may be called from a signal handler or another thread."""
        self._events.put("stop")

    def _loop(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=self._until_next())
            except Empty:
                self._start_due()
                continue
            if event == "stop":
                return
            if event == "ready":
                self._begin_others()
            else:
                self._note_exit(event)

    def _begin_others(self) -> None:
        waiting = [each for each in self._others if each.name not in self._failures and each.name in self._due]
        for process in waiting:
            del self._due[process.name]
            self._start(process)

    def _until_next(self) -> float | None:
        if not self._due:
            return None
        return max(0.0, min(at for at, _ in self._due.values()) - time.monotonic())

    def _start_due(self) -> None:
        for name, (at, process) in list(self._due.items()):
            if at <= time.monotonic():
                del self._due[name]
                self._start(process)

    def _start(self, process: Process) -> None:
        child = subprocess.Popen(
            process.command,
            stdin=subprocess.PIPE,
            env={**self._environ, **process.environ},
            # Ctrl-C reaches the supervisor alone, which then ends the others in order.
            start_new_session=True,
        )
        self._running[process.name] = Running(child, time.monotonic())
        if self._prepared:
            say_go(child)
        log.info("process started", process=process.name, pid=child.pid)
        threading.Thread(target=lambda: self._events.put(Exited(process, child.wait())), daemon=True).start()

    def _note_exit(self, event: Exited) -> None:
        name = event.process.name
        running = self._running.pop(name)
        if running.child.stdin:
            running.child.stdin.close()
        lived = time.monotonic() - running.started
        self._failures[name] = 1 if lived >= SETTLED else self._failures.get(name, 0) + 1
        delay = restart_delay(self._failures[name])
        log.warning("process ended", process=name, code=event.code, lived_seconds=round(lived, 1), restart_in=delay)
        self._due[name] = (time.monotonic() + delay, event.process)

    def _announce(self, announce: Callable[[str], None]) -> None:
        while not self._stopping.wait(0.05):
            if answers(f"{self.address}/healthz"):
                self._events.put("ready")
                announce(self.address)
                return

    def _end(self) -> None:
        self._stopping.set()
        children = [running.child for running in self._running.values()]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in children:
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        log.info("all processes ended")


def say_go(child: subprocess.Popen[bytes]) -> None:
    """See ``lifeline.wait_for_go``. A child that is gone already is the main loop's business."""
    if child.stdin:
        with suppress(BrokenPipeError):
            child.stdin.write(b"\n")
            child.stdin.flush()


def answers(address: str) -> bool:
    """Whether a GET of the address answers 200 within a second."""
    try:
        # The address is our own web process.
        with urllib.request.urlopen(address, timeout=1) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
