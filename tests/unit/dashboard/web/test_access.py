from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from dashboard.tables import audit_event, session, user
from dashboard.web import (
    access,
    alert_pages,
    audit,
    enclosure_pages,
    evidence_pages,
    import_pages,
    keyword_pages,
    label_pages,
    mention_pages,
    outlet_pages,
    overview,
    report_pages,
    sessions,
    signing,
    source_page,
    source_pages,
    suspicion_pages,
    ticket_pages,
    transcript_pages,
)
from dashboard.web.inbound import api, form, hooks
from dashboard.web.signing import local_path
from monitor.store.database import reading, writing
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site, sign_in


def test_every_route_stands_in_the_table(site: Site) -> None:
    routers = [signing, overview, mention_pages, evidence_pages, alert_pages, ticket_pages, source_pages, report_pages]
    routers += [import_pages, outlet_pages, transcript_pages]
    routers += [source_page, api, hooks, form, enclosure_pages, keyword_pages, label_pages, suspicion_pages]
    app = site.client.app
    assert isinstance(app, FastAPI)
    known = [*app.routes, *(route for router in routers for route in router.router.routes)]
    routes = {(method, route.path) for route in known if isinstance(route, APIRoute) for method in route.methods or ()}
    assert routes == set(access.LEAST_ROLE) | access.PUBLIC | access.BY_CREDENTIAL
    included = [route for route in app.routes if not isinstance(route, APIRoute)]
    assert len(included) == len(routers), "a router is missing from the list above"


def test_nothing_but_the_public_routes_opens_without_a_session(site: Site) -> None:
    site.client.cookies.clear()
    for method, path in access.LEAST_ROLE:
        address = path.format(
            mention_id=1,
            revision=1,
            alert_id=1,
            number="FB20261123001",
            source_id="shop",
            report_id=1,
            action="note",
            token="0" * 32,
            outlet_id="nanjing",
            item_id=1,
        )
        response = site.client.request(method, address, follow_redirects=False)
        assert response.status_code in (303, 401), address
        if response.status_code == 303:
            assert response.headers["location"].startswith("/sign-in")


def test_a_viewer_may_look_but_not_touch(site: Site) -> None:
    site.client.cookies.clear()
    csrf = sign_in(site.client, "vic")
    assert site.client.get("/tickets/FB20261123001").status_code == 200
    refused = site.client.post("/tickets/FB20261123001/note", data={"csrf": csrf, "text": "x"})
    assert refused.status_code == 403
    assert "agent" in refused.text
    assert site.client.post("/sources/shop/crawl", data={"csrf": csrf}).status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_post_without_the_session_s_token_changes_nothing(site: Site, token: str) -> None:
    response = site.client.post("/tickets/FB20261123001/note", data={"csrf": token, "text": "forged"})
    assert response.status_code == 403
    assert "forged" not in site.client.get("/tickets/FB20261123001").text.split("<main")[1]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_post_from_another_site_is_refused(site: Site, origin: str) -> None:
    data = {"csrf": site.csrf, "text": "x"}
    path = "/tickets/FB20261123001/note"
    assert site.client.post(path, data=data, headers={"origin": origin}).status_code == 403
    assert site.client.post(path, data=data, headers={"origin": "http://testserver"}).status_code == 200
    sign_in_data = {"name": "ada", "password": stories.PASSWORD}
    assert site.client.post("/sign-in", data=sign_in_data, headers={"origin": origin}).status_code == 403


def test_the_cookie_is_kept_from_scripts_and_the_token_out_of_the_store(site: Site) -> None:
    data = {"name": "ada", "password": stories.PASSWORD}
    cookie = site.client.post("/sign-in", data=data, follow_redirects=False).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    token = cookie.split("=")[1].split(";")[0]
    with reading(site.engine) as connection:
        assert token not in str(connection.execute(select(session)).all())
        assert stories.PASSWORD not in str(connection.execute(select(user)).all())
        assert all(row.password_hash.startswith("$argon2id$") for row in connection.execute(select(user)))
    secure = TestClient(site.client.app, base_url="https://testserver")
    assert "Secure" in secure.post("/sign-in", data=data, follow_redirects=False).headers["set-cookie"]


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    token = site.client.cookies[sessions.COOKIE]
    site.client.post("/sign-out", data={"csrf": site.csrf})
    site.client.cookies.set(sessions.COOKIE, token)
    assert site.client.get("/alerts", follow_redirects=False).status_code == 303


def test_a_session_expires(site: Site, now: datetime) -> None:
    with writing(site.engine) as connection:
        token = sessions.begin(connection, 1, now)
    with reading(site.engine) as connection:
        last = now + sessions.LIFETIME - timedelta(seconds=1)
        assert sessions.find(connection, token, last) is not None
        assert sessions.find(connection, token, now + sessions.LIFETIME) is None
        assert sessions.find(connection, "x" + token, now) is None


@pytest.mark.slow
def test_too_many_failures_close_the_name_for_a_while(site: Site, now: datetime) -> None:
    for _ in range(audit.THROTTLE_LIMIT):
        assert site.client.post("/sign-in", data={"name": "ada", "password": "wrong"}).status_code == 401
    right = {"name": "ada", "password": stories.PASSWORD}
    assert site.client.post("/sign-in", data=right).status_code == 429
    with reading(site.engine) as connection:
        later = now + audit.THROTTLE_WINDOW + timedelta(seconds=1)
        assert not audit.throttled(connection, "ada", later)
        failed = select(func.count()).where(audit_event.c.action == "sign_in_failed")
        assert connection.execute(failed).scalar_one() == audit.THROTTLE_LIMIT


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_next_leads_nowhere_else(target: str) -> None:
    assert local_path(target) == "/"


def test_next_leads_back(site: Site) -> None:
    assert local_path("/alerts?state=firing") == "/alerts?state=firing"


def test_every_answer_carries_the_strict_policy(site: Site) -> None:
    for address in ("/", "/sign-in", "/healthz", "/nowhere", "/api/v1/trend"):
        policy = site.client.get(address, follow_redirects=False).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_only_listed_assets_are_served(site: Site) -> None:
    from dashboard.web import assets

    response = site.client.get(assets.address("htmx.js"))
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert site.client.get("/assets/old/htmx.js").headers["cache-control"] == "no-cache"
    for name in ("axe-core/axe.js", "../app.py", "%2e%2e/app.py", "package.json"):
        assert site.client.get(f"/assets/x/{name}").status_code == 404


def test_healthz_tells_whether_the_store_answers(site: Site) -> None:
    site.client.cookies.clear()
    assert site.client.get("/healthz").json() == {"status": "ok", "demo": False}


def test_an_expired_fragment_sends_the_whole_page_to_the_sign_in(site: Site) -> None:
    site.client.cookies.clear()
    response = site.client.get("/overview/live", headers={"hx-request": "true"}, follow_redirects=False)
    assert (response.status_code, response.headers["hx-redirect"]) == (401, "/sign-in")
    assert site.client.get("/api/v1/trend").status_code == 401
