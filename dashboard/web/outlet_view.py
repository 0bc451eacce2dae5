"""What the page of the outlets shows: what is overdue, each box, and what was done in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.outlets.duty import Clock, Kept
from monitor.outlets.reading import Box, Item, boxes, done_lately, in_time, loads, names_of, waiting
from monitor.outlets.source import TranscriptsSource

#: Items that are listed; the count says how many there are.
LISTED, DONE = 100, 10


@dataclass(frozen=True, slots=True)
class Line:
    """``outlet`` is a name, empty where none was stated."""

    item: Item
    outlet: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class View:
    source: TranscriptsSource
    zone: ZoneInfo
    waiting: int
    overdue: int
    lines: Sequence[Line]
    boxes: Sequence[Box]
    kept: Kept
    done: Sequence[Line]
    names: Mapping[str, str]

    @property
    def unconfirmed(self) -> int:
        return sum(1 for box in self.boxes if box.duty.state == "missed")

    @property
    def regions(self) -> bool:
        return any(outlet.region for outlet in self.source.outlets)


def outlet_view(connection: Connection, source: TranscriptsSource, zone: ZoneInfo, now: datetime) -> View:
    found, names = loads(connection, source.id, now), names_of(connection, source)

    def line(item: Item) -> Line:
        return Line(item, names.get(item.outlet_id or "", item.outlet_id or ""), item.clock(now))

    return View(
        source=source,
        zone=zone,
        waiting=sum(load.waiting for load in found.values()),
        overdue=sum(load.overdue for load in found.values()),
        lines=[line(item) for item in waiting(connection, source.id, LISTED)],
        boxes=boxes(connection, source, zone, now),
        kept=sum(in_time(connection, source.id, now).values(), Kept(0, 0)),
        done=[line(item) for item in done_lately(connection, source.id, DONE)],
        names=names,
    )
