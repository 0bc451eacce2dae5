"""How a child process notices that its supervisor is gone, even after ``kill -9``: its standard input ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping

#: Set by the supervisor for its children, whose standard input is then a pipe that only the supervisor holds open.
SUPERVISED = "TINGFENG_SUPERVISED"


def leave() -> None:
    """Ends the process at once: every store write is a transaction, so there is nothing to tidy."""
    os._exit(0)


def watch(environ: Mapping[str, str], when_gone: Callable[[], None] = leave) -> threading.Thread | None:
    """Calls ``when_gone`` from a thread of its own once the supervisor is gone; does nothing when not supervised."""
    if environ.get(SUPERVISED) != "1":
        return None
    descriptor = sys.stdin.fileno()

    def wait() -> None:
        while os.read(descriptor, 1024):
            pass
        when_gone()

    thread = threading.Thread(target=wait, name="lifeline", daemon=True)
    thread.start()
    return thread
