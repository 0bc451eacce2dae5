"""A real site that changes its layout: crawled, noticed, told, kept, mended and resolved, without anyone asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from alerts.notification import Notification
from alerts.tables import alert, outbox
from dashboard.operation.collect import Lease
from dashboard.operation.crawling import run_source
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation
from dashboard.operation.jobs import Jobs
from monitor.config.schema import OperatorConfig
from monitor.config.versions import apply_text
from monitor.health.pages import open_page
from monitor.health.store import StoredHealth, health_of
from monitor.store.database import reading, writing
from monitor.store.sources import start_run
from tests.unit.crawlers.conftest import Answer, Site
from tests.unit.dashboard.operation.place import Clock, installation_of, pipelines
from tests.unit.dashboard.operation.test_vault import MASTER, VAULT

pytestmark = pytest.mark.slow

CONFIG = """\
version: 1
brands: [{{id: xinghe, name: 星河, role: own}}]
sources:
  - id: shop
    kind: selectors
    url: "{url}"
    item: article
    fields: {{text: "p::text", author: ".by::text", id: "::attr(id)"}}
    every: 10m
    delay: 0
routes: [{{match: {{rule: source-health}}, notify: [console]}}]
"""
ITEM = '<article id="{id}"><p>{text}</p><span class="{author}">王小明</span></article>'


@pytest.fixture
def shop() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def show(shop: Site, first: int, author: str) -> None:
    items = (ITEM.format(id=number, text=f"第 {number} 条", author=author) for number in range(first, first + 12))
    shop.pages["/"] = Answer(f"<html><body>{''.join(items)}</body></html>".encode())


def crawl(place: Installation, clock: Clock, shop: Site) -> StoredHealth:
    applied = apply_text(
        place.engine, CONFIG.format(url=shop.url()), place.kinds, author="test", note="", now=clock.now
    )
    source = applied.config.source("shop")
    assert source is not None
    now = clock.move(timedelta(minutes=10))
    lease = Lease(0, "test")
    with writing(place.engine) as connection:
        run = start_run(connection, "shop", "schedule", "test", now, lease.duration)
    assert run is not None
    done = run_source(place, applied, source, replace(lease, run_id=run.id), lambda: pipelines().of(applied), clock)
    assert done.outcome == "done", done.reason
    with reading(place.engine) as connection:
        found = health_of(connection, "shop")
    assert found is not None
    return found


def test_a_layout_that_changes_is_noticed_kept_and_told(
    database: Engine, tmp_path: Path, clock: Clock, shop: Site
) -> None:
    operator = OperatorConfig(local=("127.0.0.1",))
    place = replace(installation_of(database, tmp_path), home=Home(tmp_path, VAULT), operator=operator)
    for number in range(3):
        show(shop, number, "by")
        assert crawl(place, clock, shop).state == "ok"
    show(shop, 50, "author-name")
    found = crawl(place, clock, shop)
    assert (found.state, found.cause) == ("changed", "fields")
    assert found.facts["gaps"] == [{"kind": "review", "field": "author", "missing": 12, "items": 12}]
    show(shop, 70, "author-name")
    crawl(place, clock, shop)
    with reading(database) as connection:
        page, payload = open_page(connection, "shop", MASTER)
        assert b"author-name" in payload
        assert b"<p>\xe7\xac\xac 50" in payload, "the page that it was noticed on, not a later one"
        assert connection.execute(select(alert.c.rule_id, alert.c.state)).all() == [("source-health", "firing")]
    assert page.url == shop.url()
    assert Jobs(place).watch_sources(clock.now) == [], "the round finds nothing to add"
    show(shop, 90, "by")
    assert crawl(place, clock, shop).state == "ok"
    with reading(database) as connection:
        told = [Notification.from_json(payload) for payload in connection.scalars(select(outbox.c.payload))]
    assert [(one.transition, one.rule) for one in told] == [("firing", "source-health"), ("resolved", "source-health")]
