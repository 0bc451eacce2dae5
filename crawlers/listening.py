"""Listens to a stream for one crawl: hands on what is found, keeps the position, and decides how the crawl ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog

from crawlers.barrier import seconds_to_wait
from crawlers.events import Blocked, CrawlEvent, Cursor, Failed, Fetched, Finished, Found, Gone
from crawlers.job import CrawlJob
from crawlers.page import Deleted, Parsed
from crawlers.registry import SOURCES
from crawlers.stream import Stream
from crawlers.websocket import NotOpenedError, WebSockets
from monitor.mention import RawMention, Rejection

log = structlog.get_logger()

MICROSECONDS = 1_000_000
#: Connections in a row that bring nothing.
TRIES = 3
#: Events are not quite in order; what comes again is known by its id.
REWIND = 5 * MICROSECONDS
#: A whole network is never silent for so long: the server has no more of what was before.
GAP = 30 * MICROSECONDS
#: An event further in the future is not believed: it would lose what comes before it.
AHEAD = 300 * MICROSECONDS
#: What a crawl reports at most between two cursors, and how long that takes: it is stored with the cursor.
SECONDS_PER_CURSOR, EVENTS_PER_CURSOR = 10, 5000
#: Frames that could not be read, after which the server is not worth listening to.
TROUBLES = 200
#: All frames of a crawl together, in frames of the largest size.
LARGEST_FRAMES = 32


class EndedError(Exception):
    """Nothing more is read in this crawl; the message is the reason."""


class Listener:
    """One crawl of one stream. ``position``: up to where it was read, microseconds since the epoch."""

    def __init__(
        self, job: CrawlJob, stream: Stream[Any], emit: Callable[[CrawlEvent], None], clock: Callable[[], datetime]
    ) -> None:
        self.job, self.stream, self.emit, self.clock = job, stream, emit, clock
        self.seconds = min(float(getattr(job.source, "seconds", 50)), job.limits.seconds * 0.9)
        self.position: int | None = restored(job.cursor)
        self.found = self.events = self.bytes = self.since_cursor = 0
        self.opened = False
        self.first = True
        self.next_cursor = 0.0
        self.notes: list[str] = []
        self.troubles: Counter[str] = Counter()
        self.blocked: Finished | None = None

    async def listen(self) -> None:
        """For ``seconds`` at most; never raises for what a server does."""
        self.next_cursor = asyncio.get_running_loop().time() + SECONDS_PER_CURSOR
        with suppress(TimeoutError):  # the time is up, which is how a crawl should end
            try:
                async with asyncio.timeout(self.seconds), WebSockets(self.job) as sockets:
                    await self.connections(sockets)
            except EndedError as ended:
                self.notes.append(str(ended))
        self.checkpoint()

    async def connections(self, sockets: WebSockets) -> None:
        """One after the other, as long as they bring something."""
        tries = 0
        while True:
            before = self.events
            await self.connection(sockets)
            tries = 1 if self.events > before else tries + 1
            if tries == TRIES:
                raise EndedError(next(iter(self.troubles)))
            await asyncio.sleep(tries)

    async def connection(self, sockets: WebSockets) -> None:
        """From the last position on, until it is closed. Raises :class:`EndedError` where another try is in vain."""
        url = self.stream.address(None if self.position is None else max(0, self.position - REWIND))
        self.first = True
        try:
            opened = await sockets.open(url)
        except NotOpenedError as error:
            self.not_opened(error, url)
            return
        self.opened = True
        async with opened:
            self.emit(Fetched(url, 101))
            await self.frames(opened, url)

    def not_opened(self, error: NotOpenedError, url: str) -> None:
        if error.blocked:
            self.emit(Blocked(str(error), url))
            self.blocked = Finished("blocked", str(error), seconds_to_wait(error.retry_after, self.clock()))
        else:
            self.trouble(str(error), url)
        if error.final:
            raise EndedError(str(error))

    async def frames(self, opened: aiohttp.ClientWebSocketResponse[Any], url: str) -> None:
        async for message in opened:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.take(message.data, url)
            elif message.type is aiohttp.WSMsgType.BINARY:
                self.trouble("binary frame", url)
            else:
                break
        too_large = opened.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        self.trouble("frame too large" if too_large else "connection closed", url)

    def take(self, frame: bytes, url: str) -> None:
        """One frame, through the stream's class: the boundary of a plug-in, so any exception is recorded."""
        self.bytes += len(frame)
        if self.bytes > LARGEST_FRAMES * self.job.limits.bytes_per_response:
            raise EndedError("byte limit reached")
        try:
            told = self.stream.told(frame)
        except MemoryError:
            raise
        except Exception as error:
            log.error("stream_class_failed", source=self.job.source.id, error=repr(error), exc_info=True)
            self.trouble(f"stream class failed: {type(error).__name__}", url)
            return
        if self.position is not None and self.first and told.position is not None:
            self.look_for_gap(told.position, url)
        for parsed in told.parsed:
            self.hand_on(parsed, url)
        if told.position is not None:
            self.first = False
            self.events += 1
            self.advance(told.position)
        if self.since_cursor >= EVENTS_PER_CURSOR or asyncio.get_running_loop().time() >= self.next_cursor:
            self.checkpoint()

    def hand_on(self, parsed: Parsed, url: str) -> None:
        self.since_cursor += 1
        if isinstance(parsed, RawMention):
            if self.found >= self.job.limits.items:
                raise EndedError(f"item limit of {self.job.limits.items} reached")
            self.found += 1
            self.emit(Found(parsed))
        elif isinstance(parsed, Deleted):
            self.emit(Gone(parsed.external_id, parsed.prefix))
        elif isinstance(parsed, Rejection):
            # Not "rejected": a frame is no item, and one bad frame among thousands spoils nothing.
            self.trouble(parsed.reason, url)

    def advance(self, position: int) -> None:
        """Never backwards, and not beyond what our own clock can believe."""
        if 0 < position <= int(self.clock().timestamp() * MICROSECONDS) + AHEAD:
            self.position = max(position, self.position or 0)

    def look_for_gap(self, position: int, url: str) -> None:
        """Whether the server begins later than it was asked to: what was before is not kept there any more."""
        assert self.position is not None  # noqa: S101 - see take()
        now = int(self.clock().timestamp() * MICROSECONDS)
        if self.position + GAP < position <= now + AHEAD:
            reason = f"not read, the server has no more of it: {moment(self.position)} to {moment(position)}"
            log.warning("stream_gap", source=self.job.source.id, seconds=(position - self.position) // MICROSECONDS)
            self.trouble("gap", url)
            self.notes.append(reason)

    def trouble(self, reason: str, url: str) -> None:
        self.troubles[reason] += 1
        self.emit(Failed(reason, url))
        if self.troubles.total() >= TROUBLES:
            raise EndedError(reason)

    def checkpoint(self) -> None:
        """Tells the position that stands for everything emitted so far."""
        self.since_cursor = 0
        self.next_cursor = asyncio.get_running_loop().time() + SECONDS_PER_CURSOR
        if self.position is not None:
            self.emit(Cursor({"stream": {"position": self.position}}))

    def outcome(self) -> Finished:
        """How it ended, from what was seen."""
        if self.blocked:
            return self.blocked
        if not self.events or self.troubles.total() >= TROUBLES:
            first = next(iter(self.troubles), None if self.opened else "timeout")
            return Finished("failed", first) if first else Finished("empty", f"no events in {self.seconds:g} s")
        words = next((note for note in (*self.notes, self.lag()) if note), "" if self.found else "nothing new")
        return Finished("done", words)

    def lag(self) -> str:
        """How far behind the network it is, where a pause is still being caught up on."""
        if self.position is None:
            return ""
        behind = int(self.clock().timestamp()) - self.position // MICROSECONDS
        reason = f"still {behind} s behind"
        return reason if behind > GAP // MICROSECONDS else ""


def restored(cursor: Mapping[str, Any]) -> int | None:
    """The position that an earlier crawl left, however the source was configured then."""
    position = cursor.get("stream", {}).get("position")
    return position if isinstance(position, int) else None


def moment(position: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=position)).isoformat(timespec="seconds")


def run(job: CrawlJob, emit: Callable[[CrawlEvent], None]) -> Finished:
    """Listens; blocks until done."""
    stream = SOURCES[job.source.kind].page_class()(job.source)
    assert isinstance(stream, Stream)  # noqa: S101 - the registry says so
    listener = Listener(job, stream, emit, lambda: datetime.now(UTC))
    # Not asyncio.run(): that would wait for a name server that does not answer.
    asyncio.new_event_loop().run_until_complete(listener.listen())
    return listener.outcome()
