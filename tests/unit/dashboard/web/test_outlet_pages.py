"""The pages of the outlets: registered, transcribed, confirmed; each once, and the second who tries is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dashboard.tables import audit_event
from dashboard.web.app import create_app
from dashboard.web.sessions import COOKIE
from monitor.inbox.sealing import inbox_key, unseal
from monitor.inbox.tables import inbox
from monitor.mention import RawMention
from monitor.outlets.reading import Item, last_checks, waiting
from monitor.outlets.tables import intake
from monitor.store.database import reading, writing
from monitor.vault.consent import consent_of
from monitor.vault.keys import MasterKey
from monitor.vault.tables import contact
from tests.unit.dashboard.web import shops, stories
from tests.unit.dashboard.web.conftest import Site, sign_in

TOKEN = "ab" * 16
KEY = inbox_key(stories.AUTHOR_KEY)
VAULT = MasterKey(b"k" * 32)


@pytest.fixture
def site(site: Site, now: datetime, tmp_path: Path) -> Iterator[Site]:
    shops.open_shops(site.engine, now)
    with TestClient(create_app(shops.services(site.engine, now, tmp_path / "home"))) as client:
        client.cookies.set(COOKIE, site.client.cookies[COOKIE])
        yield replace(site, client=client)


def post(site: Site, address: str, fields: dict[str, str], follow: bool = True) -> Any:
    return site.client.post(address, data={"csrf": site.csrf, **fields}, follow_redirects=follow)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="content"')[1]))


def row(page: str, section: str, name: str) -> str:
    table = page.split(f'id="{section}"')[1].split("</table>")[0]
    return plain('id="content"' + next(part for part in table.split("<tr>") if name in part))


def items(site: Site, source: str = "counter") -> list[Item]:
    with reading(site.engine) as connection:
        return waiting(connection, source)


def sent(site: Site) -> list[RawMention]:
    with reading(site.engine) as connection:
        return [unseal(row.payload, row.source_id, KEY) for row in connection.execute(select(inbox))]


def register(site: Site, source: str = "counter", **fields: str) -> Any:
    form = {"outlet": "xidan", "medium": "slip", "received": "2026-11-23T09:30", "count": "2", "submission": TOKEN}
    return post(site, f"/outlets/{source}/received", form | fields)


def test_the_page_says_what_is_overdue_and_by_how_much(site: Site) -> None:
    page = site.client.get("/outlets").text
    assert "Overdue by 3 h" in row(page, "waiting", "nanjing-20261122-01")
    assert "2 h left" in row(page, "waiting", "xidan-20261122-01")
    assert page.index("nanjing-20261122-01") < page.index("xidan-20261122-01"), "what is due first comes first"
    assert "Overdue by 30 min" in row(page, "boxes", "南京路店")
    assert "Overdue by 2 d 3 opening days" in row(page, "boxes", "西单店")
    assert "Closed today" in row(page, "boxes", "春熙路店")
    assert "Confirmed 3 h ago wang · 2 slips" in row(page, "boxes", "机场店")
    assert "Transcribed within 24 h 25.0% 1 of 4 · received in 30 days" in plain(page)
    assert 'class="tag clock-over"' in page
    assert 'href="/outlets" aria-current="page"' in page


def test_the_navigation_names_outlets_only_where_there_are_some(site: Site, now: datetime) -> None:
    with writing(site.engine) as connection:
        stories.add_configuration(connection, now, stories.CONFIG + "# none\n")
    page = site.client.get("/outlets").text
    assert 'href="/outlets"' not in page
    assert "kind: transcripts" in page


def test_what_came_in_is_registered_once_and_says_which_numbers_to_write(site: Site, now: datetime) -> None:
    before = len(items(site))
    for _ in range(2):
        page = register(site).text
        assert "Registered 2:" in page
        assert "xidan-20261123-01 … xidan-20261123-02" in page
    found = [item for item in items(site) if item.number.startswith("xidan-20261123")]
    assert len(items(site)) == before + 2
    assert {item.received_at for item in found} == {now.replace(hour=1, minute=30)}
    assert {item.due_at - item.received_at for item in found} == {timedelta(hours=24)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outlet": "nowhere"}, "Choose an outlet"),
        ({"outlet": ""}, "Choose an outlet"),
        ({"medium": "call"}, "Choose how it came"),
        ({"count": "0"}, "whole number from 1 to 500"),
        ({"count": "501"}, "whole number from 1 to 500"),
        ({"count": "２"}, "whole number from 1 to 500"),
        ({"received": "yesterday"}, "State the date and time"),
        ({"received": "2026-11-23T20:06"}, "lies in the future"),
        ({"received": "2025-11-20T20:00"}, "more than a year ago"),
        ({"number": "A-1"}, "Leave the number out"),
        ({"number": "13812345678", "count": "1"}, "looks like a telephone"),
        ({"submission": "x"}, "not complete"),
    ],
)
def test_what_cannot_be_registered_is_said_with_what_was_entered(site: Site, fields: dict[str, str], said: str) -> None:
    before = len(items(site))
    answer = register(site, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(items(site)) == before
    if "received" not in fields:
        assert 'value="2026-11-23T09:30"' in answer.text


def test_a_call_s_reference_is_taken_once(site: Site) -> None:
    call = {"outlet": "", "medium": "call", "count": "1", "number": "T-9"}
    assert "Registered 1:" in register(site, "hotline", **call).text
    again = register(site, "hotline", **call, submission="cd" * 16)
    assert (again.status_code, "Registered by ada at" in again.text) == (409, True)
    (item,) = items(site, "hotline")
    assert (item.outlet_id, item.due_at - item.received_at) == (None, timedelta(hours=12))


def test_a_box_is_confirmed_once_and_its_slips_are_registered_with_it(site: Site, now: datetime) -> None:
    before = len(items(site))
    first = post(site, "/outlets/counter/boxes/nanjing", {"slips": "3"}).text
    assert "Box of 南京路店: confirmed by ada" in first
    assert "Confirmed" in row(first, "boxes", "南京路店")
    second = post(site, "/outlets/counter/boxes/nanjing", {"slips": "5"}).text
    assert "confirmed today before, by ada" in second
    found = [item for item in items(site) if item.number.startswith("nanjing-20261123")]
    assert (len(items(site)), len(found)) == (before + 3, 3)
    assert {item.received_at for item in found} == {now}
    post(site, "/outlets/counter/boxes/xidan", {"none": "1", "slips": ""})
    with reading(site.engine) as connection:
        assert {key: check.slips for key, check in last_checks(connection, "counter").items() if check.by == "ada"} == {
            "nanjing": 3,
            "xidan": 0,
        }
    assert post(site, "/outlets/counter/boxes/chunxi", {"slips": ""}).status_code == 422
    assert post(site, "/outlets/counter/boxes/nobody", {"none": "1"}).status_code == 404
    assert post(site, "/outlets/hotline/boxes/nanjing", {"none": "1"}).status_code == 404


def test_a_slip_is_transcribed_as_it_was_received_and_the_second_clerk_is_told(site: Site) -> None:
    item = items(site)[0]
    address = f"/outlets/counter/items/{item.id}"
    assert "Overdue by 3 h" in plain(site.client.get(address).text)
    said = {"text": "充电发烫，电话 13812345678", "rating": "1", "product": "星河X5手机", "lang": "zh"}
    said |= {"frequency": "often", "since": "2026-11-01", "wish": "exchange", "consent": "yes"}
    done = post(site, address, said, follow=False)
    assert (done.status_code, done.headers["location"]) == (303, "/outlets?source=counter#waiting")
    (found,) = sent(site)
    assert found == RawMention(
        text=said["text"],
        external_id=item.number,
        published=item.received_at.isoformat(),
        rating="1",
        rating_best="5",
        rating_worst="1",
        lang="zh",
        product="星河X5手机",
        answers={
            "frequency": "often",
            "since": "2026-11-01",
            "wish": "exchange",
            "consent": "yes",
            "medium": "slip",
            "outlet": "南京路店",
            "region": "上海",
        },
    )
    beaten = post(site, address, said | {"text": "我也录了一遍"})
    assert beaten.status_code == 409
    assert "ada did this one at" in beaten.text
    assert "我也录了一遍" in beaten.text, "what was typed is not lost"
    assert post(site, f"{address}/aside", {"reason": "blank"}).status_code == 409
    assert len(sent(site)) == 1
    with reading(site.engine) as connection:
        row = connection.execute(select(intake).where(intake.c.id == item.id)).one()
        actions = list(connection.scalars(select(audit_event.c.action)))
    assert (row.state, row.done_by) == ("transcribed", "ada")
    assert actions.count("intake_done") == 1
    assert "13812345678" not in str(row), "what people said stands in the inbox alone, sealed"


def test_answers_that_are_none_are_left_out(site: Site) -> None:
    item = items(site)[0]
    odd = {"text": "慢", "frequency": "daily", "since": "2027-01-01", "wish": "<b>", "consent": "", "rating": "9"}
    assert post(site, f"/outlets/counter/items/{item.id}", odd).status_code == 200
    (found,) = sent(site)
    assert (found.rating, found.answers) == (None, {"medium": "slip", "outlet": "南京路店", "region": "上海"})


def test_a_contact_is_kept_sealed_and_only_with_consent(site: Site, now: datetime, tmp_path: Path) -> None:
    item = items(site)[0]
    address, said = f"/outlets/counter/items/{item.id}", {"text": "请回电", "phone": "13812345678"}
    assert 'name="phone"' not in site.client.get(address).text, "nothing is asked that cannot be sealed"
    services = replace(shops.services(site.engine, now, tmp_path / "home"), vault_key=VAULT)
    with TestClient(create_app(services)) as client:
        here = replace(site, client=client, csrf=sign_in(client, "ada"))
        refused = post(here, address, said | {"consent": "no"})
        assert (refused.status_code, "choose Yes" in refused.text) == (422, True)
        assert post(here, address, said | {"consent": "yes"}).status_code == 200
    with reading(site.engine) as connection:
        kept = connection.execute(select(contact)).one()
        agreed = consent_of(connection, "counter", item.number)
    assert (kept.external_id, kept.expires_at) == (item.number, item.received_at + timedelta(days=180))
    assert b"13812345678" not in kept.blob
    assert agreed is not None
    assert agreed.may_contact
    assert "13812345678" not in sent(site)[0].text


def test_mentions_can_be_narrowed_to_an_outlet(site: Site) -> None:
    assert '<option value="outlet:南京路店">Outlet · 南京路店</option>' in site.client.get("/mentions").text


def test_nothing_usable_is_refused_and_the_item_goes_on_waiting(site: Site) -> None:
    item = items(site)[0]
    for text in ("", "   ", "​"):
        assert post(site, f"/outlets/counter/items/{item.id}", {"text": text}).status_code == 422
    assert post(site, f"/outlets/counter/items/{item.id}", {"text": "长" * 20_001}).status_code == 422
    assert items(site)[0].id == item.id
    assert sent(site) == []


def test_a_blank_slip_is_set_aside_with_its_reason(site: Site) -> None:
    item = items(site)[0]
    assert post(site, f"/outlets/counter/items/{item.id}/aside", {"reason": "because"}).status_code == 422
    assert "Illegible" in post(site, f"/outlets/counter/items/{item.id}/aside", {"reason": "illegible"}).text
    assert item.id not in {each.id for each in items(site)}
    assert sent(site) == []


def test_a_viewer_sees_and_changes_nothing(site: Site) -> None:
    csrf = sign_in(site.client, "vic")
    page = site.client.get("/outlets").text
    assert '<form method="post" action="/outlets/' not in page
    refused = site.client.post("/outlets/counter/boxes/nanjing", data={"csrf": csrf, "none": "1"})
    assert refused.status_code == 403
    assert site.client.get(f"/outlets/counter/items/{items(site)[0].id}").status_code == 200
    assert site.client.get("/outlets/hotline/items/1").status_code == 404, "of another source"
    assert site.client.get("/outlets/shop/items/1").status_code == 404
