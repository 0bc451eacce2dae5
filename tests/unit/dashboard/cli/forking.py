"""Commands as processes that need not load our packages first: a server has them loaded and forks once a command.

What a test sees is what a shell sees: a process of its own with its streams, environment, folder and exit code. Only
the second of loading is gone. That a command finds its imports in a process started from nothing is shown by the
end-to-end tests and by those that start ``python -m``.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

#: What nearly every command imports when it runs, and the engine of those that score.
LOADED = (
    "dashboard.cli.app",
    "dashboard.cli.faults",
    "dashboard.operation.checking",
    "dashboard.operation.installation",
    "dashboard.operation.worker",
    "dashboard.web.accounts",
    "monitor.sentiment.default.engine",
    "monitor.store.reading",
)
LARGEST = 1 << 20
ROOT = Path(__file__).parents[4]


class Commands:
    """The server's other end. One command runs at a time."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            self._server = subprocess.Popen(
                [sys.executable, "-m", __name__, str(descriptor)], pass_fds=[descriptor], cwd=ROOT
            )

    def run(
        self, arguments: Sequence[str], stdin: str, environ: Mapping[str, str], folder: Path, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Raises :class:`subprocess.TimeoutExpired`; the server has ended then, with the command."""
        with ExitStack() as stack:
            given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
            given.write(stdin.encode())
            given.seek(0)
            asked = json.dumps({"arguments": arguments, "environ": dict(environ), "folder": str(folder)}).encode()
            self._socket.settimeout(seconds)
            socket.send_fds(
                self._socket, [len(asked).to_bytes(4, "big")], [each.fileno() for each in (given, out, err)]
            )
            self._socket.sendall(asked)
            try:
                code = int.from_bytes(received(self._socket, 4), "big", signed=True)
            except TimeoutError as error:
                self.close()
                raise subprocess.TimeoutExpired(list(arguments), seconds) from error
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(arguments, code, out.read().decode(), err.read().decode())

    def close(self) -> None:
        self._socket.close()  # which ends the server
        self._server.wait(20)


def received(connection: socket.socket, size: int) -> bytes:
    """Raises :class:`EOFError` where the other end is gone."""
    whole = b""
    while len(whole) < size:
        part = connection.recv(size - len(whole))
        if not part:
            raise EOFError("the process at the other end is gone; its last words are on standard error")
        whole += part
    return whole


def serve(connection: socket.socket) -> None:
    """Forks for each command that comes in, until the other end closes."""
    for module in LOADED:
        import_module(module)
    while True:
        head, streams, _flags, _from = socket.recv_fds(connection, 4, 3)
        if not head:
            return
        asked = json.loads(received(connection, int.from_bytes(head, "big")))
        child = os.fork()
        if not child:
            connection.close()
            become(asked, streams)
        for stream in streams:
            os.close(stream)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(code.to_bytes(4, "big", signed=True))


def become(asked: Mapping[str, Any], streams: Sequence[int]) -> NoReturn:
    """The command itself, as ``python -m dashboard.cli.app`` would run it. Ends the process."""
    from dashboard.cli.app import main

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["folder"])
    sys.argv[1:] = asked["arguments"]
    sys.path[0] = asked["folder"]
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - the interpreter's own edge: told as it would tell it
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with socket.socket(fileno=int(sys.argv[1])) as given:
        serve(given)
