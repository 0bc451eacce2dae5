"""A company with a hotline and three outlets, for the pages about them: one thing of each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from dashboard.web.app import Services
from monitor.config.load import parse_config
from monitor.outlets.entering import take_over_outlets
from monitor.outlets.keeping import Check, Received, confirm_box, register, set_aside, transcribed
from monitor.outlets.reading import waiting
from monitor.outlets.source import TranscriptsSource
from monitor.store.database import writing
from tests.unit.dashboard.web import stories

CONFIG = stories.CONFIG.replace(
    "rules:\n",
    """\
  - id: counter
    kind: transcripts
    channel: counter
    brand: xinghe
    box_check: "19:30"
    outlets:
      - {id: nanjing, name: 南京路店, region: 上海}
      - {id: xidan, name: 西单店, region: 北京}
      - {id: chunxi, name: 春熙路店, region: 成都, closed: [2026-11-23]}
      - {id: airport, name: 机场店, region: 上海}
  - {id: hotline, kind: transcripts, channel: hotline, transcribe_within: 12h, brand: xinghe}
rules:
""",
)
KINDS = replace(stories.KINDS, sources={**stories.KINDS.sources, "transcripts": TranscriptsSource})
DAY = timedelta(days=1)


def open_shops(engine: Engine, now: datetime) -> None:
    """``now`` is 20:00 in Shanghai: the boxes were to be confirmed half an hour ago."""
    with writing(engine) as connection:
        stories.add_configuration(connection, now, CONFIG)
    take_over_outlets(engine, parse_config(CONFIG, KINDS), now - 20 * DAY)
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    arrivals = (("nanjing", 27, 2), ("xidan", 22, 1), ("airport", 3, 2), ("nanjing", 40, 2))
    with writing(engine) as connection:
        for back in range(1, 20):
            for outlet in ("nanjing", "xidan", "airport", "chunxi"):
                if outlet != "xidan" or back > 2:
                    at = now - back * DAY - timedelta(hours=2 if back % 6 else 0)
                    confirm_box(connection, "counter", outlet, Check(today - back * DAY, at, "li", back % 3))
        confirm_box(connection, "counter", "airport", Check(today, now - timedelta(hours=3), "wang", 2))
        for outlet, ago, count in arrivals:
            at = now - timedelta(hours=ago)
            received = Received("counter", outlet, "slip", at, at + DAY, f"{ago:032x}", count)
            register(connection, received, f"{outlet}-{at:%Y%m%d}-", "li", at)
        done = waiting(connection, "counter")[:2]
        transcribed(connection, done[0].id, "li", done[0].due_at - timedelta(hours=9))
        set_aside(connection, done[1].id, "illegible", "wang", done[1].due_at + timedelta(hours=2))


def services(engine: Engine, now: datetime, home: Path, *, demo: bool = False) -> Services:
    return replace(stories.services(engine, now, home, demo=demo), kinds=KINDS)
