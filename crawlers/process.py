"""One crawl, as a process: the job on stdin, events on stdout, logs on stderr. ``python -m crawlers.process``."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic
from typing import BinaryIO

from crawlers import logs
from crawlers.events import CrawlEvent, Finished, to_line
from crawlers.job import CrawlJob, from_line
from crawlers.registry import SOURCES

#: What a pipe of Linux holds.
LARGEST_WRITE = 1 << 16


def claim(descriptor: int, mode: str, replacement: int) -> BinaryIO:
    """Takes a standard stream for ourselves (not inherited by a browser) and leaves ``replacement`` in its place, so
    that a stray print of a library cannot damage the events."""
    own = os.dup(descriptor)
    os.dup2(replacement, descriptor)
    return os.fdopen(own, mode + "b", buffering=0)  # type: ignore[return-value]


def follow_parent(stream: BinaryIO) -> None:
    """Ends this process group as soon as the parent is gone (its end of the pipe closes), whatever we are doing."""

    def watch() -> None:
        while stream.read(1024):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


class Lines:
    """Events as lines of a pipe. Those of one turn of the event loop (the items of a page, of a frame) leave in one
    write: each write wakes the reader, which costs both sides more than the line."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._waiting = bytearray()
        self._due = False

    def emit(self, event: CrawlEvent) -> None:
        self._waiting += to_line(event)
        if len(self._waiting) >= LARGEST_WRITE or not self._leaves_later():
            self.flush()

    def flush(self) -> None:
        self._due = False
        rest, self._waiting = memoryview(self._waiting), bytearray()
        while rest:
            rest = rest[self._output.write(rest) :]

    def _leaves_later(self) -> bool:
        """Whether a loop runs that will flush."""
        if not self._due:
            try:
                asyncio.get_running_loop().call_soon(self.flush)
            except RuntimeError:
                return False
            self._due = True
        return True


def limit_memory(job: CrawlJob) -> None:
    """A hard limit on writable memory. Not with a browser: the driver beside it inherits the limit and cannot start;
    there Scrapy's own watch on the resident size has to do."""
    if getattr(job.source, "render", False):
        return
    size = job.limits.megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def running(job: CrawlJob) -> Callable[[CrawlJob, Callable[[CrawlEvent], None], float], Finished]:
    """What does the work. Only what this kind of source needs is loaded."""
    if SOURCES[job.source.kind].stream:
        from crawlers.listening import run as listen

        return lambda job, emit, _started: listen(job, emit)
    from crawlers.spider import run as fetch

    return fetch


def main() -> None:
    started = monotonic()
    null = os.open(os.devnull, os.O_RDONLY)
    commands, output = claim(0, "r", null), claim(1, "w", 2)
    line = bytearray()
    while not line.endswith(b"\n"):
        chunk = commands.read(65536)
        if not chunk:
            sys.exit("no job on stdin")
        line += chunk
    job = from_line(bytes(line))
    follow_parent(commands)
    limit_memory(job)
    logs.set_up(os.environ)

    lines = Lines(output)
    try:
        finished = running(job)(job, lines.emit, started)
    except MemoryError:
        finished = Finished("failed", f"memory limit of {job.limits.megabytes} MB reached")
    lines.emit(finished)
    lines.flush()
    # The parent reads no further; waiting for a browser or a thread pool to wind down would only cost time.
    output.close()


if __name__ == "__main__":
    main()
