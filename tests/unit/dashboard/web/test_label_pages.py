"""A label on the page of a mention: given, shown, counted, on record, taken back."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import select

from dashboard.tables import audit_event
from monitor.store.database import reading
from monitor.store.reading import page
from tests.unit.dashboard.web.conftest import Site, sign_in


def post(site: Site, row_id: int, **data: str) -> str:
    response = site.client.post(f"/mentions/{row_id}/label", data={"csrf": site.csrf, **data})
    assert response.status_code == 200, response.text
    return unescape(response.text)


def test_given_shown_listed_and_taken_back(site: Site) -> None:
    with reading(site.engine) as connection:
        row = next(row for row in page(connection, limit=500).rows if row.rating is None)
    engine, given = ("Positive", "negative") if row.label == "positive" else ("Negative", "positive")
    shown = post(site, row.id, label=given, note="it is praise")
    assert f"{given.capitalize()} by ada, " in shown
    assert f"the engine says {engine}" in shown
    assert "it is praise" in shown
    assert f'value="{given}" aria-pressed="true"' in shown
    assert "because of the label given to it" in shown
    listed = site.client.get(f"/mentions?brand=*&source={row.source_id}&period=30d").text
    assert f'id="mention-{row.id}"' in listed
    assert listed.count("Labelled by ada") == 2  # a title and words for who listens
    after = post(site, row.id, label="withdraw")
    assert "the engine says" not in after
    assert "because of its text" in after
    with reading(site.engine) as connection:
        query = select(audit_event.c.actor, audit_event.c.detail).where(audit_event.c.action == "label")
        recorded = [tuple(each) for each in connection.execute(query.order_by(audit_event.c.id))]
    said = {"mention": row.id, "engine": row.label}
    assert recorded == [("ada", said | {"label": given}), ("ada", said | {"label": "withdraw"})]


@pytest.mark.parametrize(
    ("row_id", "label", "status"), [(1, "great", 422), (999_999, "neutral", 404), (0, "neutral", 422)]
)
def test_what_is_no_label_or_no_mention(site: Site, row_id: int, label: str, status: int) -> None:
    response = site.client.post(f"/mentions/{row_id}/label", data={"csrf": site.csrf, "label": label})
    assert response.status_code == status


def test_who_may_only_look_gets_no_buttons(site: Site) -> None:
    site.client.cookies.clear()
    csrf = sign_in(site.client, "vic")
    assert "/mentions/1/label" not in site.client.get("/mentions/1").text
    assert site.client.post("/mentions/1/label", data={"csrf": csrf, "label": "neutral"}).status_code == 403
