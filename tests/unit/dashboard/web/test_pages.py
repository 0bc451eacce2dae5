from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from dashboard.tables import audit_event
from dashboard.web import assets
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from monitor.store.tables import config_status, crawl_run
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site


def pages(site: Site) -> list[str]:
    return [
        "/",
        "/?brand=*&period=30d&compare=tianqiong",
        "/overview/live",
        "/mentions",
        "/mentions/1",
        "/alerts",
        f"/alerts/{site.alert_id}",
        "/tickets",
        "/tickets/FB20261123001",
        "/sources",
        "/reports",
    ]


def test_every_page_answers_in_both_languages(site: Site) -> None:
    for language in ("en", "zh-CN"):
        site.client.post("/language", data={"csrf": site.csrf, "language": language})
        for address in pages(site):
            response = site.client.get(address)
            assert response.status_code == 200, address
            assert "style=" not in response.text, address
            assert "<script>" not in response.text, address


def test_overview_counts_what_the_rows_show(site: Site) -> None:
    points = site.client.get("/api/v1/trend?brand=xinghe&period=1h").json()["points"]
    mentions = site.client.get("/mentions?brand=xinghe&period=1h").text
    assert f"{sum(point['n'] for point in points)} mentions" in mentions
    negative = site.client.get("/mentions?brand=xinghe&period=1h&negative=1").text
    assert f"{sum(point['negative'] for point in points)} mentions" in negative


def test_trend_marks_the_alert_and_states_intervals(site: Site) -> None:
    data = site.client.get("/api/v1/trend?brand=xinghe&period=1h").json()
    assert [mark["id"] for mark in data["alerts"]] == [site.alert_id]
    said = [point for point in data["points"] if point["n"]]
    assert all(0 <= point["low"] <= point["ratio"] + 1e-9 <= point["high"] + 2e-9 for point in said)
    assert all(point["ratio"] is None for point in data["points"] if not point["n"])
    assert site.client.get("/api/v1/trend?brand=tianqiong&period=1h").json()["alerts"] == []


def test_load_more_walks_through_every_mention_once(site: Site, now: datetime) -> None:
    address: str | None = "/mentions?brand=*&period=30d"
    seen: list[str] = []
    while address:
        text = site.client.get(address, headers={"hx-request": "true"}).text
        seen += [part.split('"')[0] for part in text.split('id="mention-')[1:]]
        more = text.split('hx-get="/mentions?')[1].split('"')[0] if 'hx-get="/mentions?' in text else None
        address = f"/mentions?{more.replace('&amp;', '&')}" if more else None
    assert len(seen) == len(set(seen)) == len(stories.story(now))


def test_a_broken_query_is_shown_at_its_position(site: Site) -> None:
    response = site.client.get("/mentions", params={"q": "电池 AND (发烫"})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.text
    assert "cannot be read at character" in response.text


def test_a_query_filters_the_list(site: Site) -> None:
    text = site.client.get("/mentions", params={"q": "鼓包", "brand": "*"}).text
    assert 'id="mention-' in text
    assert all("鼓包" in part for part in text.split('id="mention-')[1:])


@pytest.mark.parametrize("address", ["/mentions/999999", "/alerts/999999", "/tickets/FB1", "/nowhere", "/reports/9"])
def test_what_is_not_there_is_a_404_with_the_way_on(site: Site, address: str) -> None:
    response = site.client.get(address)
    assert response.status_code == 404
    assert "Check the address" in response.text


@pytest.mark.parametrize("address", ["/mentions?after=x", "/mentions/abc"])
def test_an_unreadable_request_is_refused(site: Site, address: str) -> None:
    assert site.client.get(address).status_code in (400, 422)


def test_looking_at_evidence_is_recorded(site: Site) -> None:
    site.client.get("/mentions/7")
    with reading(site.engine) as connection:
        query = select(audit_event.c.actor, audit_event.c.detail).where(audit_event.c.action == "evidence_view")
        assert [tuple(row) for row in connection.execute(query)] == [("ada", {"mention": 7})]


def test_a_ticket_goes_its_way(site: Site) -> None:
    def do(action: str, text: str) -> int:
        data = {"csrf": site.csrf, "text": text}
        return int(site.client.post(f"/tickets/FB20261123001/{action}", data=data).status_code)

    assert do("assign", "ada") == 200
    assert do("note", "已联系电池供应商") == 200
    assert do("resolve", "批次召回") == 200
    assert do("assign", "ada") == 409
    assert do("reopen", "又有一例") == 200
    assert do("note", "") == 400
    assert do("burn", "x") == 404
    text = site.client.get("/tickets/FB20261123001").text
    assert "批次召回" in text
    assert "又有一例" in text


def test_crawl_now_queues_one_run(site: Site) -> None:
    assert "is queued." in site.client.post("/sources/shop/crawl", data={"csrf": site.csrf}).text
    assert "already" in site.client.post("/sources/shop/crawl", data={"csrf": site.csrf}).text
    assert site.client.post("/sources/unknown/crawl", data={"csrf": site.csrf}).status_code == 404
    with reading(site.engine) as connection:
        query = select(crawl_run.c.source_id).where(crawl_run.c.trigger == "manual")
        assert list(connection.execute(query).scalars()) == ["shop"]


def test_a_report_opens_under_its_own_policy(site: Site) -> None:
    response = site.client.get("/reports/1")
    assert "周报" in response.text
    assert "script" not in response.headers["content-security-policy"]


def test_a_broken_keywords_file_is_named_on_every_page(site: Site, now: datetime) -> None:
    with writing(site.engine) as connection:
        values = {"id": 1, "file_hash": "0", "errors": ["keywords.yaml:3:5: brands: oops"], "checked_at": now}
        connection.execute(config_status.insert().values(**values))
    assert "keywords.yaml:3:5: brands: oops" in site.client.get("/alerts").text
    assert "keywords.yaml 第 3 行第 5 列，brands：oops" in chinese(site, "/alerts")


def test_many_faults_of_a_file_are_counted(site: Site, now: datetime) -> None:
    errors = [f"keywords.yaml:{line}:5: brands: is required (add role:)" for line in range(1, 9)]
    with writing(site.engine) as connection:
        connection.execute(config_status.insert().values(id=1, file_hash="0", errors=errors, checked_at=now))
    assert "and 3 more" in site.client.get("/").text
    page = chinese(site, "/")
    assert "keywords.yaml 第 5 行第 5 列，brands：必填（请补上 role:）" in page
    assert "另有 3 处" in page


def test_without_a_configuration_the_page_says_what_to_do(
    sqlite_database: Engine, now: datetime, tmp_path: Path
) -> None:
    with writing(sqlite_database) as connection:
        add_user(connection, "ada", stories.PASSWORD, "admin", language="en", now=now)
    with TestClient(create_app(stories.services(sqlite_database, now, tmp_path))) as client:
        response = client.post("/sign-in", data={"name": "ada", "password": stories.PASSWORD})
        assert response.status_code == 503
        assert "tingfeng check" in response.text


def test_text_of_people_cannot_become_markup(site: Site, now: datetime) -> None:
    evil = '<img src=x onerror="alert(1)"> 电池发烫'
    mention = stories.mention_of(9000, now, brand="xinghe", source="shop", bad=True)
    with writing(site.engine) as connection:
        version = stories.add_configuration(connection, now)
        store_batch(
            connection,
            [replace(mention, text=evil, title=evil, author_masked=evil, matches=(), url="javascript:alert(1)")],
            config_version_id=version,
            step_seconds=stories.STEP,
            now=now,
        )
    text = site.client.get("/mentions?brand=xinghe&period=1h").text
    assert "<img src=x" not in text
    assert "javascript:" not in text
    assert "&lt;img src=x" in text


def chinese(site: Site, address: str) -> str:
    site.client.post("/language", data={"csrf": site.csrf, "language": "zh-CN"})
    return str(site.client.get(address).text)


def test_chinese_pages_say_stored_reasons_in_chinese(site: Site) -> None:
    alert = chinese(site, f"/alerts/{site.alert_id}")
    assert "条件已连续 2 次成立" in alert
    assert "condition true" not in alert
    sources = chinese(site, "/sources")
    for words in ("请求过多（Retry-After：60）", "找不到浏览器", "日期无法识别 2"):
        assert words in sources
    for reason in ("too many requests", "no browser found", "bad date"):
        assert reason not in sources


def test_english_pages_say_them_as_they_are_stored(site: Site) -> None:
    assert "condition true 2 times in a row" in site.client.get(f"/alerts/{site.alert_id}").text
    assert "bad date 2" in site.client.get("/sources").text


def test_a_broken_query_is_explained_in_chinese(site: Site) -> None:
    page = chinese(site, "/mentions?q=电池 AND (发烫")
    assert "括号 &#39;(&#39; 不成对 · 请用 ) 收尾" in page
    assert "unbalanced" not in page


def test_a_conflict_of_tickets_is_explained_in_chinese(site: Site) -> None:
    chinese(site, "/")
    response = site.client.post("/tickets/FB20261123001/reopen", data={"csrf": site.csrf, "text": "again"})
    assert response.status_code == 409
    assert "工单 FB20261123001 待处理，不能这样操作" in response.text


def test_authors_are_found_by_their_hash(site: Site) -> None:
    def found(author: str) -> int:
        page = str(site.client.get("/mentions", params={"q": f"author:{author}", "brand": "*"}).text)
        return page.count('id="mention-')

    assert found("王小明") > 0
    assert found("李雷") > 0
    assert found("韩梅梅") == 0


def test_without_the_author_key_an_author_search_says_so(site: Site, now: datetime, tmp_path: Path) -> None:
    keyless = replace(stories.services(site.engine, now, tmp_path), author_key=None)
    with TestClient(create_app(keyless), cookies=site.client.cookies) as client:
        page = client.get("/mentions", params={"q": '"author:" OR 电池 OR author:王小明'}).text
        assert "author: cannot be searched · the author key is not set" in page
        assert "at character 20" in page
        assert 'id="mention-' not in page
        assert 'id="mention-' in client.get("/mentions", params={"q": "鼓包", "brand": "*"}).text
        client.post("/language", data={"csrf": site.csrf, "language": "zh-CN"})
        assert "不能按 author: 检索 · 尚未设置作者密钥" in client.get("/mentions", params={"q": "author:a"}).text


def test_the_author_key_is_never_shown_with_the_services(site: Site, now: datetime, tmp_path: Path) -> None:
    assert "key of the tests" not in repr(stories.services(site.engine, now, tmp_path))


def test_pages_and_scripts_travel_compressed_and_fonts_as_they_are(site: Site) -> None:
    def encoding(name: str, **headers: str) -> str | None:
        found: str | None = site.client.get(name, headers=headers).headers.get("content-encoding")
        return found

    for name in ("/", "/mentions", assets.address("tabler.css"), assets.address("echarts.js")):
        assert encoding(name, **{"accept-encoding": "gzip"}) == "gzip", name
        assert encoding(name, **{"accept-encoding": "identity"}) is None, name
    assert encoding(assets.address("icons/fonts/tabler-icons.woff2"), **{"accept-encoding": "gzip"}) is None
    assert encoding("/healthz", **{"accept-encoding": "gzip"}) is None
    headers = site.client.get("/", headers={"accept-encoding": "gzip"}).headers
    assert "accept-encoding" in headers["vary"].lower()
    assert "default-src 'none'" in headers["content-security-policy"]
