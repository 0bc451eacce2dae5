"""The contract of a stream: a source that pushes its events over a WebSocket. A new one is a subclass of Stream."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawlers.page import Follow, Page, Parsed, S
from monitor.mention import Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What one frame says. ``position``: where it stands in the stream, in microseconds since the epoch."""

    position: int | None
    parsed: tuple[Parsed, ...]


class Stream(Page[S]):
    """Reads the events of one source during one crawl, without any memory; :mod:`crawlers.listening` connects, and
    keeps the position up to which the stream was read. Events may come again: what is found has a stable id.

    A :class:`Rejection` is a frame that could not be read; an event that is not asked for gives nothing.
    """

    @abstractmethod
    def address(self, position: int | None) -> str:
        """Where to listen (``ws`` or ``wss``) from ``position`` on; ``None``: from now on."""

    @abstractmethod
    def position(self, event: Event) -> int | None:
        """Where ``event`` stands, in microseconds since the epoch."""

    @abstractmethod
    def read(self, event: Event) -> Iterable[Parsed]:
        """Everything found in one event, which may hold any JSON values."""

    def told(self, frame: bytes) -> Told:
        """One frame: a JSON object in UTF-8."""
        try:
            event = json.loads(str(frame, "utf-8"))
        except (ValueError, RecursionError) as error:
            return Told(None, (Rejection("bad json", str(error)[:200]),))
        if not isinstance(event, Mapping):
            return Told(None, (Rejection("bad json", "no object"),))
        return Told(self.position(event), tuple(self.read(event)))

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address(None))

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        """Saved frames, one a line."""
        for line in response.body.split(b"\n"):
            if line.strip():
                yield from self.told(line).parsed
