"""The budget of a host, shared by all crawls on this machine: no two requests to it start closer than its delay.

Scrapy knows only its own process. Two sources on one host, crawled by two workers, meet here: each request takes the
next free moment of its host from a small locked file and waits for it. The gate stands at the last step before a
request leaves, so that no other queue can shift two of them together.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawlers.address import folded
from crawlers.retrying import PUT_OFF, pause

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Where a request carries the Crawl-delay of its site's robots.txt, in seconds.
CRAWL_DELAY = "crawl_delay"
#: A free moment further ahead is none of this boot: the clock is that of the system's start. Seconds.
LONGEST = 3600.0
MOMENT = struct.Struct("<d")


def reserve(free_at: float | None, now: float, interval: float) -> tuple[float, float]:
    """When to start, and the host's next free moment after that. Seconds on one monotonic clock."""
    ahead = free_at is not None and now < free_at <= now + LONGEST
    start = free_at if ahead and free_at is not None else now
    return start, start + min(interval, LONGEST)


@dataclass
class HostGate:
    """``folder`` is shared by the crawls of one installation; without one only this process's requests are counted."""

    folder: Path | None = None
    clock: Callable[[], float] = time.monotonic
    _own: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, interval: float) -> float:
        """Seconds to wait before a request to ``host``, after which the host has to rest for ``interval``."""
        now = self.clock()
        if interval <= 0:
            return 0.0
        if self.folder is None:
            start, self._own[host] = reserve(self._own.get(host), now, interval)
            return start - now
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / sha256(host.encode()).hexdigest()[:32], os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            stored = os.pread(descriptor, MOMENT.size, 0)
            free_at = MOMENT.unpack(stored)[0] if len(stored) == MOMENT.size else None
            start, free_at = reserve(free_at, now, interval)
            os.pwrite(descriptor, MOMENT.pack(free_at), 0)
        finally:
            os.close(descriptor)
        return start - now


class Gated:
    """Mixin of a download handler. The delay is the source's, or the longer one that the site's robots.txt asks for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)  # type: ignore[call-arg]
        folder = crawler.settings.get("HOST_GATE")
        self._gate = HostGate(Path(folder) if folder else None)
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._rest: dict[str, float] = {}

    async def download_request(self, request: Request) -> Response:
        interval = max(self._delay, float(request.meta.get(CRAWL_DELAY) or 0))
        host = folded(urlsplit(request.url).hostname or "")
        wait = self._gate.wait(host, interval)
        if wait > 0:
            await asyncio.sleep(wait)
        await self._rested(host)
        answered: Any = await super().download_request(request)  # type: ignore[misc]
        response: Response = answered
        header = response.headers.get("Retry-After")
        text = header.decode("latin-1") if header else None
        seconds = pause(response.status, text, int(request.meta.get(PUT_OFF, 0)), datetime.now(UTC))
        if seconds:
            # For this process by its own clock, for all others by the host's next free moment.
            self._rest[host] = time.monotonic() + seconds
            self._gate.wait(host, seconds)
        return response

    async def _rested(self, host: str) -> None:
        if (left := self._rest.pop(host, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(left)


class GatedHttp(Gated, HTTP11DownloadHandler):
    """Scrapy's handler behind the gate."""
