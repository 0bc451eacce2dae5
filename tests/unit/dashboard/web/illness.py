"""Sources that are not well, for the pages about them: one of each state, an alert, and the page that was kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine

from alerts.source_health import evaluate_sources
from monitor.config.load import parse_config
from monitor.config.versions import load_applied
from monitor.health.decision import Health
from monitor.health.looking import look_at_sources
from monitor.health.measures import Delay, Measures, Run
from monitor.health.pages import keep_page
from monitor.health.store import save
from monitor.health.week import HOUR, WEEK, cell_of, learn
from monitor.store.database import reading, writing
from monitor.vault.keys import MasterKey
from tests.unit.dashboard.web import stories

KEY = MasterKey(b"k" * 32)
PAGE = "<article><p class='review'>电池发烫，电话 13800138000</p></article><script>alert(1)</script>"
GAPS = [
    {"kind": "review", "field": "author", "missing": 14, "items": 20},
    {"kind": "review", "field": "published", "missing": 20, "items": 20},
]


def fall_ill(engine: Engine, now: datetime) -> None:
    """The shop changed its layout an hour ago, the forum is late, the microblog unavailable; alerts fire."""
    look_at_sources(engine, parse_config(stories.CONFIG, stories.KINDS), now)
    with writing(engine) as connection:
        begun = now - timedelta(hours=1)
        keep_page(connection, "shop", "https://shop.example/reviews", PAGE, "tingfeng feed", begun, KEY)
        usual = {"review": {"author": 1.0, "published": 1.0, "rating": 0.99, "url": 1.0}}
        save(connection, "shop", Health("changed", "fields", begun, {"gaps": GAPS}, True, usual), shop(now), now)
        silent = {"expected": 31.4, "probability": 2.3e-7, "threshold": 3.1e-5}
        late = Health("late", "silence", now - timedelta(hours=9), silent, True)
        save(connection, "forum", late, Measures(timedelta(minutes=10), last_item=late.since, expected_24h=72.5), now)
    with reading(engine) as connection:
        applied = load_applied(connection, stories.KINDS)
    assert applied is not None
    evaluate_sources(engine, applied, ("console",), now)


def shop(now: datetime) -> Measures:
    end = int(now.timestamp()) // HOUR * HOUR
    zone = now.tzinfo
    assert zone is not None
    counts = {}
    for hour in range(end - 6 * WEEK, end, HOUR):
        cell = cell_of(hour, zone)
        counts[hour] = 0 if cell % 24 < 7 and (hour // HOUR) % 3 else (cell % 24) % 9 * (2 if cell >= 120 else 1)
    fill = {"review": {"items": 20, "author": 6, "rating": 20, "url": 20, "external_id": 20}}
    return Measures(
        every=timedelta(minutes=30),
        runs=(Run("done", now, fetched=20, pages=1, fill=fill),),
        last_item=now - timedelta(minutes=7),
        delay=Delay(95, 1860, 412),
        week=learn(counts, end - 6 * WEEK, end, zone),
        expected_24h=96.4,
        got_24h=88,
    )
