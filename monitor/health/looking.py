"""Measures the configured sources, decides how each is, and stores the answer."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from monitor.config.schema import Config, Source
from monitor.health.decision import decide
from monitor.health.measuring import measure
from monitor.health.store import all_health, forget_others, health_of, save
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


def look_at_sources(engine: Engine, config: Config, now: datetime) -> int:
    """How many enabled, crawled sources there were; what is stored of others is dropped. May run twice."""
    zone, step = ZoneInfo(config.settings.timezone), int(config.settings.step.total_seconds())
    sources = [source for source in config.sources if source.enabled and source.crawled]
    with reading(engine) as connection:
        before = all_health(connection)
    for batch in in_chunks(sources, BATCH):
        found = []
        for source in batch:
            last = before.get(source.id)
            with reading(engine) as connection:
                measured = measure(connection, source, step, zone, now, last.first_success if last else None)
            found.append((source.id, decide(measured, last.health if last else None, zone, now), measured))
        with writing(engine) as connection:
            for source_id, health, measured in found:
                save(connection, source_id, health, measured, now)
    if set(before) - {source.id for source in sources}:
        with writing(engine) as connection:
            forget_others(connection, {source.id for source in sources})
    return len(sources)
