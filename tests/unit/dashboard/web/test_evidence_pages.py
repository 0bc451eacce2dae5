"""Untouched items are for administrators, opened by a form of ours, recorded, and shown as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dashboard.tables import audit_event
from dashboard.web.app import create_app
from monitor.mention import RawMention
from monitor.store.database import reading, writing
from monitor.vault.erasure import erase
from monitor.vault.keys import MasterKey
from monitor.vault.tables import evidence
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site, sign_in
from tests.unit.monitor.vault.samples import MASTER, put

FOUND = RawMention(text="<script>alert(1)</script> 13812345678", external_id="hostile", author="王小明")


@pytest.fixture
def mention_id(site: Site, now: datetime) -> int:
    """A mention with evidence."""
    (row_id,) = put(site.engine, 1, [FOUND], now)
    return row_id


@pytest.fixture
def keeper(site: Site, now: datetime, tmp_path: Path) -> Site:
    """The same site with the vault's key."""
    client = TestClient(create_app(replace(stories.services(site.engine, now, tmp_path), vault_key=MASTER)))
    return replace(site, client=client, csrf=sign_in(client, "ada"))


def opens(site: Site) -> list[tuple[str, object]]:
    with reading(site.engine) as connection:
        query = select(audit_event.c.actor, audit_event.c.detail).where(audit_event.c.action == "evidence_open")
        return [(row.actor, row.detail) for row in connection.execute(query)]


def test_the_block_shows_what_is_kept_and_not_what_it_says(keeper: Site, mention_id: int) -> None:
    page = keeper.client.get(f"/mentions/{mention_id}").text
    with reading(keeper.engine) as connection:
        digest = connection.scalar(select(evidence.c.sha256))
    assert str(digest) in page
    assert "tingfeng 0.1.0 feed" in page
    assert "Open the untouched item" in page
    assert "13812345678" not in page
    assert opens(keeper) == []


def test_opening_shows_the_payload_as_text_and_is_recorded(keeper: Site, mention_id: int) -> None:
    response = keeper.client.post(f"/mentions/{mention_id}/evidence/1", data={"csrf": keeper.csrf})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert "13812345678" in response.text
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text
    assert opens(keeper) == [("ada", {"mention": mention_id, "revision": 1, "via": "page"})]


def test_only_administrators_see_and_open(keeper: Site, mention_id: int) -> None:
    keeper.client.cookies.clear()
    csrf = sign_in(keeper.client, "vic")
    page = keeper.client.get(f"/mentions/{mention_id}")
    assert page.status_code == 200
    assert "Evidence vault" not in page.text
    refused = keeper.client.post(f"/mentions/{mention_id}/evidence/1", data={"csrf": csrf})
    assert refused.status_code == 403
    assert "13812345678" not in refused.text
    assert opens(keeper) == []


def test_no_link_and_no_forged_form_opens(keeper: Site, mention_id: int) -> None:
    address = f"/mentions/{mention_id}/evidence/1"
    assert keeper.client.get(address).status_code == 405
    assert keeper.client.post(address, data={"csrf": "wrong"}).status_code == 403
    assert opens(keeper) == []


def test_what_was_erased_is_said_to_be(keeper: Site, mention_id: int) -> None:
    with writing(keeper.engine) as connection:
        erase(connection, mention_id)
    page = keeper.client.get(f"/mentions/{mention_id}").text
    assert "nobody can read it any more" in page
    assert "Open the untouched item" not in page
    answer = keeper.client.post(f"/mentions/{mention_id}/evidence/1", data={"csrf": keeper.csrf})
    assert answer.status_code == 410
    assert "erased" in answer.text
    assert opens(keeper) == []


def test_what_was_changed_in_the_database_is_not_shown(keeper: Site, mention_id: int) -> None:
    with writing(keeper.engine) as connection:
        connection.execute(evidence.update().values(url="https://elsewhere.example/"))
    answer = keeper.client.post(f"/mentions/{mention_id}/evidence/1", data={"csrf": keeper.csrf})
    assert answer.status_code == 500
    assert "not what was kept" in answer.text
    assert "13812345678" not in answer.text


@pytest.mark.parametrize("key", [None, MasterKey(bytes(32))])
def test_without_its_key_it_stays_closed(
    site: Site, mention_id: int, key: MasterKey | None, now: datetime, tmp_path: Path
) -> None:
    locked = TestClient(create_app(replace(stories.services(site.engine, now, tmp_path), vault_key=key)))
    csrf = sign_in(locked, "ada")
    assert "another vault key" in locked.get(f"/mentions/{mention_id}").text
    assert locked.post(f"/mentions/{mention_id}/evidence/1", data={"csrf": csrf}).status_code == 503


@pytest.mark.parametrize(
    ("address", "status"),
    [("1/evidence/9", 404), ("999999/evidence/1", 404), (f"{2**70}/evidence/1", 422), ("1/evidence/x", 422)],
)
def test_what_is_not_there(site: Site, address: str, status: int) -> None:
    assert site.client.post(f"/mentions/{address}", data={"csrf": site.csrf}).status_code == status


def test_a_mention_without_evidence_says_why(site: Site) -> None:
    assert "came in without a vault key" in site.client.get("/mentions/1").text
