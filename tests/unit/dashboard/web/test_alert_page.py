from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select, update

from alerts.evidence import counts
from alerts.tables import alert, outbox
from dashboard.web.i18n import say
from monitor.store.database import reading, writing
from tests.unit.dashboard.web.conftest import Site


def page_of(site: Site) -> str:
    return str(site.client.get(f"/alerts/{site.alert_id}").text)


def section(page: str, title: str) -> str:
    return page.split(f"<h2>{title}</h2>")[1].split("</section>")[0]


def test_the_history_begins_where_the_alert_was_still_pending(site: Site) -> None:
    steps = re.findall(r"<strong>([^<]*→[^<]*)</strong>", section(page_of(site), "What happened"))
    assert steps == ["Inactive → Pending", "Pending → Firing"]


def test_every_evaluation_opens_the_rows_of_its_own_window(site: Site) -> None:
    lines = page_of(site).split("<tbody>")[1].split("<tr")[1:]
    addresses = [unescape(re.findall(r'href="([^"]+)"', line)[0]) for line in lines]
    assert len(addresses) == 2
    assert all("brand=xinghe" in address and "dated=1" in address for address in addresses)
    # The story's evaluations ended three and two minutes ago and looked back ten.
    assert "since=2026-11-23T11%3A48%3A00Z&until=2026-11-23T11%3A58%3A00Z" in addresses[0]
    assert "since=2026-11-23T11%3A47%3A00Z&until=2026-11-23T11%3A57%3A00Z" in addresses[1]
    with reading(site.engine) as connection:
        end = connection.execute(select(alert.c.window_end)).scalar_one() - 120
        n, _ = counts(connection, {"brand": "xinghe"}, end - 600, end)
    assert f"<h2>{say('en', 'mentions.count', n=n)}</h2>" in site.client.get(addresses[0]).text


def test_the_evidence_window_is_a_link_to_its_rows(site: Site) -> None:
    window = page_of(site).split("Evidence window</dt>")[1].split("</dd>")[0]
    assert "since=2026-11-23T11%3A50%3A00Z" in window
    assert "2026-11-23 19:50:00 to 2026-11-23 20:00:00 Asia/Shanghai" in window


def test_attempts_are_counted_in_the_singular_too(site: Site) -> None:
    assert "1 attempt<" in section(page_of(site), "Notifications")
    with writing(site.engine) as connection:
        connection.execute(update(outbox).values(attempts=3))
    assert "3 attempts<" in section(page_of(site), "Notifications")


def test_since_is_said_with_what_it_means_and_only_where_it_tells_more_than_the_firing(site: Site) -> None:
    assert "Since</dt><dd>2026-11-23 19:57:00" in page_of(site)
    assert say("en", "alert.since.means") in page_of(site)
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(since=alert.c.fired_at))
    assert say("en", "alert.since.means") not in page_of(site)


def test_a_crisis_word_is_shown_by_the_words_it_looks_for(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(labels={"brand": "xinghe", "keyword": "safety"}, expected=None))
    for address in ("/alerts", f"/alerts/{site.alert_id}", "/?period=1h"):
        page = site.client.get(address).text
        assert "星河 · 发烫 / 鼓包" in page, address
        assert "60 hits of the crisis word, 48 negative" in page, address
    (mark,) = site.client.get("/api/v1/trend?brand=xinghe&period=1h").json()["alerts"]
    assert mark["label"] == "Major · 星河 · 发烫 / 鼓包"


def test_a_ceiling_counts_negative_mentions_and_no_hits(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(expected=None))
    for address in ("/alerts", f"/alerts/{site.alert_id}", "/"):
        assert "48 negative mentions of 60 in all" in site.client.get(address).text, address
