"""What the pages say of sources: state, why, flow, delay, fields, the week; and who may open the kept page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select, text

from alerts.tables import alert
from crawlers.inbound.models import ApiInbound, ImapInbound
from crawlers.inbound.registry import watched_sources
from crawlers.registry import SOURCES
from dashboard.tables import audit_event
from dashboard.web.app import create_app
from dashboard.web.source_health import heat, unseen
from monitor.config.load import parse_config
from monitor.health.decision import SOURCE_HEALTH, Health
from monitor.health.looking import look_at_sources
from monitor.health.measures import Measures
from monitor.health.store import save
from monitor.health.week import HOUR, WEEK, learn
from monitor.store.database import reading, writing
from tests.conftest import NOW
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site, sign_in
from tests.unit.dashboard.web.illness import KEY, PAGE, fall_ill


@pytest.fixture
def ill(site: Site, now: datetime, tmp_path: Path) -> Iterator[Site]:
    fall_ill(site.engine, now)
    services = replace(stories.services(site.engine, now, tmp_path / "home"), vault_key=KEY)
    with TestClient(create_app(services)) as client:
        yield replace(site, client=client, csrf=sign_in(client, "ada"))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="content"')[1]))


def line(site: Site, source: str) -> str:
    return str(site.client.get("/sources").text.split(f'href="/sources/{source}"')[1].split("</tr>")[0])


def alert_of(site: Site, source: str) -> int:
    query = select(alert.c.id).where(alert.c.rule_id == SOURCE_HEALTH, alert.c.source_id == source)
    with reading(site.engine) as connection:
        return int(connection.execute(query).scalar_one())


def test_each_source_says_its_state_why_its_flow_and_its_fields(ill: Site) -> None:
    shop, forum = line(ill, "shop"), line(ill, "forum")
    assert "source-changed" in shop
    assert "14 of 20 reviews lack an author; 20 of 20 reviews lack a time" in shop
    assert "88 new" in plain(f'id="content"{shop}')
    assert "96.4 expected" in shop
    assert "half within 1 min, 95% within 31 min" in shop
    assert '<li class="bad" title="Reviews · 6 of 20 items have it"><span>author</span>' in shop
    assert "source-late" in forum
    assert "31.4 new mentions were to be expected" in forum


def test_the_page_of_a_source_shows_its_week_and_its_mend(ill: Site) -> None:
    page = ill.client.get("/sources/shop").text
    assert page.count('<th scope="row">Mon</th>') == 1
    assert page.count('<td class="heat-') == 7 * 24
    assert "usually 100%" in page
    assert "run tingfeng discover on it" in page
    assert "style=" not in page
    assert "No item with a time yet." in ill.client.get("/sources/microblog").text
    assert ill.client.get("/sources/nobody").status_code == 404


def test_a_source_that_nobody_looked_at_yet_has_a_page(site: Site) -> None:
    assert "Not measured yet" in site.client.get("/sources/shop").text


def test_an_alert_about_a_source_leads_to_it_and_to_the_kept_page(ill: Site) -> None:
    page = ill.client.get(f"/alerts/{alert_of(ill, 'shop')}").text
    assert "Layout changed: of the latest items: 14 of 20 reviews lack an author" in page
    assert 'action="/sources/shop/page"' in page
    assert "Typical mentions" not in page
    listed = plain(ill.client.get("/alerts").text)
    assert "Late: 31.4 new mentions were to be expected and none came" in listed
    assert 'action="/sources/' not in ill.client.get(f"/alerts/{alert_of(ill, 'forum')}").text


def test_alerts_about_sources_are_no_alerts_about_brands(ill: Site) -> None:
    overview = ill.client.get("/?brand=*&period=24h").text
    assert "source-health" not in overview
    assert overview.count('id="firing-') == 1
    marks = ill.client.get("/api/v1/trend?brand=*&period=24h").json()["alerts"]
    assert [mark["id"] for mark in marks] == [ill.alert_id]


def opened(site: Site) -> list[dict[str, object]]:
    query = select(audit_event.c.detail).where(audit_event.c.action == "source_page_open")
    with reading(site.engine) as connection:
        return list(connection.scalars(query))


def test_opening_the_kept_page_is_on_record_and_harmless(ill: Site) -> None:
    answer = ill.client.post("/sources/shop/page", data={"csrf": ill.csrf})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "电话 13800138000" in answer.text
    assert "<script>alert(1)</script>" not in answer.text
    assert [each["source"] for each in opened(ill)] == ["shop"]
    assert ill.client.get("/sources/shop/page").status_code == 405
    assert ill.client.post("/sources/forum/page", data={"csrf": ill.csrf}).status_code == 404
    with writing(ill.engine) as connection:
        connection.execute(text("UPDATE source_page SET sha256 = 'x'"))
    assert ill.client.post("/sources/shop/page", data={"csrf": ill.csrf}).status_code == 500
    assert len(opened(ill)) == 1, "nothing was seen"
    assert PAGE


def test_a_viewer_may_not_open_it(ill: Site) -> None:
    csrf = sign_in(ill.client, "vic")
    assert ill.client.post("/sources/shop/page", data={"csrf": csrf}).status_code == 403
    assert 'action="/sources/shop/page"' not in ill.client.get("/sources/shop").text
    assert opened(ill) == []


def test_the_heat_table_is_shaded_by_the_loudest_hour() -> None:
    start = int(NOW.timestamp()) // WEEK * WEEK
    counts = {start + week * WEEK: 10 for week in range(4)} | {start + HOUR: 3}
    rows = [each for day in heat(learn(counts, start, start + 4 * WEEK, NOW.tzinfo)) for each in day]  # type: ignore[arg-type]
    assert sorted((each.mean, each.shade, each.always) for each in rows if each.mean) == [
        (0.75, 1, False),
        (10.0, 5, True),
    ]
    assert {each.shade for each in rows if not each.mean} == {0}


def test_what_nobody_saw_at_work_says_so() -> None:
    assert {kind: unseen(kind) for kind in ("feed", "bluesky", "steam", "plain")} == {
        "feed": "",
        "bluesky": "stand-in",
        "steam": "no",
        "plain": "",
    }
    assert {entry.seen for entry in SOURCES.values()} == {"live", "stand-in", "no"}


def test_sources_that_nobody_asks_have_a_state_and_a_page(site: Site, now: datetime, tmp_path: Path) -> None:
    entries = {"desk": ApiInbound(), "mail": ImapInbound(host="imap.example", user="li", password=SecretStr("x"))}
    look_at_sources(site.engine, parse_config(stories.CONFIG, stories.KINDS), now, watched_sources(entries))
    refused = Health("failing", "refused", now, {"expected": 22.2, "number": 7, "reason": "wrong signature"}, True)
    services = replace(stories.services(site.engine, now, tmp_path / "home"), inbound=lambda: entries)
    with TestClient(create_app(services)) as client:
        here = replace(site, client=client, csrf=sign_in(client, "ada"))
        assert "Nothing sent yet" in line(here, "desk")
        assert "No file yet" in line(here, "survey")
        assert "Not yet crawled" in line(here, "mail")
        with writing(site.engine) as connection:
            save(connection, "desk", refused, Measures(timedelta(minutes=30)), now)
        assert "but 7 requests were refused (wrong signature)" in line(here, "desk")
        page = plain(client.get("/sources/desk").text)
        assert "compare secrets, tokens and clocks" in page
        assert "Last runs that stored" in page
        assert "Read every" not in page
        assert "Read every 5 min" in plain(client.get("/sources/mail").text)
        client.post("/language", data={"csrf": here.csrf, "language": "zh-CN"})
        assert "7 次请求被拒收（签名不符）" in line(here, "desk")
