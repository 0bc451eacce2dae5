"""The exact window behind an alert, in the address of the mentions page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from alerts.evidence import counts, mentions_path
from alerts.tables import alert
from dashboard.web.window import moment, window_of
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "stated", ["2026-11-23T12:00:00Z", "2026-11-23T20:00:00+08:00", "20261123T120000Z", str(int(AT.timestamp()))]
)
def test_a_moment_is_epoch_seconds_or_iso_with_a_zone(stated: str) -> None:
    assert moment(stated) == AT


@given(st.integers(0, 7_000_000_000))
def test_a_window_comes_back_from_its_own_address(epoch: int) -> None:
    window = window_of(str(epoch), str(epoch + 600), "1")
    values = window.values()
    assert window_of(values["since"] or "", values["until"] or "", values["dated"] or "") == window


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_value_error(text: str) -> None:
    try:
        found = moment(text)
    except (ValueError, OverflowError):
        return
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-11-23T12:00:00",
        "until=99999999999999",
        "since=2026-11-23T12:00:00Z&until=2026-11-23T12:00:00Z",
        "since=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_a_window_that_cannot_be_read_is_refused(site: Site, query: str) -> None:
    assert site.client.get(f"/mentions?{query}").status_code == 400


def evidence_address(site: Site) -> str:
    page = site.client.get(f"/alerts/{site.alert_id}").text
    return unescape(re.findall(r'href="(/mentions\?[^"]*since=[^"]*)"', page)[0])


def shown(site: Site, address: str) -> int:
    found = re.search(r"<h2>([\d,]+) mentions?</h2>", site.client.get(address).text)
    assert found, address
    return int(found[1])


def test_the_alert_links_to_exactly_its_frozen_window(site: Site) -> None:
    with reading(site.engine) as connection:
        start, end = connection.execute(select(alert.c.window_start, alert.c.window_end)).one()
        n, k = counts(connection, {"brand": "xinghe"}, start, end)
    address = evidence_address(site)
    assert address == mentions_path({"brand": "xinghe"}, start, end)
    assert shown(site, address) == n
    assert shown(site, f"{address}&negative=1") == k > 0
    assert n > shown(site, mentions_path({"brand": "xinghe"}, start, end - 60))


def test_undated_mentions_and_other_brands_are_no_evidence(site: Site, now: datetime) -> None:
    address = evidence_address(site)
    before = shown(site, address)
    base = stories.mention_of(9100, now - timedelta(seconds=30), brand="xinghe", source="shop", bad=True)
    other = stories.mention_of(9101, now - timedelta(seconds=30), brand="tianqiong", source="shop", bad=True)
    with writing(site.engine) as connection:
        version = stories.add_configuration(connection, now, stories.CONFIG + "# again\n")
        undated = replace(base, published_at=None, collected_at=now - timedelta(seconds=30))
        store_batch(connection, [undated, other], config_version_id=version, step_seconds=stories.STEP, now=now)
    assert shown(site, address) == before
    assert shown(site, address.replace("&dated=1", "")) == before + 1


def test_an_alert_of_all_brands_does_not_open_the_default_brand(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(labels={}, brand_id=None))
        start, end = connection.execute(select(alert.c.window_start, alert.c.window_end)).one()
        n, _ = counts(connection, {}, start, end)
    assert shown(site, evidence_address(site)) == n


def test_the_evidence_of_a_crisis_word_is_of_its_brand(site: Site) -> None:
    with writing(site.engine) as connection:
        connection.execute(update(alert).values(labels={"brand": "xinghe", "keyword": "safety"}))
        start, end = connection.execute(select(alert.c.window_start, alert.c.window_end)).one()
        n, _ = counts(connection, {"brand": "xinghe", "keyword": "safety"}, start, end)
    address = evidence_address(site)
    assert "brand=xinghe&keyword=safety" in address
    assert shown(site, address) == n > 0


def test_a_brand_that_left_the_configuration_keeps_its_evidence(site: Site) -> None:
    with reading(site.engine) as connection:
        start, end = connection.execute(select(alert.c.window_start, alert.c.window_end)).one()
    assert "No mention fits" in site.client.get(mentions_path({"brand": "gone"}, start, end)).text


def test_the_chip_removes_the_window_and_keeps_the_filters(site: Site) -> None:
    page = site.client.get(f"{evidence_address(site)}&negative=1&q=鼓包").text
    chip = page.split('class="tag chip"')[1].split("</span>")[0]
    assert "2026-11-23 19:50:00 to 2026-11-23 20:00:00 Asia/Shanghai · with a date" in chip
    address = unescape(chip.split('href="')[1].split('"')[0])
    assert "since" not in address
    assert "dated" not in address
    assert "negative=1" in address
    without = site.client.get(address).text
    assert 'class="tag chip"' not in without
    assert 'name="period" value="24h" data-submit checked' in without


def test_filtering_further_and_loading_more_stay_in_the_window(site: Site) -> None:
    page = site.client.get(evidence_address(site)).text
    form = page.split('id="filters"')[1].split("</form>")[0]
    for name in ("since", "until", "dated"):
        assert f'type="hidden" name="{name}"' in form
    more = unescape(page.split('hx-get="')[1].split('"')[0])
    assert "since=2026-11-23T11%3A50%3A00Z&until=2026-11-23T12%3A00%3A00Z&dated=1" in more
    seen = site.client.get(more, headers={"hx-request": "true"}).text.count('id="mention-')
    assert 30 + seen == shown(site, evidence_address(site))
