"""One crawl, as a process: the job on stdin, events on stdout, logs on stderr. ``python -m crawlers.process``."""

from __future__ import annotations

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

    def emit(event: CrawlEvent) -> None:
        rest = memoryview(to_line(event))
        while rest:
            rest = rest[output.write(rest) :]

    try:
        finished = running(job)(job, emit, started)
    except MemoryError:
        finished = Finished("failed", f"memory limit of {job.limits.megabytes} MB reached")
    emit(finished)
    # The parent reads no further; waiting for a browser or a thread pool to wind down would only cost time.
    output.close()


if __name__ == "__main__":
    main()
