"""The token of the forms: other text in every response, and never guessable from what a page compresses to."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dashboard.tables import session
from dashboard.web.forms import fits, masked
from monitor.store.database import reading
from tests.unit.dashboard.web.conftest import Site

TOKEN = "k" * 43


@given(st.text(min_size=1, max_size=64))
def test_a_token_fits_under_every_mask_and_no_other_does(token: str) -> None:
    assert fits(masked(token), token)
    assert not fits(masked(token + "x"), token)
    assert not fits(masked("x" + token[1:]) if token[0] != "x" else masked("y" + token[1:]), token)


@given(st.text(max_size=200))
def test_any_text_can_be_sent(sent: str) -> None:
    assert not fits(sent, TOKEN)


@pytest.mark.parametrize("sent", ["", TOKEN, base64.urlsafe_b64encode(TOKEN.encode()).decode(), "é", "=", "A"])
def test_what_is_not_masked_does_not_fit(sent: str) -> None:
    assert not fits(sent, TOKEN)


@pytest.mark.parametrize("address", ["/", "/sources", "/tickets/FB20261123001"])
def test_no_two_responses_show_the_same_token(site: Site, address: str) -> None:
    with reading(site.engine) as connection:
        kept = list(connection.execute(select(session.c.csrf)).scalars())
    tokens = set()
    for _ in range(3):
        response = site.client.get(address, headers={"accept-encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        assert not [token for token in kept if token in response.text]
        found = {part.split('"')[0] for part in response.text.split('name="csrf" value="')[1:]}
        assert len(found) == 1
        tokens |= found
    assert len(tokens) == 3
    for token in tokens:
        note = {"csrf": token, "text": "seen"}
        assert site.client.post("/tickets/FB20261123001/note", data=note).status_code == 200
    raw = {"csrf": kept[0], "text": "raw"}
    assert site.client.post("/tickets/FB20261123001/note", data=raw).status_code == 403
