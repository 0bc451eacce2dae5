"""What a crawl found is in the vault with the mention that was made of it, and leaves it when its time is over."""

from __future__ import annotations

import base64
import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from structlog.testing import capture_logs

from crawlers.events import CrawlEvent, Cursor, Finished, Gone
from dashboard.operation.collect import Collected, collect
from dashboard.operation.doctor import examine
from dashboard.operation.home import Home, HomeError
from dashboard.operation.installation import Installation, open_installation
from dashboard.operation.jobs import Jobs
from monitor.config.errors import InvalidConfig
from monitor.config.load import parse_operator
from monitor.config.schema import OperatorConfig, Retention
from monitor.store.database import reading
from monitor.store.tables import mention
from monitor.vault.keys import MasterKey
from monitor.vault.reading import open_payload, records
from monitor.vault.tables import evidence, evidence_key
from tests.unit.dashboard.operation.place import KEY, Clock, apply, installation_of, pipelines, review
from tests.unit.monitor.vault.samples import put, raw

MASTER = MasterKey(b"k" * 32)
VAULT = {**KEY, "TINGFENG_VAULT_KEY": base64.b64encode(MASTER.secret).decode()}
PRIVATE = "坏了，打我 13812345678"


@pytest.fixture
def place(database: Engine, tmp_path: Path) -> Installation:
    return replace(installation_of(database, tmp_path), home=Home(tmp_path, VAULT))


def crawled(place: Installation, clock: Clock, *events: CrawlEvent) -> Collected:
    applied = apply(place, clock.now)
    source = applied.config.source("shop")
    assert source is not None
    found = (*events, Cursor({"at": 1}), Finished("done"))
    return collect(place, applied, source, None, pipelines().of(applied), found, clock)


def kept(place: Installation) -> int:
    with reading(place.engine) as connection:
        rows = connection.execute(select(func.count()).select_from(evidence)).scalar_one()
        assert connection.execute(select(func.count()).select_from(evidence_key)).scalar_one() == rows
    return rows


def test_the_vault_holds_what_the_store_masks(place: Installation, clock: Clock) -> None:
    refused = review(2, "很好", "never")
    done = crawled(place, clock, review(1, PRIVATE), refused, review(3))
    assert (done.counts.new, done.counts.evidence) == (2, 2)
    with reading(place.engine) as connection:
        row = connection.execute(select(mention.c.id, mention.c.text).where(mention.c.external_id == "1")).one()
        (record,) = records(connection, row.id)
        payload = json.loads(open_payload(connection, record, MASTER))
    assert "13812345678" not in row.text
    assert (payload["text"], payload["author"]) == (PRIVATE, "王小明")
    assert record.bound.captured_at == clock.now
    assert record.bound.collector.startswith("tingfeng ")
    assert record.bound.collector.endswith(" feed")


def test_a_replay_keeps_nothing_an_edit_does_and_what_is_gone_goes(place: Installation, clock: Clock) -> None:
    crawled(place, clock, review(1), review(2))
    assert crawled(place, clock, review(1), review(2)).counts.evidence == 0
    assert crawled(place, clock, review(1, "改了"), review(2)).counts.evidence == 1
    assert kept(place) == 3
    assert crawled(place, clock, Gone("1")).counts.deleted == 1
    assert kept(place) == 1


def test_without_a_key_nothing_is_kept_and_that_is_said(installation: Installation, clock: Clock) -> None:
    with capture_logs() as logs:
        done = crawled(installation, clock, review(1), review(2))
    assert (done.counts.new, done.counts.evidence, kept(installation)) == (2, 0, 0)
    warnings = [each for each in logs if each["log_level"] == "warning"]
    assert [(each["event"], each["source"]) for each in warnings] == [("evidence is not kept", "shop")]


def test_the_job_deletes_what_is_older_than_the_operator_allows(place: Installation, clock: Clock) -> None:
    crawled(place, clock, review(1))
    clock.move(timedelta(days=5))
    crawled(place, clock, review(2))
    jobs = Jobs(replace(place, operator=OperatorConfig(retention=Retention(evidence=timedelta(days=30)))))
    assert jobs.expire_evidence(clock.move(timedelta(days=25))) == 0
    with capture_logs() as logs:
        assert jobs.expire_evidence(clock.move(timedelta(seconds=1))) == 1
    assert [(each["event"], each["number"]) for each in logs] == [("evidence expired", 1)]
    assert jobs.expire_evidence(clock.now) == 0
    assert kept(place) == 1


@pytest.mark.parametrize("wrong", ["never", "12h", "0d", "20000d", "180"])
def test_a_retention_without_an_end_is_refused(installation: Installation, wrong: str) -> None:
    assert OperatorConfig().retention.evidence == timedelta(days=180)
    good = parse_operator("retention: {evidence: 30d}\n", installation.kinds, {})
    assert good.retention.evidence == timedelta(days=30)
    with pytest.raises(InvalidConfig, match=r"retention\.evidence"):
        parse_operator(f"retention: {{evidence: {wrong}}}\n", installation.kinds, {})


def test_only_who_sets_a_folder_up_makes_the_key(tmp_path: Path) -> None:
    home = Home(tmp_path, {})
    home.prepare()
    assert home.vault_key is None
    home.prepare(vault=True)
    key = home.vault_key
    home.prepare(vault=True)
    assert key is not None
    assert home.vault_key == key
    assert stat.S_IMODE(home.env_file.stat().st_mode) == 0o600


def test_a_malformed_key_ends_the_start_and_is_not_shown(tmp_path: Path) -> None:
    home = Home(tmp_path, {**KEY, "TINGFENG_VAULT_KEY": "hush"})
    with pytest.raises(HomeError, match="TINGFENG_VAULT_KEY") as refused:
        open_installation(home)
    assert "hush" not in str(refused.value)


def test_doctor_says_whether_evidence_is_kept_and_readable(tmp_path: Path, clock: Clock) -> None:
    def check(**environ: str) -> tuple[bool, str, str]:
        home = Home(tmp_path, {**KEY, **environ})
        found = next(each for each in examine(home, clock.now) if each.part == "evidence vault")
        assert "hush" not in repr(found)
        return found.ok, found.detail, found.mend

    ok, detail, mend = check()
    assert (ok, "no evidence is kept" in detail, "tingfeng init" in mend) == (False, True, True)
    assert check(TINGFENG_VAULT_KEY="hush")[0] is False
    assert check(TINGFENG_VAULT_KEY=VAULT["TINGFENG_VAULT_KEY"])[0] is True
    here = open_installation(Home(tmp_path, KEY))
    put(here.engine, apply(here, clock.now).version_id, [raw("a")], master=MasterKey(b"f" * 32))
    here.engine.dispose()
    ok, detail, mend = check(TINGFENG_VAULT_KEY=VAULT["TINGFENG_VAULT_KEY"])
    assert (ok, MasterKey(b"f" * 32).id in detail) == (False, True)
    assert "put the former" in mend
