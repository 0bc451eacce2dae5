"""The day of an outlet in a real browser, in both languages, at desk and phone width: registered, confirmed, typed in.
Screenshots go to test-results/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from alerts.outlet_duties import evaluate_outlets
from dashboard.web.app import create_app
from migrations import upgrade
from monitor.config.versions import load_applied
from monitor.health.looking import look_at_sources
from monitor.store.database import open_engine, reading
from monitor.vault.keys import MasterKey
from tests.e2e.test_pages import (
    LOOKS,
    RESULTS,
    WIDTHS,
    WITH_AXE,
    Server,
    axe_findings,
    browser,
    settle,
    sign_in,
    watched,
)
from tests.unit.dashboard.web import shops, stories

__all__ = ["browser"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGES = {
    "outlets": "/outlets",
    "outlets-hotline": "/outlets?source=hotline",
    "outlets-alert": "/alerts/3",
    "outlets-sources": "/sources",
    "transcript": "/outlets/counter/items/3",
}


def started(engine: Engine, home: Path) -> Server:
    upgrade(engine)
    stories.tell(engine, NOW, home)
    shops.open_shops(engine, NOW)
    with reading(engine) as connection:
        applied = load_applied(connection, shops.KINDS)
    assert applied is not None
    look_at_sources(engine, applied.config, NOW)
    evaluate_outlets(engine, applied, ("console",), NOW)
    return Server(create_app(replace(shops.services(engine, NOW, home, demo=True), vault_key=MasterKey(b"k" * 32))))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    engine = open_engine(f"sqlite:///{tmp_path / 'tingfeng.db'}")
    running = started(engine, tmp_path)
    yield running
    running.close()
    engine.dispose()


def opened(
    browser: Browser, server: Server, language: str, width: str, complaints: list[str], scheme: Literal["light", "dark"]
) -> Page:
    size = WIDTHS[width]
    context = browser.new_context(locale=language, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    watched(page, complaints)
    sign_in(page, server.address)
    if page.locator("html").get_attribute("lang") != language:
        csrf = page.locator('form[action="/language"] input[name=csrf]').get_attribute("value") or ""
        page.request.post(f"{server.address}/language", form={"csrf": csrf, "language": language})
    return page


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_the_day_of_an_outlet(
    server: Server, browser: Browser, language: str, width: str, scheme: Literal["light", "dark"]
) -> None:
    complaints: list[str] = []
    findings: list[str] = []
    RESULTS.mkdir(exist_ok=True)
    page = opened(browser, server, language, width, complaints, scheme)
    for name, path in PAGES.items():
        page.goto(server.address + path)
        settle(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        findings += [f"{name} is {wider} px too wide"] if wider > 0 else []
        if (language, width) in WITH_AXE:
            findings += [f"{name} {finding}" for finding in axe_findings(page)]
        page.screenshot(path=RESULTS / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
    page.context.close()
    assert findings == []
    assert complaints == []


def test_a_box_is_emptied_and_its_slips_are_typed_in(server: Server, browser: Browser) -> None:
    complaints: list[str] = []
    page = opened(browser, server, "zh-CN", "phone", complaints, "light")
    page.goto(f"{server.address}/outlets")
    box = page.locator("#boxes tr", has_text="南京路店")
    box.locator("input[name=slips]").fill("2")
    box.locator("button:not([name])").click()
    expect(page.locator(".notice.info")).to_contain_text("已由 ada")
    expect(page.locator("#boxes tr", has_text="南京路店")).to_contain_text("今天已确认")
    page.locator("#waiting tr", has_text="nanjing-20261123-02").locator("a.btn").click()
    page.locator("textarea[name=text]").fill("充电时后盖烫手，希望换一台")
    page.locator("select[name=rating]").select_option("1")
    page.locator(".transcript-form .btn-primary").click()
    expect(page.locator("#waiting")).not_to_contain_text("nanjing-20261123-02")
    expect(page.locator("#done")).to_contain_text("nanjing-20261123-02")
    page.context.close()
    assert complaints == []
