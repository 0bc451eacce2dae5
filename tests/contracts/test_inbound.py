"""The contract of every kind of source that others send to: what is right is taken once, what is wrong is refused with
a reason and counted, nothing is ever a 500, and no secret or text shows anywhere but where it belongs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from dashboard.tables import audit_event
from dashboard.tokens import add_token, revoke_token
from dashboard.web.app import create_app
from dashboard.web.inbound.rate import RateLimit
from monitor.config.versions import apply_text
from monitor.inbox.sealing import inbox_key, unseal
from monitor.inbox.tables import inbound_refusal, inbox
from monitor.store.database import open_engine, reading, writing
from tests.contracts.inbound import AES, ENTRIES, TOKEN, WHSEC, Request, Sender
from tests.unit.dashboard.web import stories

SOURCES = {"api": "shop-api", "webhook": "desk", "wechat": "wechat", "wechat-sealed": "wechat-sealed"}
#: A token has no time; a signature has.
SIGNED = set(SOURCES) - {"api"}
CONFIG = "version: 1\nbrands:\n  - {id: xinghe, name: 星河, role: own}\n"


class Post:
    """The running application, its store, and a sender of one kind."""

    def __init__(self, client: TestClient, engine: Engine, sender: Sender) -> None:
        self.client, self.engine, self.sender = client, engine, sender

    def waiting(self) -> int:
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(inbox)).scalar_one()

    def refusals(self) -> dict[tuple[str, str], int]:
        with reading(self.engine) as connection:
            rows = connection.execute(select(inbound_refusal)).all()
        return {(row.source_id, row.reason): row.number for row in rows}


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path, now: datetime) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "tingfeng.db")
    opened = open_engine(f"sqlite:///{tmp_path / 'tingfeng.db'}")
    apply_text(opened, CONFIG, stories.KINDS, author="test", note="", now=now)
    yield opened
    opened.dispose()


@pytest.fixture
def client(engine: Engine, now: datetime, tmp_path: Path) -> Iterator[TestClient]:
    services = replace(stories.services(engine, now, tmp_path), inbound=lambda: ENTRIES)
    with TestClient(create_app(services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(params=sorted(SOURCES))
def post(request: pytest.FixtureRequest, client: TestClient, engine: Engine, now: datetime) -> Post:
    with writing(engine) as connection:
        token = add_token(connection, "program", "shop-api", "test", now)
    return Post(client, engine, Sender(request.param, SOURCES[request.param], now, token))


@pytest.fixture
def api(client: TestClient, engine: Engine, now: datetime) -> Post:
    with writing(engine) as connection:
        token = add_token(connection, "program", "shop-api", "test", now)
    return Post(client, engine, Sender("api", "shop-api", now, token))


def test_what_is_right_is_taken_and_sealed(post: Post, engine: Engine) -> None:
    response = post.sender.request("电池发烫 13800138000").send(post.client)
    assert response.status_code == (200 if post.sender.kind.startswith("wechat") else 202), response.text
    with reading(engine) as connection:
        (row,) = connection.execute(select(inbox)).all()
    assert (row.source_id, row.external_id, row.state) == (post.sender.source, "1", "waiting")
    assert "发烫".encode() not in row.payload
    assert b"13800138000" not in row.payload
    assert unseal(row.payload, row.source_id, inbox_key(stories.AUTHOR_KEY)).text == "电池发烫 13800138000"


def test_a_wrong_signature_is_refused_and_counted(post: Post) -> None:
    response = post.sender.forged().send(post.client)
    assert response.status_code == 401
    assert post.waiting() == 0
    assert sum(post.refusals().values()) == 1


@pytest.mark.parametrize("post", sorted(SIGNED), indirect=True)
def test_a_stale_timestamp_is_refused(post: Post, now: datetime) -> None:
    good = post.sender.request()
    for wrong in (timedelta(minutes=-6), timedelta(minutes=6)):
        response = post.sender.prove(good.body, "old", now + wrong).send(post.client)
        assert (response.status_code, response.json()["error"]) == (400, "stale timestamp")
    assert post.waiting() == 0


def test_the_same_request_twice_is_taken_once(post: Post) -> None:
    request = post.sender.request()
    if post.sender.kind == "api":
        request = replace(request, headers={**request.headers, "idempotency-key": "one"})
    first, second = request.send(post.client), request.send(post.client)
    assert first.status_code == second.status_code < 300
    assert post.waiting() == 1


def test_its_name_for_another_body_is_refused(post: Post) -> None:
    one, other = post.sender.request("一"), post.sender.request("二")
    if post.sender.kind == "api":
        one, other = (replace(each, headers={**each.headers, "idempotency-key": "k"}) for each in (one, other))
    assert one.send(post.client).status_code < 300
    response = other.send(post.client)
    assert (response.status_code, response.json()["error"]) == (409, "id used before")
    assert post.waiting() == 1


@pytest.mark.parametrize("stated", [True, False])
def test_an_oversized_body_is_refused(post: Post, stated: bool) -> None:
    request = post.sender.prove(b"x" * (6 * 1024 * 1024))
    if stated:
        response = request.send(post.client)
    else:
        chunks = (request.body[start : start + 65536] for start in range(0, len(request.body), 65536))
        response = post.client.post(
            request.path, content=chunks, headers=dict(request.headers), params=dict(request.query)
        )
    assert (response.status_code, response.json()["error"]) == (413, "too large")
    assert post.waiting() == 0


HOSTILE = {
    "nothing": b"",
    "broken charset": "<xml><Content>电池</Content></xml>".encode("gb18030"),
    "no json": b'{"text": "x"',
    "deep": b"[" * 200_000,
    "numbers": b'{"text": ' + b"9" * 5000 + b"}",
    "nan": b'{"text": "x", "rating": NaN}',
    "twice": b'{"text": "x", "text": "y"}',
    "null": b"null",
    "list": b"[[[]]]",
    "surrogate": b'{"text": "\\ud800", "external_id": "\\ud800\\u0000"}',
    "entity": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>',
    "deep xml": b"<a>" * 5000,
    "odd encoding": b'<?xml version="1.0" encoding="x-none"?><xml/>',
    "bytes": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_refused_with_a_reason(post: Post, name: str) -> None:
    """Proved right, as by a sender that went mad."""
    response = post.sender.prove(HOSTILE[name]).send(post.client)
    assert response.status_code < 500, response.text
    assert "passwd" not in response.text
    assert "haha" not in response.text
    if response.status_code >= 400:
        assert response.json()["error"]
        assert sum(post.refusals().values()) == 1 or response.status_code == 422
        assert post.waiting() == 0


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_webhook_without_one_of_its_headers(client: TestClient, engine: Engine, now: datetime, header: str) -> None:
    request = Sender("webhook", "desk", now).request()
    headers = {name: value for name, value in request.headers.items() if name != header}
    response = replace(request, headers=headers).send(client)
    assert (response.status_code, response.json()["error"]) == (400, "missing header")


def test_no_secret_shows_in_answers_or_logs(
    post: Post, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = [
        post.sender.request("私密"),
        post.sender.forged(),
        *(post.sender.prove(body) for body in HOSTILE.values()),
    ]
    said = "".join(request.send(post.client).text for request in requests)
    captured = capsys.readouterr()
    said += captured.out + captured.err + caplog.text
    for secret in (WHSEC, WHSEC.removeprefix("whsec_"), TOKEN, AES, post.sender.token, "私密"):
        assert not secret or secret not in said


def test_only_open_sources_take_anything(client: TestClient, engine: Engine, now: datetime) -> None:
    assert client.post("/hooks/nowhere", content=b"{}").status_code == 404
    assert client.post("/hooks/shop-api", content=b"{}").status_code == 404
    assert client.get("/hooks/desk").status_code == 405
    with writing(engine) as connection:
        closed = add_token(connection, "closed", "closed-api", "test", now)
    assert Sender("api", "closed-api", now, closed).request().send(client).status_code == 403


def test_a_cookie_opens_nothing_and_a_form_is_not_needed(client: TestClient, now: datetime) -> None:
    client.cookies.set("tingfeng_session", "x")
    headers = {"origin": "https://evil.example", "content-type": "application/json"}
    assert client.post("/api/v1/mentions", content=b"{}", headers=headers).status_code == 401


def test_a_revoked_token_is_refused_at_once(api: Post, now: datetime) -> None:
    assert api.sender.request().send(api.client).status_code == 202
    with writing(api.engine) as connection:
        revoke_token(connection, "program", "test", now)
    assert api.sender.request().send(api.client).json()["error"] == "unknown token"
    with reading(api.engine) as connection:
        actions = list(connection.scalars(select(audit_event.c.action).order_by(audit_event.c.id)))
    assert actions == ["token_add", "mentions_received", "token_revoke"]


def test_too_many_requests_are_told_when_to_come_again(api: Post) -> None:
    app = api.client.app
    app.state.rate_limit = RateLimit(per_minute=2)  # type: ignore[attr-defined]
    answers = [api.sender.request().send(api.client) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "30"


def test_the_good_items_are_taken_and_the_others_named(api: Post) -> None:
    body = (
        '{"mentions": [{"text": "好"}, {"text": "坏", "stars": 5}, {"text": "", "title": ""}, 7, '
        '{"text": "a", "published_at": "3 hours ago"}, {"text": "b", "published_at": "soon"}, '
        '{"text": "c", "rating": 9}, {"text": "d", "rating": "5"}, {"text": "e", "rating": 9, "rating_best": 10}]}'
    )
    response = api.sender.prove(body.encode()).send(api.client)
    assert response.status_code == 202
    answer = response.json()
    assert (answer["source"], answer["accepted"]) == ("shop-api", 2)
    assert [(item["index"], item.get("field")) for item in answer["rejected"]] == [
        (1, "stars"),
        (2, "text"),
        (3, None),
        (4, "published_at"),
        (5, "published_at"),
        (6, "rating"),
        (7, "rating"),
    ]
    assert answer["rejected"][0]["error"] == "unknown key"
    assert api.waiting() == 2


def test_json_lines_and_their_limit(api: Post) -> None:
    def lines(number: int) -> Request:
        request = api.sender.prove(b"".join(b'{"text": "ok %d"}\n' % each for each in range(number)))
        return replace(request, headers={**request.headers, "content-type": "application/x-ndjson"})

    assert lines(500).send(api.client).json()["accepted"] == 500
    response = lines(501).send(api.client)
    assert (response.status_code, response.json()["error"]) == (422, "too many items")


def test_the_address_is_proved_to_wechat(client: TestClient, now: datetime) -> None:
    request = Sender("wechat", "wechat", now).prove(b"", "n")
    response = client.get("/hooks/wechat", params={**request.query, "echostr": "586123"})
    assert (response.status_code, response.text) == (200, "586123")
    wrong = client.get("/hooks/wechat", params={**request.query, "signature": "0" * 40, "echostr": "1"})
    assert wrong.status_code == 401
    script = client.get("/hooks/wechat", params={**request.query, "echostr": "<b>"})
    assert script.headers["content-type"].startswith("text/plain")


def test_before_the_first_configuration_nothing_is_promised(
    sqlite_database: Engine, now: datetime, tmp_path: Path
) -> None:
    services = replace(stories.services(sqlite_database, now, tmp_path), inbound=lambda: ENTRIES)
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        assert Sender("webhook", "desk", now).request().send(client).status_code == 503
