"""Keywords on a page: what is looked for, a change from its rehearsal to its version, and the way back."""

from __future__ import annotations

import html
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import select

from dashboard.tables import audit_event
from monitor.config.history import Version, text_of, versions
from monitor.store.database import reading
from tests.unit.dashboard.web.conftest import Site, sign_in


def in_force(site: Site) -> tuple[Version, str]:
    with reading(site.engine) as connection:
        newest = versions(connection, 1)[0]
        return newest, text_of(connection, newest)


def post(site: Site, address: str, **fields: object) -> tuple[int, str]:
    data = {"csrf": site.csrf, **{name: str(value) for name, value in fields.items()}}
    response = site.client.post(address, data=data)
    return response.status_code, html.unescape(response.text)


def file_of(site: Site) -> Path:
    app = site.client.app
    assert isinstance(app, FastAPI)
    home: Path = app.state.services.home
    return home / "keywords.yaml"


def changed(text: str) -> str:
    return text.replace("keywords:\n", "keywords:\n  - {id: said, query: 电池 OR 天穹}\n", 1)


def test_the_page_shows_what_is_looked_for_and_the_versions(site: Site) -> None:
    newest, text = in_force(site)
    page = html.unescape(site.client.get("/keywords").text)
    assert text.strip() in page
    assert f'title="{newest.hash}">{newest.id}</th>' in page
    assert "formaction" not in page, "nothing is applied that was not rehearsed"


def test_from_a_rehearsal_to_a_version_and_back(site: Site) -> None:
    before, text = in_force(site)
    draft = changed(text)
    status, page = post(site, "/keywords", text=draft.replace("\n", "\r\n"), base=before.id)
    assert (status, 'formaction="/keywords/apply"' in page) == (200, True)
    assert "said would find" in page or "said 会找到" in page
    assert in_force(site)[0] == before

    status, page = post(site, "/keywords/apply", text=draft.replace("\n", "\r\n"), base=before.id, note="more words")
    newest, stored = in_force(site)
    assert (status, stored, newest.note, newest.author) == (200, draft, "more words", "ada")
    assert file_of(site).read_text(encoding="utf-8") == draft
    assert 'role="status"' in page

    assert post(site, "/keywords/apply", text=text, base=before.id)[0] == 409, "it would undo what is new unseen"
    assert in_force(site)[0] == newest
    assert post(site, f"/keywords/versions/{before.id}")[0] == 200
    last, stored = in_force(site)
    assert (last.hash, stored, last.note) == (before.hash, text, f"rolled back to version {before.id}")
    assert file_of(site).read_text(encoding="utf-8") == text
    with reading(site.engine) as connection:
        events = connection.execute(select(audit_event.c.action, audit_event.c.detail).order_by(audit_event.c.id)).all()
    assert [tuple(event) for event in events[-2:]] == [
        ("configuration", {"version": newest.id}),
        ("rollback", {"version": last.id}),
    ]


def test_a_wrong_file_is_told_line_by_line_and_kept_in_the_form(site: Site) -> None:
    before, text = in_force(site)
    draft = changed(text).replace("电池 OR 天穹", "电池 OR")
    for address, expected in (("/keywords", 200), ("/keywords/apply", 422)):
        status, page = post(site, address, text=draft, base=before.id)
        assert status == expected
        assert "keywords[0].query" in page
        assert "电池 OR}" in page
    assert in_force(site)[0] == before


def test_warnings_come_with_the_rehearsal(site: Site) -> None:
    before, text = in_force(site)
    draft = changed(text).replace("电池 OR 天穹", "电池 NOT 电池")
    assert "never matches" in post(site, "/keywords", text=draft, base=before.id)[1]


def test_a_version_that_never_was_is_not_found(site: Site) -> None:
    assert post(site, "/keywords/versions/99999")[0] == 404


def test_who_may_only_look_sees_no_form(site: Site) -> None:
    sign_in(site.client, "vic")
    page = site.client.get("/keywords").text
    assert "退款" in page
    assert "<textarea" not in page
    assert "/keywords/versions/" not in page
