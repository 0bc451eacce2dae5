"""The feedback form on both databases: what is right is taken once and whole, what is wrong is said with all that was
typed kept, and what was given in confidence shows nowhere but where it was asked for, on record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from crawlers.feedback.report import TRAP
from dashboard.operation.wiring import kinds
from dashboard.tables import audit_event
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from dashboard.web.inbound.rate import RateLimit
from monitor.config.versions import apply_text
from monitor.inbox.sealing import inbox_key, unseal
from monitor.inbox.tables import inbound_refusal, inbox
from monitor.store.database import reading, writing
from monitor.vault.consent import consent_of
from monitor.vault.enclosure import attached, open_attachment, open_contact, reachable
from monitor.vault.keys import MasterKey
from monitor.vault.tables import attachment, consent, contact
from tests.unit.crawlers.feedback import samples
from tests.unit.crawlers.feedback.samples import SECRET, exif, jpeg, jpeg_segment
from tests.unit.dashboard.web import stories

VAULT = MasterKey(b"v" * 32)
CONFIG = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own, products: [星河X5手机]}
sources:
  - id: website
    kind: form
    brand: xinghe
    controller: 星河科技有限公司
    privacy: privacy@xinghe.example
    products: [星河X5手机, 星河降噪耳机]
    allowed_origins: ["https://www.xinghe.example", "https://shop.xinghe.example:8443"]
    per_day: 20
  - id: short
    kind: form
    controller: Xinghe
    privacy: /privacy
    languages: [en]
    ask: {rating: required, product: no, frequency: no, since: no, wish: required, picture: no, voice: "no",
          order: required, contact: required}
  - {id: closed, kind: form, controller: x, privacy: y, enabled: false}
"""
FULL = {
    "text": "充电十分钟就发烫,我的电话 13800138000",
    "rating": "1",
    "product": "星河X5手机",
    "frequency": "often",
    "since": "2026-11-20",
    "wish": "refund",
    "order": "XH-2026/1120",
    "phone": "139 0013 9000",
    "email": "wang@xinghe.example",
    "wechat": "wang_xm",
    "may_contact": "yes",
    "consent": "yes",
}
HIDDEN = re.compile(r'name="(token|notice)" value="([^"]*)"')


class Customer:
    """Somebody with a browser before the running application."""

    def __init__(self, client: TestClient, engine: Engine) -> None:
        self.client, self.engine = client, engine

    def open(self, source: str = "website", **query: str) -> dict[str, str]:
        """The hidden fields of a fresh form."""
        page = self.client.get(f"/form/{source}", params=query)
        assert page.status_code == 200, page.text
        return dict(HIDDEN.findall(page.text))

    def send(self, fields: Mapping[str, str], source: str = "website", files: Any = (), **headers: str) -> Any:
        """The response, of whichever library the client is built on."""
        return self.client.post(
            f"/form/{source}",
            data=dict(fields),
            files=files or [("picture", ("", b""))],
            headers=headers,
            follow_redirects=False,
        )

    def number(self, table: object) -> int:
        with reading(self.engine) as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]

    def refusals(self) -> dict[str, int]:
        with reading(self.engine) as connection:
            return {row.reason: row.number for row in connection.execute(select(inbound_refusal))}


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def application(engine: Engine, clock: Clock, home: Path, vault: MasterKey | None = VAULT) -> TestClient:
    apply_text(engine, CONFIG, kinds(), author="test", note="", now=clock.now)
    services = replace(stories.services(engine, clock.now, home), clock=clock, vault_key=vault, kinds=kinds())
    return TestClient(create_app(services), raise_server_exceptions=False)


@pytest.fixture
def both(database: Engine, clock: Clock, tmp_path: Path) -> Iterator[Customer]:
    """On SQLite and on PostgreSQL."""
    with application(database, clock, tmp_path) as client:
        yield Customer(client, database)


@pytest.fixture
def customer(sqlite_database: Engine, clock: Clock, tmp_path: Path) -> Iterator[Customer]:
    with application(sqlite_database, clock, tmp_path) as client:
        yield Customer(client, sqlite_database)


def reference_of(response: Any) -> str:
    assert response.status_code == 303, response.text
    return str(re.findall(r"ref=([0-9A-Z-]+)", response.headers["location"])[0])


def test_a_full_form_is_taken_whole_and_sealed(both: Customer, now: datetime) -> None:
    files = [
        ("picture", ("我的身份证.jpg", jpeg([jpeg_segment(0xE1, exif())]), "text/html")),
        ("picture", ("b.png", samples.png(), "image/png")),
        ("voice", ("c", samples.mp3(), "application/octet-stream")),
    ]
    number = reference_of(both.send(both.open() | FULL, files=files))
    with reading(both.engine) as connection:
        (row,) = connection.execute(select(inbox)).all()
        kept = attached(connection, "website", number)
        opened = [open_attachment(connection, "website", number, each.number, VAULT) for each in kept]
        ways = open_contact(connection, "website", number, VAULT)
        agreed = consent_of(connection, "website", number)
        stored = [*connection.execute(select(attachment)), *connection.execute(select(contact))]
    assert (row.source_id, row.external_id) == ("website", number)
    found = unseal(row.payload, "website", inbox_key(stories.AUTHOR_KEY))
    assert (found.text, found.rating, found.kind, found.product) == (FULL["text"], "1", "review", "星河X5手机")
    assert found.answers == {
        "frequency": "often", "since": "2026-11-20", "wish": "refund", "pictures": "2", "voice": "1",
    }  # fmt: skip
    assert found.author is None
    assert [file.media_type for file in opened] == ["image/jpeg", "image/png", "audio/mpeg"]
    assert not any(SECRET in file.data for file in opened)
    assert ways == {
        "order": "XH-2026/1120",
        "phone": "139 0013 9000",
        "email": "wang@xinghe.example",
        "wechat": "wang_xm",
    }
    assert agreed is not None
    assert (agreed.given_at, agreed.expires_at, agreed.may_contact) == (now, now + timedelta(days=180), True)
    assert "星河科技有限公司" in agreed.text
    assert "180" in agreed.text
    assert "我的身份证" not in str(stored)
    assert "139 0013 9000" not in str(stored) + str(row)


def test_the_same_form_sent_twice_is_stored_once(both: Customer) -> None:
    fields = both.open() | FULL
    first, second = (reference_of(both.send(fields, files=[("picture", ("a", jpeg()))])) for _ in range(2))
    assert first == second
    tables = (inbox, contact, consent, attachment)
    assert [both.number(table) for table in tables] == [1, 1, 1, 1]


def test_a_token_does_not_serve_for_another_report(customer: Customer) -> None:
    fields = customer.open() | FULL
    reference_of(customer.send(fields))
    response = customer.send(fields | {"text": "另一件事,屏幕也坏了"})
    assert response.status_code == 422
    assert "另一件事" in response.text
    assert customer.number(inbox) == 1
    again = dict(HIDDEN.findall(response.text))
    assert again["token"] != fields["token"]
    reference_of(customer.send(fields | again | {"text": "另一件事,屏幕也坏了"}))
    assert customer.number(inbox) == 2


def test_a_token_is_good_for_its_form_and_a_day(customer: Customer, clock: Clock) -> None:
    fields = customer.open() | FULL
    for wrong in ("", "x", fields["token"][:-2] + "AA", customer.open("short")["token"]):
        response = customer.send(fields | {"token": wrong})
        assert (response.status_code, FULL["text"] in response.text) == (422, True)
    clock.now += timedelta(hours=24, seconds=1)
    assert customer.send(fields).status_code == 422
    assert customer.refusals() == {"form forged": 4, "form expired": 1}
    assert customer.number(inbox) == 0


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no text": ({"text": " "}, "text"),
    "short text": ({"text": "坏"}, "text"),
    "long text": ({"text": "很" * 5001}, "text"),
    "rating": ({"rating": "6"}, "rating"),
    "product": ({"product": "天穹"}, "product"),
    "frequency": ({"frequency": "<b>"}, "frequency"),
    "date": ({"since": "上周"}, "since"),
    "future": ({"since": "2026-11-25"}, "since"),
    "wish": ({"wish": "1 billion"}, "wish"),
    "phone": ({"phone": "call me"}, "phone"),
    "email": ({"email": "wang@"}, "email"),
    "wechat": ({"wechat": "王"}, "wechat"),
    "order": ({"order": "<script>"}, "order"),
    "no leave to contact": ({"may_contact": ""}, "may_contact"),
    "no consent": ({"consent": ""}, "consent"),
    "other words agreed to": ({"notice": "0" * 16}, "consent"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(customer: Customer, name: str) -> None:
    wrong, field = WRONG[name]
    response = customer.send(customer.open(lang="zh-CN") | FULL | wrong)
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*{field}-fault"', response.text)
    assert f'id="{field}-fault"' in response.text
    kept = {"order", "phone", "email", "wechat"} - {field}
    assert all(f'value="{FULL[each]}"' in response.text for each in kept)
    assert wrong.get("text", FULL["text"]).strip() in response.text
    assert (customer.number(inbox), customer.number(contact)) == (0, 0)
    assert customer.refusals() == {"form not filled in rightly": 1}


def test_files_that_are_none_are_refused_and_the_sender_told_to_choose_again(customer: Customer) -> None:
    page = b"<html><script>alert(1)</script></html>"
    for field, data in (("picture", page), ("picture", samples.HEIC), ("voice", jpeg()), ("picture", jpeg()[:-2])):
        response = customer.send(customer.open(lang="en") | FULL, files=[(field, ("a.jpg", data, "image/jpeg"))])
        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        assert (
            "choose your files again"
            in customer.client.post(
                "/form/website", params={"lang": "en"}, data=customer.open() | FULL, files=[(field, ("a", data))]
            ).text
        )
    many = [("picture", (f"{each}.jpg", jpeg())) for each in range(5)]
    assert 'href="#picture"' in customer.send(customer.open() | FULL, files=many).text
    assert customer.number(attachment) == 0


def test_what_was_typed_is_never_markup(customer: Customer) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'
    response = customer.send(customer.open() | FULL | {"text": attack, "phone": attack, "rating": attack})
    assert response.status_code == 422
    assert "<script" not in response.text
    assert "<img" not in response.text
    for bad in (attack, "AAAA-BBBB", "IIII-LLLL-OOOO"):
        thanks = customer.client.get("/form/website/sent", params={"ref": bad})
        assert thanks.status_code == 404
        assert bad not in thanks.text


def test_a_program_that_fills_in_everything_is_told_apart(customer: Customer) -> None:
    response = customer.send(customer.open() | FULL | {TRAP: "x"})
    assert response.status_code == 422
    assert f'name="{TRAP}" value' not in response.text
    assert customer.refusals() == {"form filled in by a program": 1}
    assert customer.number(inbox) == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver:81"])
def test_another_site_s_form_is_refused_before_it_is_read(customer: Customer, origin: str) -> None:
    response = customer.send(customer.open() | FULL, origin=origin)
    assert (response.status_code, customer.number(inbox)) == (403, 0)
    assert customer.refusals() == {"wrong origin": 1}
    assert customer.send(customer.open() | FULL, origin="http://testserver").status_code == 303


def test_only_the_pages_that_are_named_may_show_it(customer: Customer) -> None:
    policy = customer.client.get("/form/website").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://www.xinghe.example https://shop.xinghe.example:8443")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert customer.client.get("/form/short").headers["content-security-policy"].endswith("frame-ancestors 'none'")
    page = customer.client.get("/form/website")
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text
    assert "style=" not in page.text


@pytest.mark.parametrize("stated", [True, False])
def test_too_much_is_refused_while_it_streams(customer: Customer, stated: bool) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
    body = head + bytes(25 * 1024 * 1024)
    sent = body if stated else (body[start : start + 65536] for start in range(0, len(body), 65536))
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = customer.client.post("/form/website", content=sent, headers=headers)
    assert (response.status_code, customer.refusals()) == (413, {"too large": 1})
    assert response.headers["content-type"].startswith("text/html")


def test_a_text_of_a_megabyte_is_refused(customer: Customer) -> None:
    response = customer.send(customer.open() | FULL | {"text": "很" * 400_000})
    assert (response.status_code, customer.refusals()) == (413, {"too long": 1})
    assert customer.number(inbox) == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n"),
        ("multipart/form-data; boundary=x", b"\xff" * 300),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe&rating=\xff"),
        ("application/x-www-form-urlencoded", b"a&" * 1000),
        ("", b""),
    ],
)
def test_what_is_no_form_is_answered_with_a_reason(customer: Customer, kind: str, body: bytes) -> None:
    response = customer.client.post("/form/website", content=body, headers={"content-type": kind})
    assert 400 <= response.status_code < 500
    assert sum(customer.refusals().values()) == 1


def test_an_address_that_sends_all_the_time_has_to_wait(customer: Customer) -> None:
    customer.client.app.state.form_rate = RateLimit(2)  # type: ignore[attr-defined]
    answers = [customer.send(customer.open() | FULL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2].headers["retry-after"] == "30"


def test_a_day_takes_so_many_forms_and_no_more(customer: Customer, clock: Clock) -> None:
    customer.client.app.state.form_rate = RateLimit(100)  # type: ignore[attr-defined]
    assert {customer.send(customer.open() | FULL).status_code for _ in range(20)} == {303}
    assert customer.send(customer.open() | FULL).status_code == 429
    clock.now += timedelta(hours=4, minutes=1)  # midnight of Shanghai
    assert customer.send(customer.open() | FULL).status_code == 303


def test_each_language_and_only_those_that_the_form_speaks(customer: Customer) -> None:
    def page(source: str, header: str = "", **query: str) -> str:
        return str(customer.client.get(f"/form/{source}", params=query, headers={"accept-language": header}).text)

    assert '<html lang="zh-CN">' in page("website", "zh-TW,en;q=0.5")
    assert '<html lang="en">' in page("website", "en-GB,zh;q=0.5")
    assert '<html lang="en">' in page("website", "zh-CN", lang="en")
    assert '<html lang="en">' in page("short", "zh-CN")
    assert '<html lang="en">' in page("short", lang="zh-CN")


def test_a_form_asks_what_its_entry_says(customer: Customer) -> None:
    page = customer.client.get("/form/short").text
    assert not re.search(r'name="(product|frequency|since|picture|voice)"', page)
    fields = customer.open("short")
    response = customer.send(fields | {"text": "broken on arrival", "consent": "yes"}, "short")
    assert set(re.findall(r'href="#(\w+)"', response.text)) == {"rating", "wish", "order", "phone"}
    good = {"rating": "2", "wish": "repair", "order": "A-1", "email": "a@b.example", "may_contact": "yes"}
    unasked = {"frequency": "often", "product": "x", "since": "2026-01-01"}
    sent = fields | {"text": "broken on arrival", "consent": "yes"} | good | unasked
    reference_of(customer.send(sent, "short", files=[("picture", ("a", jpeg()))]))
    with reading(customer.engine) as connection:
        found = unseal(connection.scalars(select(inbox.c.payload)).one(), "short", inbox_key(stories.AUTHOR_KEY))
    assert (found.answers, found.product) == ({"wish": "repair"}, None)
    assert customer.number(attachment) == 0


def test_without_a_vault_key_nothing_is_asked_that_must_be_sealed(
    sqlite_database: Engine, clock: Clock, tmp_path: Path
) -> None:
    with application(sqlite_database, clock, tmp_path, vault=None) as client:
        customer = Customer(client, sqlite_database)
        page = client.get("/form/website").text
        assert not re.search(r'name="(picture|voice|order|phone|email|wechat|may_contact)"', page)
        number = reference_of(customer.send(customer.open() | FULL, files=[("picture", ("a", jpeg()))]))
    with reading(sqlite_database) as connection:
        assert reachable(connection, "website", number) is None
        assert attached(connection, "website", number) == ()


@pytest.mark.parametrize("path", ["/form/nothing", "/form/closed", "/form/closed/sent?ref=7Q2K-9XMD-4TCV"])
def test_a_form_that_is_none_or_closed_is_not_found(customer: Customer, path: str) -> None:
    assert customer.client.get(path).status_code == 404
    assert customer.client.post(path.split("?")[0].removesuffix("/sent"), data={}).status_code == 404


def test_plain_programs_may_send_it_without_parts(customer: Customer) -> None:
    response = customer.client.post("/form/website", data=customer.open() | FULL, follow_redirects=False)
    assert response.status_code == 303


def test_the_page_with_the_reference_can_be_shown_again(customer: Customer) -> None:
    response = customer.send(customer.open(lang="en") | FULL)
    page = customer.client.get(response.headers["location"])
    assert page.status_code == 200
    assert reference_of(response) in page.text


def test_the_source_s_page_shows_link_snippet_and_who_may_embed(customer: Customer, now: datetime) -> None:
    with writing(customer.engine) as connection:
        add_user(connection, "ada", stories.PASSWORD, "admin", language="en", now=now)
    customer.client.post("/sign-in", data={"name": "ada", "password": stories.PASSWORD})
    page = customer.client.get("/sources/website").text
    assert "&lt;iframe src=&#34;http://testserver/form/website&#34;" in page
    assert "https://www.xinghe.example" in page
    assert 'href="/form/website"' in customer.client.get("/sources").text
    with reading(customer.engine) as connection:
        assert not connection.execute(select(audit_event).where(audit_event.c.action == "contact_reveal")).all()
