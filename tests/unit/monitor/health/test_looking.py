"""Measured from real rows on both databases, decided and stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from monitor.config.schema import Brand, Config, Settings, Source
from monitor.health.looking import look_at_sources
from monitor.health.measuring import measure, quantile
from monitor.health.pages import expire_pages, keep_page, open_page, page_of
from monitor.health.store import all_health, health_of, week_of
from monitor.mention import Mention
from monitor.store import sources
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from monitor.store.rollups import aggregate
from monitor.vault.errors import MasterKeyError, NoEvidenceError, TamperedError
from monitor.vault.keys import MasterKey
from tests.unit.monitor.store.samples import HOUR, NOON, sample

ZONE = ZoneInfo("Asia/Shanghai")
SHOP = Source(id="shop", kind="feed")
KEY, OTHER = MasterKey(b"k" * 32), MasterKey(b"o" * 32)


def config(*found: Source, step: int = HOUR) -> Config:
    brands = (Brand(id="xinghe", name="星河", role="own"),)
    return Config(version=1, brands=brands, sources=found, settings=Settings(step=timedelta(seconds=step)))


def crawl(
    engine: Engine, at: datetime, state: sources.Outcome = "done", trigger: Any = "schedule", **counts: Any
) -> None:
    with writing(engine) as connection:
        run = sources.start_run(connection, "shop", trigger, "test", at, timedelta(minutes=1))
        assert run is not None
        sources.finish_run(connection, run.id, state=state, counts=counts, reason="timeout", now=at, source=SHOP)


def keep(engine: Engine, version: int, mentions: list[Mention], step: int = HOUR) -> None:
    with writing(engine) as connection:
        store_batch(connection, mentions, config_version_id=version, step_seconds=step, now=NOON)
    aggregate(engine, step)


def item(number: int, published: datetime, delay: float = 60) -> Mention:
    collected = published + timedelta(seconds=delay)
    return sample(f"r{number}", text=f"第 {number} 条", published_at=published, collected_at=collected)


@pytest.mark.parametrize("step", [60, HOUR, 2 * HOUR])
def test_a_week_is_learnt_whatever_the_step(database: Engine, applied_config_id: int, step: int) -> None:
    items = [item(n, NOON - timedelta(hours=n, minutes=5)) for n in range(14 * 24)]
    keep(database, applied_config_id, items, step)
    look_at_sources(database, config(SHOP, step=step), NOON)
    with reading(database) as connection:
        week, found = week_of(connection, "shop"), health_of(connection, "shop")
    assert week is not None
    assert found is not None
    assert (set(week.items), set(week.hours), week.weeks) == ({2}, {2}, 2.0)
    assert found.got_24h == 24
    assert found.expected_24h == pytest.approx(24)
    assert found.last_item == NOON - timedelta(minutes=5)


def test_the_delay_leaves_out_what_was_there_before_us(database: Engine, applied_config_id: int) -> None:
    begun = NOON - timedelta(days=3)
    crawl(database, begun - timedelta(hours=1), "failed")
    crawl(database, begun, trigger="import")
    crawl(database, begun)
    fill = [item(n, begun - timedelta(days=n + 1), delay=86400 * (n + 1)) for n in range(50)]
    live = [item(100 + n, NOON - timedelta(hours=n + 1), delay=60 * (n + 1)) for n in range(20)]
    late = [item(200, NOON - timedelta(hours=1), delay=-300)]
    keep(database, applied_config_id, fill + live + late)
    with reading(database) as connection:
        found = measure(connection, SHOP, HOUR, ZONE, NOON)
    assert found.first_success == begun
    assert found.delay is not None
    assert (found.delay.p50, found.delay.p95, found.delay.n) == (600, 1140, 21)


def test_quantiles_are_values_that_were_measured() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], share) for share in (0.0, 0.5, 0.51, 0.95, 1.0)] == [1, 2, 3, 4, 4]


def test_a_source_is_followed_from_ok_to_changed_and_back(database: Engine, applied_config_id: int) -> None:
    full: dict[str, Any] = {"fetched": 20, "pages": 1, "fields": {"review": {"items": 20, "author": 20}}}
    for hours in range(10, 4, -1):
        crawl(database, NOON - timedelta(hours=hours), **full)
    look_at_sources(database, config(SHOP), NOON - timedelta(hours=5))
    with reading(database) as connection:
        assert all_health(connection)["shop"].state == "ok"
    crawl(database, NOON, **{**full, "fields": {"review": {"items": 20}}})
    for _ in range(2):  # may run twice
        look_at_sources(database, config(SHOP), NOON)
        with reading(database) as connection:
            found = all_health(connection)["shop"]
        assert (found.state, found.cause, found.since, found.health.alarming) == ("changed", "fields", NOON, True)
        assert found.fill["review"] == {"items": 20}
    later = NOON + timedelta(minutes=30)
    crawl(database, later, **full)
    look_at_sources(database, config(SHOP), later)
    with reading(database) as connection:
        assert all_health(connection)["shop"].state == "ok"


def test_a_source_that_is_not_read_any_more_is_forgotten(database: Engine) -> None:
    look_at_sources(database, config(SHOP, Source(id="forum", kind="feed")), NOON)
    off = SHOP.model_copy(update={"enabled": False})
    assert look_at_sources(database, config(off, Source(id="forum", kind="feed")), NOON) == 1
    with reading(database) as connection:
        assert {key: found.state for key, found in all_health(connection).items()} == {"forum": "never"}


def test_every_read_is_served_by_an_index(sqlite_template: Any, tmp_path: Any) -> None:
    import shutil

    from sqlalchemy import event

    from monitor.store.database import open_engine

    shutil.copy(sqlite_template, tmp_path / "tingfeng.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'tingfeng.db'}")
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    with reading(engine) as connection:
        measure(connection, SHOP, HOUR, ZONE, NOON, NOON - timedelta(days=9))
        measure(connection, SHOP, 2 * HOUR, ZONE, NOON)
        plans = [
            (statement, row[3])
            for statement, values in list(asked)
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    engine.dispose()
    assert len(plans) >= 10
    assert [plan for plan in plans if plan[1].startswith("SCAN")] == []


def test_the_page_is_sealed_and_stays_while_the_source_counts_as_changed(database: Engine) -> None:
    def kept(page: str, at: datetime) -> bool:
        with writing(database) as connection:
            return keep_page(connection, "shop", "https://shop.example/", page, "tingfeng feed", at, KEY)

    assert kept("<p>张三 13800138000</p>", NOON - timedelta(hours=2))
    assert kept("<p>李四\ud800</p>", NOON - timedelta(hours=1)), "the newest is the one"
    with writing(database) as connection:
        connection.execute(text("DELETE FROM source_health"))
    full: dict[str, Any] = {"fetched": 20, "fields": {"review": {"items": 20, "author": 20}}}
    for hours in range(9, 2, -1):
        crawl(database, NOON - timedelta(hours=hours), **full)
    crawl(database, NOON, fetched=20, fields={"review": {"items": 20}})
    look_at_sources(database, config(SHOP), NOON)
    assert not kept("<p>王五</p>", NOON)
    with reading(database) as connection:
        found, payload = open_page(connection, "shop", KEY)
        assert payload.decode() == "<p>李四?</p>"
        assert (found, found.size) == (page_of(connection, "shop"), len(payload))
        with pytest.raises(MasterKeyError):
            open_page(connection, "shop", OTHER)
        with pytest.raises(NoEvidenceError):
            open_page(connection, "forum", KEY)
    with writing(database) as connection:
        connection.execute(text("UPDATE source_page SET url = 'https://evil.example/'"))
    with reading(database) as connection, pytest.raises(TamperedError):
        open_page(connection, "shop", KEY)
    with writing(database) as connection:
        assert (expire_pages(connection, NOON - timedelta(hours=1)), expire_pages(connection, NOON)) == (0, 1)
