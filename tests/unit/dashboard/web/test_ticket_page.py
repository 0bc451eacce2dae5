from __future__ import annotations

from html import unescape

from sqlalchemy import update

from alerts.tables import alert, ticket
from monitor.store.database import writing
from tests.unit.dashboard.web.conftest import Site

NUMBER = "FB20261123001"
STORED = "星河:60 条中 48 条负面,基线 9%"
ENGLISH = "Major alert · 星河: 48 of 60 negative against a baseline of 9 %"
CHINESE = "重要预警 · 星河：60 条提及中有 48 条负面，基线为 9%"


def speak(site: Site, language: str) -> None:
    site.client.post("/language", data={"csrf": site.csrf, "language": language})


def test_the_title_is_said_in_the_language_of_the_reader(site: Site) -> None:
    for language, title in (("en", ENGLISH), ("zh-CN", CHINESE)):
        speak(site, language)
        for address in ("/tickets", f"/tickets/{NUMBER}"):
            page = unescape(site.client.get(address).text)
            assert title in page, address
            assert STORED not in page, address


def test_a_ticket_without_an_alert_keeps_the_title_it_has(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(ticket).values(alert_id=None))
    for address in ("/tickets", f"/tickets/{NUMBER}"):
        assert STORED in site.client.get(address).text, address


def test_it_shows_the_typical_mentions_and_leads_to_all_of_them(site: Site) -> None:
    page = site.client.get(f"/tickets/{NUMBER}").text
    quoted = page.split("<h2>Typical mentions</h2>")[1].split("</section>")[0]
    assert quoted.count('href="/mentions/') == 3
    assert quoted.count('href="https://shop.example/review/') == 3
    rows = unescape(page.split('<a class="btn" href="')[1].split('"')[0])
    assert rows.startswith("/mentions?brand=xinghe&since=2026-11-23T11%3A50%3A00Z&until=")
    assert "80.0%" in page.split("Negative ratio in the window")[1].split("</dd>")[0]


def test_a_quote_that_its_source_took_back_leaves_the_others(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(quotes=[999_999]))
    page = site.client.get(f"/tickets/{NUMBER}").text
    assert 'href="/mentions/' not in page.split("<h2>Typical mentions</h2>")[1].split("</section>")[0]


def test_the_history_says_who_did_what_when(site: Site) -> None:
    for action, text in (("assign", "vic"), ("resolve", "a new battery was sent")):
        site.client.post(f"/tickets/{NUMBER}/{action}", data={"csrf": site.csrf, "text": text})
    history = site.client.get(f"/tickets/{NUMBER}").text.split("<h2>History</h2>")[1].split("</section>")[0]
    opened, assigned, resolved = history.split("<li>")[1:]
    assert "<strong>Tingfeng</strong> opened it" in opened
    assert "<strong>ada</strong> assigned it to <strong>vic</strong>" in assigned
    assert "<strong>ada</strong> resolved it" in resolved
    assert '<p class="said">a new battery was sent</p>' in resolved
    for event in (opened, assigned, resolved):
        assert "2026-11-23 20:00:00 Asia/Shanghai</span>" in event
