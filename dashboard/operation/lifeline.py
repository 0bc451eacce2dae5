"""The pipe from the supervisor to a child's standard input: a byte in it says "go", and its end that the supervisor is
gone, which a child notices even after ``kill -9``."""

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


def wait_for_go(environ: Mapping[str, str]) -> None:
    """Returns once the supervisor has prepared the data folder: what is slow to import is imported before. Returns at
    once when not supervised; ends the process when the supervisor is gone."""
    if environ.get(SUPERVISED) == "1" and not os.read(sys.stdin.fileno(), 1):
        leave()


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
