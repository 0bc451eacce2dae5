"""Measures the configured sources, decides how each is, and stores the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from monitor.config.schema import Config, Source
from monitor.health.decision import decide
from monitor.health.measuring import measure
from monitor.health.store import all_health, forget_others, health_of, save
from monitor.health.watched import Watched, way_of
from monitor.store.chunks import in_chunks
from monitor.store.database import reading, writing

#: Sources in one write transaction; the reads before it hold no lock.
BATCH = 50


def look_at_source(engine: Engine, config: Config, source: Source, now: datetime) -> None:
    """One source, right after it was read: nobody should have to wait for the next round to see what became of it."""
    zone, step = ZoneInfo(config.settings.timezone), int(config.settings.step.total_seconds())
    with reading(engine) as connection:
        last = health_of(connection, source.id)
        measured = measure(connection, source, step, zone, now, last.first_success if last else None)
    with writing(engine) as connection:
        save(connection, source.id, decide(measured, last.health if last else None, zone, now), measured, now)


def look_at_sources(engine: Engine, config: Config, now: datetime, inbound: Sequence[Watched] = ()) -> int:
    """How many enabled sources there were, those of operator.yaml among them; what is stored of others is dropped. May
    run twice."""
    zone, step = ZoneInfo(config.settings.timezone), int(config.settings.step.total_seconds())
    watched = [Watched(source, way_of(source)) for source in config.sources]
    watched = [each for each in (*watched, *inbound) if each.source.enabled]
    with reading(engine) as connection:
        before = all_health(connection)
    for batch in in_chunks(watched, BATCH):
        found = []
        for each in batch:
            source, last = each.source, before.get(each.source.id)
            with reading(engine) as connection:
                first = last.first_success if last else None
                measured = measure(connection, source, step, zone, now, first, each.way)
            found.append((source.id, decide(measured, last.health if last else None, zone, now), measured))
        with writing(engine) as connection:
            for source_id, health, measured in found:
                save(connection, source_id, health, measured, now)
    if gone := set(before) - {each.source.id for each in watched}:
        with writing(engine) as connection:
            forget_others(connection, set(before) - gone)
    return len(watched)
