"""Runs one crawl in a process of its own and hands on what it reports, whatever becomes of that process."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO

import structlog

import crawlers
from crawlers.browser import MEND
from crawlers.events import CrawlEvent, Finished, from_line
from crawlers.job import CrawlJob, CrawlLimits, to_line
from crawlers.logs import VERBOSE
from crawlers.registry import SOURCES
from crawlers.scratch import scratch_folder

__all__ = ["CrawlJob", "CrawlLimits", "crawl"]

log = structlog.get_logger()

#: What a crawl needs of the environment; everything else (keys, tokens, proxies) stays out of it.
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    VERBOSE,
)


def crawl(job: CrawlJob) -> Iterator[CrawlEvent]:
    """The events of one crawl, :class:`Finished` last and exactly once, also after a crash, a kill or a timeout.

    Closing the iterator ends the crawl with all its processes; so does the end of this process.
    """
    if getattr(job.source, "render", False) and not job.browser:
        yield Finished("unavailable", MEND)
        return
    if SOURCES[job.source.kind].credential and not job.credential:
        yield Finished("unavailable", f"{job.source.kind} is not read without a credential")
        return
    with scratch_folder() as scratch:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(os.environ, str(scratch)),
            start_new_session=True,
        )
        try:
            yield from events(process, job)
        finally:
            end(process)


def environment(environ: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The crawl's environment: an allow-list, a scratch folder for the browser's profile, and where our code is."""
    kept = {name: environ[name] for name in ENVIRONMENT if name in environ}
    paths = [str(Path(crawlers.__file__).parent.parent), *environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**kept, "TMPDIR": scratch, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def events(process: subprocess.Popen[bytes], job: CrawlJob) -> Iterator[CrawlEvent]:
    assert process.stdin is not None  # noqa: S101 - both are pipes, see crawl()
    assert process.stdout is not None  # noqa: S101
    try:
        # The pipe stays open: its end tells the crawl process that its parent is gone.
        process.stdin.write(to_line(job))
        process.stdin.flush()
    except BrokenPipeError:
        log.warning("crawl_not_started", source=job.source.id)
    for line in lines(process.stdout, job.limits.seconds):
        if line is None:
            yield Finished("failed", f"time limit of {job.limits.seconds:g} s reached")
            return
        try:
            event = from_line(line)
        except ValueError as error:
            yield Finished("failed", str(error))
            return
        yield event
        if isinstance(event, Finished):
            return
    code = process.wait()
    yield Finished("failed", death(code))


def lines(stream: IO[bytes], seconds: float) -> Iterator[bytes | None]:
    """Whole lines as they come; ``None`` at the end when the time spent waiting is used up."""
    left, rest = seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            started = monotonic()
            ready = selector.select(max(0.0, left))
            left -= monotonic() - started
            if not ready:
                yield None
                return
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                return
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole


def death(code: int) -> str:
    """Why a crawl process ended without saying so."""
    if code < 0:
        name = signal.Signals(-code).name if -code in {each.value for each in signal.Signals} else str(-code)
        return f"crawl process was ended by {name}" + (" (out of memory?)" if name in {"SIGKILL", "SIGSEGV"} else "")
    return f"crawl process ended with exit code {code}"


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the crawl's process group; a browser sits in a group of its own and follows when its pipe closes."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
    process.wait()
