"""The round over sources that nobody asks: measured on real rows, told once, ended when they are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.evaluation import evaluate_closed_steps
from alerts.message import render
from alerts.notification import Notification
from alerts.tables import outbox
from crawlers.inbound.models import ApiInbound, ImapInbound
from dashboard.operation.installation import Installation
from dashboard.operation.jobs import Jobs
from monitor.config.schema import OperatorConfig
from monitor.config.versions import Applied
from monitor.health.store import StoredHealth, all_health
from monitor.inbox.receiving import count_refusal
from monitor.store import sources
from monitor.store.database import reading, writing
from monitor.store.mentions import store_batch
from monitor.store.rollups import aggregate
from tests.unit.dashboard.operation.place import Clock, apply
from tests.unit.monitor.store.samples import sample

CONFIG = """\
version: 1
brands: [{id: xinghe, name: 星河, role: own}]
sources: [{id: files, kind: import}]
routes: [{match: {rule: source-health}, notify: [console]}]
"""
API = "desk"
STEP = 3600


@pytest.fixture
def here(installation: Installation, clock: Clock) -> Installation:
    apply(installation, clock.now, CONFIG)
    return replace(installation, operator=replaced(installation.operator, {API: ApiInbound()}))


def replaced(operator: OperatorConfig, inbound: dict[str, object]) -> OperatorConfig:
    return operator.model_copy(update={"inbound": inbound})


def send(here: Installation, applied: Applied, last: datetime, hours: int) -> None:
    """One item an hour until ``last``, and the run that stored the last."""
    items = [
        replace(
            sample(f"d{number}", text=f"第 {number} 条", published_at=last - timedelta(hours=number)),
            source_id=API,
            collected_at=last - timedelta(hours=number) + timedelta(seconds=40),
        )
        for number in range(hours)
    ]
    with writing(here.engine) as connection:
        store_batch(connection, items, config_version_id=applied.version_id, step_seconds=STEP, now=last)
        run = sources.start_run(connection, API, "inbox", "test", last, timedelta(minutes=1))
        assert run is not None
        sources.finish_run(connection, run.id, state="done", counts={"new": 1}, now=last)
    aggregate(here.engine, STEP)


def healths(here: Installation) -> dict[str, StoredHealth]:
    with reading(here.engine) as connection:
        return all_health(connection)


def told(here: Installation) -> list[Notification]:
    with reading(here.engine) as connection:
        payloads = connection.scalars(select(outbox.c.payload).order_by(outbox.c.id))
        return [Notification.from_json(payload) for payload in payloads]


def test_a_sender_that_went_quiet_is_told_once_and_forgotten_with_its_entry(here: Installation, clock: Clock) -> None:
    jobs = Jobs(here)
    assert jobs.watch_sources(clock.now) == []
    assert {key: (found.state, found.cause) for key, found in healths(here).items()} == {
        "files": ("never", "never_brought"),
        API: ("never", "never_sent"),
    }
    applied = jobs.configuration.current()
    assert applied is not None
    send(here, applied, clock.now, 24 * 21)
    clock.move(timedelta(hours=2))
    assert jobs.watch_sources(clock.now) == []
    found = healths(here)[API]
    assert (found.state, found.got_24h, found.delay_p50) == ("ok", 23, 40.0)
    clock.move(timedelta(hours=20))
    assert jobs.watch_sources(clock.now) == [(API, "pending")], "whoever sends may be trying again"
    assert jobs.watch_sources(clock.move(timedelta(minutes=10))) == [(API, "firing")]
    assert jobs.watch_sources(clock.move(timedelta(minutes=10))) == []
    evaluate_closed_steps(here.engine, applied, here.channels, clock.now)
    (message,) = told(here)
    assert render(message).headline.startswith("一般预警 · desk：来源迟迟无新：预期应有 22.2 条，却一条也没有发来")
    gone = replace(here, operator=replaced(here.operator, {}))
    assert Jobs(gone).watch_sources(clock.now) == [(API, "resolved")]
    assert set(healths(gone)) == {"files"}
    assert [each.transition for each in told(here)] == ["firing", "resolved"]


def test_a_changed_secret_is_told_as_what_it_is(here: Installation, clock: Clock) -> None:
    jobs = Jobs(here)
    applied = jobs.configuration.current()
    assert applied is not None
    send(here, applied, clock.now, 24 * 21)
    for _ in range(30):
        with writing(here.engine) as connection:
            count_refusal(connection, API, "wrong signature", clock.move(timedelta(hours=1)))
    assert jobs.watch_sources(clock.now) == [(API, "firing")]
    assert "而发来的 30 次请求被拒收（签名不符）" in render(told(here)[0]).summary
    assert healths(here)[API].state == "failing"


def test_a_mailbox_that_cannot_be_opened_is_failing(here: Installation, clock: Clock) -> None:
    mail = ImapInbound(host="imap.example", user="li", password="not used")  # type: ignore[arg-type]
    jobs = Jobs(replace(here, operator=replaced(here.operator, {"mail": mail})))
    reason = "imap.example refuses user or password: compare them"
    for number in range(3):
        with writing(here.engine) as connection:
            run = sources.start_run(connection, "mail", "schedule", "test", clock.now, timedelta(minutes=1))
            assert run is not None
            sources.finish_run(connection, run.id, state="failed", counts={}, reason=reason, now=clock.now)
        assert jobs.watch_sources(clock.move(timedelta(minutes=5))) == ([("mail", "firing")] if number == 2 else [])
    assert render(told(here)[0]).summary == ("来源失败：已连续失败 3 次（imap.example 不接受用户名或密码：请核对）")
