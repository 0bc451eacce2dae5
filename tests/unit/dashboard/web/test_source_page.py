from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from dashboard.operation.collect import Counts
from dashboard.web.i18n import CATALOGUE, Language
from dashboard.web.source_pages import COUNTS, MORE_RUNS, RUNS, counts_of
from monitor.store import sources
from monitor.store.database import writing
from monitor.store.tables import source_state
from tests.unit.dashboard.web.conftest import Site


def due(site: Site, at: datetime, language: str) -> str:
    with writing(site.engine) as connection:
        connection.execute(update(source_state).where(source_state.c.source_id == "shop").values(due_at=at))
    site.client.post("/language", data={"csrf": site.csrf, "language": language})
    heading = {"en": "Next run", "zh-CN": "下次抓取"}[language]
    line = site.client.get("/sources").text.split('source=shop"')[1].split("</tr>")[0]
    return str(line.split(f'data-name="{heading}">')[1].split("</time>")[0].split(">")[1])


@pytest.mark.parametrize("late", [0, 2, 600])
def test_a_run_that_should_have_begun_is_due_now(site: Site, now: datetime, late: int) -> None:
    assert due(site, now - timedelta(seconds=late), "en") == "due now"
    assert due(site, now - timedelta(seconds=late), "zh-CN") == "即将抓取"


def test_a_run_to_come_says_when(site: Site, now: datetime) -> None:
    assert due(site, now + timedelta(minutes=7), "en") == "in 7 min"


def runs_shown(page: str) -> int:
    return page.split('id="runs"')[1].count('<th scope="row">')


def test_the_last_runs_are_folded_until_more_are_asked_for(site: Site, now: datetime) -> None:
    assert runs_shown(site.client.get("/sources").text) == 3
    assert "runs=more" not in site.client.get("/sources").text, "there is no more to show"
    with writing(site.engine) as connection:
        for number in range(40):
            at = now + timedelta(minutes=number)
            run = sources.start_run(connection, "shop", "schedule", "test", at, timedelta(minutes=5))
            assert run is not None
            sources.finish_run(connection, run.id, state="done", counts={}, reason="", now=at)
    folded = site.client.get("/sources").text
    assert runs_shown(folded) == RUNS
    assert 'hx-get="/sources"' in folded
    assert 'href="/sources?runs=more#runs"' in folded
    unfolded = site.client.get("/sources?runs=more").text
    assert runs_shown(unfolded) == MORE_RUNS
    assert 'hx-get="/sources?runs=more"' in unfolded, "what renews itself stays unfolded"
    assert 'href="/sources#runs"' in unfolded


def test_an_import_source_is_never_crawled_and_shows_its_last_import(site: Site, now: datetime) -> None:
    assert 'class="quiet">No file yet' in site.client.get("/sources").text
    with writing(site.engine) as connection:
        run = sources.start_run(connection, "survey", "import", "test", now, timedelta(minutes=5))
        assert run is not None
        sources.finish_run(connection, run.id, state="done", counts={"new": 7}, reason="", now=now)
    line = site.client.get("/sources").text.split('source=survey"', 1)[1].split("</tr>")[0]
    assert ("every" in line, "导入</span>" in line or "import</span>" in line) == (False, True)
    assert 'href="/import?source=survey"' in line
    assert '<b class="num">7</b>' in line
    assert site.client.post("/sources/survey/crawl", data={"csrf": site.csrf}).status_code == 404


def counts_said(site: Site, language: str) -> str:
    site.client.post("/language", data={"csrf": site.csrf, "language": language})
    page = site.client.get("/sources").text
    return str(page.split('id="runs"')[1])


def test_what_a_crawl_counted_is_said_in_words(site: Site) -> None:
    english, chinese = counts_said(site, "en"), counts_said(site, "zh-CN")
    assert 'taken back by the source <b class="num">3</b>' in english
    assert 'pages failed <b class="num">1</b> (timeout 1)' in english
    assert '来源已撤下 <b class="num">3</b>' in chinese
    assert '页面失败 <b class="num">1</b>（超时 1）' in chinese


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_count_of_a_crawl_is_shown_and_has_words(language: Language) -> None:
    # Fields stand on the page of the source.
    counts = {name: value for name, value in Counts().as_json().items() if name != "fields"}
    assert set(counts) <= set(COUNTS)
    assert {f"count.{name}" for name in COUNTS} <= set(CATALOGUE[language])
    told = {name: {"timeout": 2} if isinstance(value, dict) else 2 for name, value in counts.items()}
    assert {(name, number) for name, number, _ in counts_of(told, language)} == {(name, 2) for name in counts}
