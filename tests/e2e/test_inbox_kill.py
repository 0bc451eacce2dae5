"""``kill -9`` of the web process right after its answer, and of the worker while it stores: nothing is lost."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, apply_home, open_installation
from dashboard.operation.worker import Pipelines, Worker
from dashboard.tokens import add_token
from monitor.inbox.tables import inbox
from monitor.store.database import reading, writing
from monitor.store.tables import mention
from monitor.vault.tables import attachment, consent, contact
from tests.e2e.test_kill import PATIENCE, free_port, started, stored
from tests.unit.crawlers.feedback import samples

pytestmark = pytest.mark.e2e

KEYWORDS = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own}
sources:
  - {id: website, kind: form, brand: xinghe, controller: 星河, privacy: x@y.example}
"""
ROUNDS, EACH, FORMS = 6, 50, 5


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    home = Home(tmp_path)
    home.prepare(vault=True)
    home.keywords_file.write_text(KEYWORDS, encoding="utf-8")
    home.operator_file.write_text("inbound:\n  shop-api: {kind: api}\n", encoding="utf-8")
    opened = open_installation(home)
    apply_home(opened, datetime.now(UTC))
    yield opened
    opened.engine.dispose()


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport) as client:
        while time.monotonic() < end:
            try:
                client.get(f"{address}/healthz", timeout=1)
            except httpx.TransportError:
                continue
            return
    raise AssertionError("the web process never answered")


def number_of(installation: Installation, table: object) -> int:
    with reading(installation.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def fill_in(address: str) -> str:
    """Sends a form with a picture twice, as an impatient customer does; its reference."""
    page = httpx.get(f"{address}/form/website", timeout=PATIENCE).text
    fields = dict(re.findall(r'name="(token|notice)" value="([^"]*)"', page))
    fields |= {"text": "充电发烫", "rating": "1", "phone": "13900139000", "may_contact": "yes", "consent": "yes"}
    for _ in range(2):
        answer = httpx.post(
            f"{address}/form/website", data=fields, files={"picture": ("a.png", samples.png())}, timeout=PATIENCE
        )
        assert answer.status_code == 303, answer.text
    return str(re.findall(r"ref=([0-9A-Z-]+)", answer.headers["location"])[0])


def test_nothing_that_was_answered_is_lost_or_doubled(installation: Installation) -> None:
    with writing(installation.engine) as connection:
        token = add_token(connection, "program", "shop-api", "test", datetime.now(UTC))
    headers = {"authorization": f"Bearer {token}"}
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    accepted: list[str] = []
    with started(installation, "web", "--port", str(port)) as web:
        wait_for(address)
        for round_ in range(ROUNDS):
            batch = [{"text": f"很好用 {round_} {each}", "external_id": f"{round_}-{each}"} for each in range(EACH)]
            answer = httpx.post(
                f"{address}/api/v1/mentions", json={"mentions": batch}, headers=headers, timeout=PATIENCE
            )
            assert answer.status_code == 202, answer.text
            accepted += [str(item["external_id"]) for item in batch]
        accepted += [fill_in(address) for _ in range(FORMS)]
        os.kill(web.pid, signal.SIGKILL)
        web.wait(PATIENCE)
    assert number_of(installation, inbox) == len(accepted)

    with started(installation, "worker") as worker:
        end = time.monotonic() + PATIENCE
        while number_of(installation, mention) == 0 and time.monotonic() < end:
            assert worker.poll() is None, "the worker ended"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(PATIENCE)

    later = datetime.now(UTC) + timedelta(minutes=10)
    mine = Worker(installation, lambda: later, owner="next", pipelines=Pipelines(installation.home.author_key))
    while mine.drain_one():
        pass
    assert stored(installation) == sorted(accepted)
    assert number_of(installation, inbox) == 0
    assert [number_of(installation, table) for table in (attachment, contact, consent)] == [FORMS] * 3
