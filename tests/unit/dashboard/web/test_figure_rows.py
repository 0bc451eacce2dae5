"""Each key figure of the overview opens exactly the rows that it counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import insert, select

from alerts import tables as alerts
from dashboard.web.scope import PERIODS, make_scope
from monitor.config.load import parse_config
from monitor.mention import Subject
from monitor.store.database import writing
from monitor.store.mentions import store_batch
from monitor.store.rollups import aggregate
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site

SCOPES = [f"brand={brand}&period={period}" for brand in ("*", "xinghe", "unattributed") for period in ("1h", "7d")]
SCOPES += ["brand=xinghe&period=1h&source=shop", "brand=*&period=30d&source=forum", "brand=*&period=90d"]
SCOPES += ["brand=xinghe&period=24h&compare=tianqiong"]
CARD = re.compile(
    r'<a class="card figure" href="([^"]+)">\s*<h2>[^<]*</h2>\s*<p class="value[^"]*">(.*?)</p>', re.DOTALL
)
LINE = re.compile(r'<a class="of" href="(/mentions[^"]+)">([\d,]+)</a>')


@pytest.fixture
def awkward(site: Site, now: datetime) -> Site:
    """The story, and what figures and lists could count differently: undated mentions, mentions of two brands or of
    none, some at the borders of the period, a second alert of one source and one of all brands."""
    base = stories.mention_of(8000, now, brand="xinghe", source="shop", bad=True)
    both = (Subject("xinghe"), Subject("tianqiong"))
    added = [
        replace(base, external_id="u1", published_at=None, collected_at=now - timedelta(seconds=30)),
        replace(base, external_id="u2", published_at=None, collected_at=now - timedelta(days=2), subjects=both),
        replace(base, external_id="b1", published_at=now - timedelta(minutes=3), subjects=both),
        replace(base, external_id="n1", published_at=now - timedelta(minutes=9), subjects=(Subject("unattributed"),)),
    ]
    added += [
        replace(base, external_id=f"e{number}", published_at=now - length + timedelta(seconds=shift))
        for number, length in enumerate(PERIODS.values())
        for shift in (-60, 0, 60)
    ]
    added = [replace(one, external_id=f"{index}-{one.external_id}") for index, one in enumerate(added)]
    with writing(site.engine) as connection:
        version = stories.add_configuration(connection, now, stories.CONFIG + "# awkward\n")
        store_batch(connection, added, config_version_id=version, step_seconds=stories.STEP, now=now)
        first = connection.execute(select(alerts.alert)).one()._asdict()
        del first["id"]
        changes: tuple[dict[str, str | None], ...] = ({"source_id": "forum"}, {"brand_id": None}, {"state": "resolved"})
        for number, changed in enumerate(changes):
            row = {**first, **changed, "fingerprint": str(number) * 64, "resolved_at": None}
            connection.execute(insert(alerts.alert).values(row))
    aggregate(site.engine, stories.STEP)
    return site


def listed(site: Site, address: str) -> int:
    """How many mentions the list says it has, which are then read through to the end."""
    page = site.client.get(address).text
    stated = re.search(r"<h2>([\d,]+) mentions?</h2>", page)
    assert stated, address
    seen: int = page.count('id="mention-')
    while 'hx-get="/mentions?' in page:
        more = unescape(page.split('hx-get="')[1].split('"')[0])
        page = site.client.get(more, headers={"hx-request": "true"}).text
        seen += page.count('id="mention-')
    assert seen == int(stated[1].replace(",", ""))
    return seen


@pytest.mark.parametrize("scope", SCOPES)
def test_every_key_figure_opens_as_many_rows_as_it_says(awkward: Site, scope: str) -> None:
    page = awkward.client.get(f"/?{scope}").text
    cards = [(unescape(address), re.sub("<[^>]*>", " ", value)) for address, value in CARD.findall(page)]
    assert len(cards) == 4
    (volume, n), (negative, ratio), (sentiment, _mean), (firing, fired) = cards
    total = int(n.replace(",", ""))
    assert listed(awkward, volume) == listed(awkward, sentiment) == total
    stated = re.search(r"([\d,]+) of ([\d,]+)", ratio)
    k, of = (stated[1], stated[2]) if stated else ("0", "0")
    assert (listed(awkward, negative), total) == (int(k.replace(",", "")), int(of.replace(",", "")))
    assert awkward.client.get(firing).text.count('<th scope="row"><a href="/alerts/') == int(fired)


@pytest.mark.parametrize("scope", SCOPES[:2] + SCOPES[-2:])
def test_every_brand_and_source_opens_as_many_rows_as_it_says(awkward: Site, scope: str) -> None:
    lines = LINE.findall(awkward.client.get(f"/?{scope}").text)
    assert len(lines) >= 5
    for address, n in lines:
        assert listed(awkward, unescape(address)) == int(n.replace(",", "")), address


def test_the_figures_differ_by_scope(awkward: Site) -> None:
    """Else the counts above could agree because a filter is ignored on both sides."""
    found = {scope: CARD.findall(awkward.client.get(f"/?{scope}").text) for scope in SCOPES}
    assert len({cards[0][1] for cards in found.values()}) >= 6
    assert {cards[3][1].split("</i>")[1] for cards in found.values()} >= {"1", "2", "3"}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"])
@pytest.mark.parametrize("step", ["1m", "1h", "6h", "1d"])
def test_no_period_cuts_a_step(now: datetime, zone: str, step: str) -> None:
    text = stories.CONFIG.replace("{step: 1m,", f"{{timezone: {zone}, step: {step},")
    config = parse_config(text, stories.KINDS)
    for period in PERIODS:
        scope = make_scope(config, now, brand="*", source="", period=period, compare="", default_period="24h")
        for border in (scope.since, scope.until, scope.before[0]):
            assert border.timestamp() % scope.step == 0
        assert scope.since <= now < scope.until
