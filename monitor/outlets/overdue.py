"""What is overdue at the outlets of a source: what alerts tell of and the source's health shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection

from monitor.outlets.reading import boxes, loads, names_of
from monitor.outlets.source import TranscriptsSource

#: In place of an outlet's id: a hotline may have no outlets.
NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue at an outlet: ``number`` items, or checks, the first since ``since``."""

    outlet_id: str
    name: str
    number: int
    since: datetime


def overdue_items(connection: Connection, source: TranscriptsSource, now: datetime) -> list[Overdue]:
    """Those that were due first come first."""
    names = names_of(connection, source)
    late = [(each or NOWHERE, load) for each, load in loads(connection, source.id, now).items() if load.overdue]
    return ordered(Overdue(each, names.get(each, each), load.overdue, load.due_at) for each, load in late)


def overdue_boxes(connection: Connection, source: TranscriptsSource, zone: tzinfo, now: datetime) -> list[Overdue]:
    return ordered(
        Overdue(box.outlet.id, box.outlet.name, box.duty.missed, box.duty.due_at)
        for box in boxes(connection, source, zone, now)
        if box.duty.state == "missed" and box.duty.due_at
    )


def ordered(found: Iterable[Overdue]) -> list[Overdue]:
    return sorted(found, key=lambda each: (each.since, each.outlet_id))


def facts_of(overdue: Sequence[Overdue], now: datetime) -> dict[str, Any]:
    """As JSON: ``over`` in seconds, as it was at ``now``; ``mended`` is set where an alert is about them."""
    return {
        "outlets": [
            {
                "id": each.outlet_id,
                "name": each.name,
                "number": each.number,
                "over": max(0, (now - each.since) // timedelta(seconds=1)),
                "mended": False,
            }
            for each in overdue
        ]
    }
