"""Confirming that the box of an outlet was emptied: what the page and the command share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from monitor.config.schema import Config
from monitor.outlets.keeping import Check, Received, confirm_box, register
from monitor.outlets.reading import zone_of
from monitor.outlets.source import Outlet, TranscriptsSource
from monitor.store.database import writing


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``numbers`` of the slips; ``before`` is the check that was there, and stays, where somebody was first."""

    day: date
    numbers: Sequence[str] = ()
    before: Check | None = None


def confirm(
    engine: Engine,
    source: TranscriptsSource,
    config: Config,
    outlet: Outlet,
    slips: int,
    by: str,
    now: datetime,
    also: Callable[[Connection, Check], None] = lambda _connection, _check: None,
) -> Confirmed:
    """Today's box, its slips, which count as received now, and ``also``, in one transaction."""
    zone = zone_of(source, config)
    check = Check(now.astimezone(zone).date(), now, by, slips)
    with writing(engine) as connection:
        before = confirm_box(connection, source.id, outlet.id, check)
        if before is not None:
            return Confirmed(check.day, before=before)
        numbers: Sequence[str] = ()
        if slips:
            received = slips_of(source, outlet.id, check)
            numbers = register(connection, received, prefix_of(received, zone), by, now)
        also(connection, check)
    return Confirmed(check.day, numbers)


def slips_of(source: TranscriptsSource, outlet_id: str, check: Check) -> Received:
    """Named by outlet and day: a box is confirmed once a day."""
    name = sha256(f"{outlet_id} {check.day.isoformat()}".encode()).hexdigest()[:32]
    due_at = check.at + source.transcribe_within
    return Received(source.id, outlet_id, "slip", check.at, due_at, name, check.slips)


def prefix_of(received: Received, zone: ZoneInfo) -> str:
    """What the numbers of its items begin with, which somebody writes on the slips: ``nanjing-20261123-``."""
    day = received.received_at.astimezone(zone).strftime("%Y%m%d")
    return f"{(received.outlet_id or received.source_id)[:44]}-{day}-"
