"""What a form took in, on its way: stored once by a worker, shown and revealed to staff on record, and gone when it was
promised, asked for, or taken away."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from crawlers.feedback.report import Report, Sent, read_report
from crawlers.feedback.source import FormSource
from dashboard.enclosures import enclosed, open_file, reveal_contact
from dashboard.evidence import Visit, erase_evidence, open_evidence
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation
from dashboard.operation.jobs import Jobs
from dashboard.operation.web import services
from dashboard.operation.worker import Worker
from dashboard.tables import audit_event
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from monitor.inbox.receiving import Arrived, receive
from monitor.inbox.sealing import inbox_key
from monitor.mention import Answer
from monitor.store.database import reading, writing
from monitor.store.deletion import delete_mentions
from monitor.store.filters import MentionFilter
from monitor.store.reading import page
from monitor.store.tables import answer
from monitor.vault.consent import Notice, agree
from monitor.vault.enclosure import Place, attach, keep_contact
from monitor.vault.errors import ErasedError, MasterKeyError, NoEvidenceError, TamperedError
from monitor.vault.keys import MasterKey
from monitor.vault.tables import attachment, consent, contact, evidence
from tests.unit.crawlers.feedback import samples
from tests.unit.dashboard.operation.place import KEY, Clock, apply, installation_of, pipelines
from tests.unit.dashboard.web.stories import PASSWORD

MASTER = MasterKey(b"k" * 32)
VAULT = {**KEY, "TINGFENG_VAULT_KEY": base64.b64encode(MASTER.secret).decode()}
KEYWORDS = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own}
sources:
  - {id: website, kind: form, brand: xinghe, controller: 星河, privacy: x@y.example, products: [星河X5手机]}
settings: {step: 1h, close_delay: 10m}
"""
NUMBER = "7Q2K-9XMD-4TCV"
FILLED = {
    "text": "坏了，打我 13812345678", "rating": "1", "wish": "refund", "frequency": "always", "since": "2026-11-20",
    "product": "星河X5手机", "phone": "13900139000", "may_contact": "yes", "order": "XH-1", "consent": "yes",
}  # fmt: skip


@pytest.fixture
def here(database: Engine, tmp_path: Path, clock: Clock) -> Installation:
    place = replace(installation_of(database, tmp_path), home=Home(tmp_path, VAULT))
    apply(place, clock.now, KEYWORDS)
    return place


def take_in(here: Installation, clock: Clock, number: str = NUMBER) -> None:
    """As the page does, in one transaction."""
    source = FormSource(id="website", kind="form", controller="星河", privacy="x", products=("星河X5手机",))
    files = {"picture": [samples.png()], "voice": [samples.wav()]}
    report = read_report(Sent(FILLED, files), source, date(2026, 11, 23), sealing=True)  # type: ignore[arg-type]
    assert isinstance(report, Report)
    place = Place("website", number, clock.now, clock.now + timedelta(days=180))
    with writing(here.engine) as connection:
        agree(connection, place, Notice("zh-CN", "告知"), may_contact=report.may_contact)
        attach(connection, place, report.files, MASTER)
        keep_contact(connection, place, report.contact, MASTER)
        found = report.mention(number, clock.now.isoformat())
        receive(connection, "website", [Arrived(number, found)], inbox_key(here.home.author_key), clock.now)


def store(here: Installation, clock: Clock) -> int:
    """The id of the mention that a worker made of it."""
    worker = Worker(here, clock, owner="one", pipelines=pipelines())
    while worker.drain_one():
        pass
    with reading(here.engine) as connection:
        return page(connection).rows[0].id


def number_of(here: Installation, table: object) -> int:
    with reading(here.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def visit(clock: Clock) -> Visit:
    return Visit("ada", clock.now, "page")


def test_a_worker_makes_a_review_of_it_with_its_answers_apart(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    store(here, clock)
    with reading(here.engine) as connection:
        (found,) = page(connection).rows
        refunds = page(connection, MentionFilter(answer=Answer("wish", "refund"))).rows
        repairs = page(connection, MentionFilter(answer=Answer("wish", "repair"))).rows
    assert (found.kind, found.stars, found.product, found.brand_id) == ("review", 1, "星河X5手机", "xinghe")
    assert (found.external_id, found.published_at, found.negative) == (NUMBER, clock.now, True)
    assert found.text == "坏了，打我 138****5678"
    assert {each.question: each.value for each in found.answers} == {
        "frequency": "always", "since": "2026-11-20", "wish": "refund", "pictures": "1", "voice": "1",
    }  # fmt: skip
    assert ([row.id for row in refunds], repairs) == ([found.id], ())


def test_the_evidence_holds_the_answers_and_never_the_contact(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    opened = open_evidence(here.engine, store(here, clock), None, MASTER, visit(clock))
    payload = json.loads(opened.payload)
    assert (payload["text"], payload["answers"]["wish"]) == (FILLED["text"], "refund")
    assert b"13900139000" not in opened.payload
    assert b"XH-1" not in opened.payload


def test_opening_is_on_record_and_says_not_what_was_seen(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    mention_id = store(here, clock)
    file, name = open_file(here.engine, mention_id, 1, MASTER, visit(clock))
    ways = reveal_contact(here.engine, mention_id, MASTER, visit(clock))
    assert (file.media_type, name) == ("image/png", f"{NUMBER}-1")
    assert ways == {"order": "XH-1", "phone": "13900139000"}
    with reading(here.engine) as connection:
        rows = connection.execute(select(audit_event).order_by(audit_event.c.id)).all()
    assert [(row.actor, row.action) for row in rows] == [("ada", "attachment_open"), ("ada", "contact_reveal")]
    assert rows[1].detail == {"mention": mention_id, "ways": ["order", "phone"], "via": "page"}


def test_without_the_right_key_nothing_opens_and_nothing_is_on_record(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    mention_id = store(here, clock)
    for wrong in (None, MasterKey(b"w" * 32)):
        with pytest.raises(MasterKeyError):
            reveal_contact(here.engine, mention_id, wrong, visit(clock))
    with pytest.raises(NoEvidenceError):
        open_file(here.engine, mention_id, 3, MASTER, visit(clock))
    assert number_of(here, audit_event) == 0


@pytest.mark.parametrize("change", [{"media_type": "text/html"}, {"number": 7}, {"external_id": "other"}, {"size": 1}])
def test_a_row_that_was_changed_does_not_open(here: Installation, clock: Clock, change: dict[str, object]) -> None:
    take_in(here, clock)
    take_in(here, clock, "other")
    store(here, clock)
    with writing(here.engine) as connection:
        connection.execute(attachment.delete().where(attachment.c.external_id == "other"))
        connection.execute(attachment.update().where(attachment.c.number == 1).values(**change))
        (moved,) = connection.execute(select(attachment).where(attachment.c.number != 2)).all()
    with reading(here.engine) as connection:
        rows = page(connection).rows
    mention_id = next(row.id for row in rows if row.external_id == moved.external_id)
    with pytest.raises(TamperedError):
        open_file(here.engine, mention_id, moved.number, MASTER, visit(clock))


def test_erasing_on_request_takes_files_contact_and_the_untouched_words(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    take_in(here, clock, "another-one")
    store(here, clock)
    with reading(here.engine) as connection:
        ids = {row.external_id: row.id for row in page(connection).rows}
    assert erase_evidence(here.engine, ids[NUMBER], visit(clock)) == 4
    with pytest.raises(ErasedError):
        reveal_contact(here.engine, ids[NUMBER], MASTER, visit(clock))
    with pytest.raises(ErasedError):
        open_file(here.engine, ids[NUMBER], 2, MASTER, visit(clock))
    came = enclosed(here.engine, "website", NUMBER)
    assert [(file.media_type, file.master_id) for file in came.files] == [("image/png", None), ("audio/wav", None)]
    with reading(here.engine) as connection:
        left = connection.execute(select(attachment.c.blob).where(attachment.c.external_id == NUMBER)).all()
    assert {bytes(row.blob) for row in left} == {b""}
    assert reveal_contact(here.engine, ids["another-one"], MASTER, visit(clock))["order"] == "XH-1"
    assert erase_evidence(here.engine, ids[NUMBER], visit(clock)) == 0


def test_what_is_deleted_takes_all_that_came_with_it(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    take_in(here, clock, "another-one")
    store(here, clock)
    with writing(here.engine) as connection:
        assert delete_mentions(connection, "website", [NUMBER], 3600) == 1
    tables = (attachment, contact, consent, answer, evidence)
    assert [number_of(here, table) for table in tables] == [2, 1, 1, 5, 1]


def test_the_promised_time_is_kept_and_the_redacted_words_stay(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    store(here, clock)
    clock.move(timedelta(days=10))
    take_in(here, clock, "later")
    store(here, clock)
    jobs = Jobs(here)
    clock.move(timedelta(days=170) - timedelta(seconds=1))
    jobs.expire_evidence(clock.now)
    assert number_of(here, contact) == 2
    clock.move(timedelta(seconds=1))
    for _ in range(2):
        jobs.expire_evidence(clock.now)
        assert [number_of(here, table) for table in (attachment, contact, consent, answer)] == [2, 1, 1, 10]
    with reading(here.engine) as connection:
        assert len(page(connection).rows) == 2


def test_staff_see_that_there_is_a_contact_and_agents_reveal_it(here: Installation, clock: Clock) -> None:
    take_in(here, clock)
    mention_id = store(here, clock)
    with writing(here.engine) as connection:
        for name in ("viewer", "agent", "admin"):
            add_user(connection, name, PASSWORD, name, language="en", now=clock.now)
    with TestClient(create_app(services(here, clock))) as client:
        client.post("/sign-in", data={"name": "viewer", "password": PASSWORD})
        seen = client.get(f"/mentions/{mention_id}").text
        csrf = seen.split('name="csrf" value="')[1].split('"')[0]
        for path in ("contact", "attachments/1"):
            assert f"/mentions/{mention_id}/{path}" not in seen
            assert client.post(f"/mentions/{mention_id}/{path}", data={"csrf": csrf}).status_code == 403
        client.cookies.clear()
        client.post("/sign-in", data={"name": "agent", "password": PASSWORD})
        seen = client.get(f"/mentions/{mention_id}").text
        assert "13900139000" not in seen
        assert "Refund" in seen
        csrf = seen.split('name="csrf" value="')[1].split('"')[0]
        assert client.post(f"/mentions/{mention_id}/contact").status_code == 403
        assert "13900139000" in client.post(f"/mentions/{mention_id}/contact", data={"csrf": csrf}).text
        got = client.post(f"/mentions/{mention_id}/attachments/1", data={"csrf": csrf})
        assert got.headers["content-disposition"] == f'attachment; filename="{NUMBER}-1.png"'
        assert (got.headers["content-type"], got.headers["x-content-type-options"]) == ("image/png", "nosniff")
        assert got.content == samples.png()
        assert client.post(f"/mentions/{mention_id}/attachments/9", data={"csrf": csrf}).status_code == 404
        assert client.post("/mentions/999/contact", data={"csrf": csrf}).status_code == 404
        assert client.get(f"/mentions?q= {NUMBER.lower()} ").url.path == f"/mentions/{mention_id}"
        assert client.get("/mentions?q=0000-0000-0000").url.path == "/mentions"
        listed = client.get("/mentions?brand=*&answer=wish:refund").text
        assert f'href="/mentions/{mention_id}"' in listed
        assert f'href="/mentions/{mention_id}"' not in client.get("/mentions?brand=*&answer=wish:repair").text
        assert client.post(f"/mentions/{mention_id}/erase", data={"csrf": csrf, "sure": "yes"}).status_code == 403
        client.cookies.clear()
        client.post("/sign-in", data={"name": "admin", "password": PASSWORD})
        seen = client.get(f"/mentions/{mention_id}").text
        csrf = seen.split('name="csrf" value="')[1].split('"')[0]
        for sure, left in (("", True), ("yes", False)):
            after = client.post(f"/mentions/{mention_id}/erase", data={"csrf": csrf, "sure": sure}).text
            assert (f"/mentions/{mention_id}/contact" in after) is left
    with pytest.raises(ErasedError):
        reveal_contact(here.engine, mention_id, MASTER, visit(clock))
