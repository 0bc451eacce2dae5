"""What was read out of a mention is shown on its page and filtered by in the list; a person judges a suspicion."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from dashboard.tables import audit_event
from monitor.duplicates.fingerprint import fingerprints
from monitor.mention import Aspect, Feedback, Mention, Suspicion
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from monitor.store.tables import config_version, mention
from tests.conftest import NOW
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site, sign_in
from tests.unit.monitor.store.samples import sample

SAID = "充电时手机冒烟，客服一直推脱，等了三天也没有人给个说法"


def urgent(external_id: str) -> Mention:
    return sample(
        external_id,
        text=SAID,
        published_at=NOW - timedelta(minutes=5),
        aspects=(Aspect("safety", "negative", (0, 7)), Aspect("service", "negative", (8, 15))),
        feedback=Feedback("complaint", "high", ("danger", "unanswered"), True),
        suspicions=(Suspicion("promotion", 0.6),),
        fingerprint=fingerprints([SAID])[0],
    )


@pytest.fixture
def first(site: Site) -> int:
    with writing(site.engine) as connection:
        version = connection.scalar(select(config_version.c.id).limit(1))
        assert version is not None
        stored = store_batch(
            connection,
            [urgent("u1"), urgent("u2")],
            config_version_id=version,
            step_seconds=stories.STEP,
            now=NOW,
        )
    return stored.new_ids[0]


def shown(site: Site, address: str) -> str:
    response = site.client.get(address)
    assert response.status_code == 200, response.text
    return unescape(response.text)


def test_the_page_says_what_was_read_out_of_it(site: Site, first: int) -> None:
    page = shown(site, f"/mentions/{first}")
    for words in (
        "Complaint",
        "too vague",
        "danger to people",
        "Safety",
        "2 mentions say the same",
        "promotion",
        "60%",
    ):
        assert words in page
    assert f"/mentions?cluster={first}&brand=*" in page
    assert f'/mentions/{first}">the first' in shown(site, f"/mentions/{first + 1}")


@pytest.mark.parametrize(
    "condition",
    ["aspect=safety", "aspect=safety:negative", "purpose=complaint", "mark=urgent", "mark=vague"],
)
def test_the_list_is_narrowed(site: Site, first: int, condition: str) -> None:
    page = shown(site, f"/mentions?brand=*&period=24h&{condition}")
    assert "2 mentions" in page
    assert f'id="mention-{first}"' in page
    assert " selected>" in page


def test_the_suspicious_are_listed_and_no_others(site: Site, first: int) -> None:
    page = shown(site, "/mentions?brand=*&period=24h&mark=suspicious&purpose=complaint")
    assert f'id="mention-{first}"' in page
    with reading(site.engine) as connection:
        open_ones = connection.scalars(select(mention.c.id).where(mention.c.suspicion < 0.5))
        assert not [row_id for row_id in open_ones if f'id="mention-{row_id}"' in page]


def test_the_list_of_a_cluster_can_be_left(site: Site, first: int) -> None:
    page = shown(site, f"/mentions?brand=*&period=24h&cluster={first}")
    assert "2 mentions" in page
    assert "Mentions that say the same" in page
    assert shown(site, "/mentions?brand=*&period=24h&aspect=safety:positive").count('id="mention-') == 0


@pytest.mark.parametrize("nonsense", ["aspect=%00", "purpose=x", "mark=x", "cluster=-1", f"cluster={10**30}"])
def test_nonsense_in_the_address_narrows_nothing_or_finds_nothing(site: Site, nonsense: str) -> None:
    assert site.client.get(f"/mentions?brand=*&{nonsense}").status_code == 200


def test_a_person_judges_a_suspicion_on_record(site: Site, first: int) -> None:
    for verdict, words in (("fake", "Fake, says ada"), ("genuine", "Genuine, says ada")):
        data = {"csrf": site.csrf, "verdict": verdict}
        page = unescape(site.client.post(f"/mentions/{first}/suspicion", data=data).text)
        assert words in page
        assert f'value="{verdict}" aria-pressed="true"' in page
    with reading(site.engine) as connection:
        query = select(audit_event.c.detail).where(audit_event.c.action == "suspicion").order_by(audit_event.c.id)
        assert list(connection.scalars(query)) == [
            {"mention": first, "verdict": "fake"},
            {"mention": first, "verdict": "genuine"},
        ]


def test_who_may_only_look_does_not_judge(site: Site, first: int) -> None:
    unknown = site.client.post("/mentions/999999/suspicion", data={"csrf": site.csrf, "verdict": "fake"})
    assert unknown.status_code == 404
    site.client.cookies.clear()
    csrf = sign_in(site.client, "vic")
    assert f"/mentions/{first}/suspicion" not in shown(site, f"/mentions/{first}")
    refused = site.client.post(f"/mentions/{first}/suspicion", data={"csrf": csrf, "verdict": "fake"})
    assert refused.status_code == 403
