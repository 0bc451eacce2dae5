"""Every page in a real browser, in both languages, at desk and phone width: nothing on the console, nothing against
the content security policy, nothing that axe finds. Screenshots go to test-results/."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from crawlers.browser import MEND, find_browser
from dashboard.web.app import create_app
from dashboard.web.assets import MODULES
from migrations import upgrade
from monitor.store.database import open_engine
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.illness import fall_ill

pytestmark = [pytest.mark.slow, pytest.mark.browser]
RESULTS = Path(__file__).parents[2] / "test-results"
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
#: How every page is looked at: in each language at each width. Colours depend on neither, so each has one language.
LOOKS: list[tuple[str, str, Literal["light", "dark"]]] = [
    ("zh-CN", "desk", "light"), ("zh-CN", "phone", "light"), ("en", "desk", "dark"), ("en", "phone", "dark"),
]  # fmt: skip
#: Those with axe too: it costs more than all else, and sees each page in each language, each width and both colours.
WITH_AXE = {("zh-CN", "desk"), ("en", "phone")}
PAGES = {
    "overview": "/?brand=xinghe&period=1h",
    "overview-month": "/?brand=*&period=30d&compare=tianqiong",
    "mentions": "/mentions?brand=xinghe&period=1h",
    "query-error": "/mentions?q=%E7%94%B5%E6%B1%A0+AND+(%E5%8F%91%E7%83%AB",
    "window": "/mentions?brand=xinghe&since=2026-11-23T11%3A50%3A00Z&until=2026-11-23T12%3A00%3A00Z&dated=1",
    "mention": "/mentions/300",
    "alerts": "/alerts",
    "alerts-narrowed": "/alerts?state=firing&brand=xinghe&source=shop",
    "alert": "/alerts/1",
    "tickets": "/tickets",
    "ticket": "/tickets/FB20261123001",
    "sources": "/sources",
    "source": "/sources/shop",
    "source-late": "/sources/forum",
    "source-alert": "/alerts/3",
    "import": "/import",
    "keywords": "/keywords",
    "reports": "/reports",
    "failure": "/mentions/999999",
}


class Server:
    """The application on a loopback port of the system's choice, in a thread."""

    def __init__(self, app: FastAPI) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._started.wait(20), "the web process did not start"
        socket = self._server.servers[0].sockets[0]
        self.address = f"http://127.0.0.1:{socket.getsockname()[1]}"

    def _run(self) -> None:
        import asyncio

        async def serve() -> None:
            config = self._server.config
            config.load()
            self._server.lifespan = config.lifespan_class(config)
            await self._server.startup()
            self._started.set()
            await self._server.main_loop()
            await self._server.shutdown()

        asyncio.run(serve())

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("pages")
    engine = open_engine(f"sqlite:///{home / 'tingfeng.db'}")
    upgrade(engine)
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert stories.tell(engine, now, home) == 1
    fall_ill(engine, now)
    running = Server(create_app(stories.services(engine, now, home, demo=True)))
    yield running
    running.close()
    engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser(os.environ)
    assert path, MEND
    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if root else [])
        yield launched
        launched.close()


def watched(page: Page, complaints: list[str]) -> None:
    """Collects what the console says, errors of scripts, and answers of the server that are failures."""
    page.on("console", lambda message: complaints.append(message.text) if message.type != "info" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # What a page was still loading when the test went on to the next is aborted, and no failure.
    page.on(
        "requestfailed",
        lambda request: (
            complaints.append(f"{request.url}: {request.failure}") if request.failure != "net::ERR_ABORTED" else None
        ),
    )


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("form button").click()
    expect(page.locator("#content")).to_be_visible()


def settle(page: Page) -> None:
    """Waits until the chart, where there is one, is drawn and the fonts are there."""
    if page.locator("#trend-chart").count():
        expect(page.locator("#trend-chart")).to_have_attribute("data-drawn", "true")
    page.evaluate("document.fonts.ready.then(() => true)")


@pytest.mark.parametrize(("language", "width"), sorted(WITH_AXE))
def test_a_file_is_looked_at_mapped_and_imported(server: Server, browser: Browser, language: str, width: str) -> None:
    size: ViewportSize = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    context = browser.new_context(locale=language, viewport=size)
    page = context.new_page()
    complaints: list[str] = []
    watched(page, complaints)
    sign_in(page, server.address)
    if page.locator(f'form[action="/language"] button[value="{language}"]').count():
        csrf = page.locator('form[action="/language"] input[name=csrf]').input_value()
        page.request.post(f"{server.address}/language", form={"csrf": csrf, "language": language, "next": "/"})
    page.goto(f"{server.address}/import?source=survey")
    expect(page.locator("html")).to_have_attribute("lang", language)
    rows = ["编号,评论,分数,用户,时间,备注", "1,电池发烫，打 13812345678 没人接,1,王小明,2026-11-22 10:00,"]
    rows += ["2,,5,x,,", "3,很好,9,y,,"]
    file: Any = {"name": "评价.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#content .import-form button").click()
    expect(page.locator("#import .utterance")).to_have_count(2)
    settle(page)
    page.locator('[name="column.rating"]').first.select_option("分数")
    expect(page.locator("#import .utterance")).to_have_count(1)
    expect(page.locator("#import table tbody tr")).to_have_count(2)
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"import-preview-{language}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0]
    assert axe_findings(page) == []
    with page.expect_navigation():
        page.locator("#import form[method=post] .btn-primary").click()
    # One import of a source at a time: of the two that this test hands in no worker takes any.
    assert "started=survey" in page.url or page.locator(".notice.warn").count() == 1
    assert [line for line in complaints if "409" not in line] == []
    context.close()


@pytest.mark.parametrize(("language", "width"), [("zh-CN", "desk"), ("en", "phone")])
def test_a_change_of_keywords_is_rehearsed(server: Server, browser: Browser, language: str, width: str) -> None:
    size: ViewportSize = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    context = browser.new_context(locale=language, viewport=size)
    page = context.new_page()
    complaints: list[str] = []
    watched(page, complaints)
    sign_in(page, server.address)
    if page.locator("html").get_attribute("lang") != language:
        csrf = page.locator('form[action="/language"] input[name=csrf]').get_attribute("value") or ""
        page.request.post(f"{server.address}/language", form={"csrf": csrf, "language": language})
    page.goto(f"{server.address}/keywords")
    text = page.locator("textarea[name=text]")
    more = "keywords:\n  - {id: rival, query: 天穹 OR 屏幕}\n"
    text.fill(text.input_value().replace("keywords:\n", more, 1).replace("query: '退款'", "query: 退款 NOT 退款"))
    with page.expect_navigation():
        page.locator("#content form[action='/keywords'] .btn-primary").click()
    expect(page.locator(".card").first.locator("tbody tr")).to_have_count(2)
    expect(page.locator("mark").first).to_be_visible()
    settle(page)
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"keywords-rehearsed-{language}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0]
    assert axe_findings(page) == []
    assert complaints == []
    context.close()


def axe_findings(page: Page) -> list[str]:
    # Given to the page by the debugger, so that the policy of the page stays as it is.
    page.evaluate((MODULES / "axe-core/axe.min.js").read_text("utf-8") + "; true")
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_pages(server: Server, browser: Browser, language: str, width: str, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    )
    page = context.new_page()
    complaints: list[str] = []
    watched(page, complaints)
    RESULTS.mkdir(exist_ok=True)
    page.goto(f"{server.address}/sign-in")
    findings = [f"sign-in {finding}" for finding in axe_findings(page)]
    page.screenshot(path=RESULTS / f"sign-in-{language}-{width}-{scheme}.png")
    sign_in(page, server.address)
    if page.locator("html").get_attribute("lang") != language:
        csrf = page.locator('form[action="/language"] input[name=csrf]').get_attribute("value") or ""
        page.request.post(f"{server.address}/language", form={"csrf": csrf, "language": language})
    for name, path in PAGES.items():
        page.goto(server.address + path)
        settle(page)
        if name == "failure":
            complaints = [complaint for complaint in complaints if "404" not in complaint]
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(".tag.demo").is_visible()
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        findings += [f"{name} is {wider} px too wide"] if wider > 0 else []
        if (language, width) in WITH_AXE:
            findings += [f"{name} {finding}" for finding in axe_findings(page)]
        page.screenshot(path=RESULTS / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
    context.close()
    assert findings == []
    assert complaints == []


@pytest.mark.parametrize(("language", "width"), sorted(WITH_AXE))
def test_the_sign_in_page_of_an_installation_without_users(
    tmp_path: Path, browser: Browser, language: str, width: str
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'tingfeng.db'}")
    upgrade(engine)
    running = Server(create_app(stories.services(engine, datetime(2026, 11, 23, 12, 0, tzinfo=UTC), tmp_path)))
    try:
        viewport: ViewportSize = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
        page = browser.new_page(locale=language, viewport=viewport)
        page.goto(f"{running.address}/sign-in")
        expect(page.locator("code")).to_contain_text("user add")
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.screenshot(path=RESULTS / f"sign-in-nobody-{language}-{width}-light.png")
        page.close()
    finally:
        running.close()
        engine.dispose()


def test_the_overview_renews_itself(server: Server, browser: Browser) -> None:
    """htmx replaces the live part without losing the chart or touching the policy."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    watched(page, complaints)
    sign_in(page, server.address)
    settle(page)
    page.evaluate("document.querySelector('.figure .value').textContent = 'stale'")
    with page.expect_response(lambda response: "/overview/live" in response.url):
        pass
    expect(page.locator(".figure .value").first).not_to_have_text("stale")
    assert page.locator("#trend-chart canvas").count() == 1
    context.close()
    assert complaints == []


def test_every_line_of_the_chart_has_a_named_axis(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en")
    page = context.new_page()
    sign_in(page, server.address)
    settle(page)
    words = page.locator("#trend-chart").evaluate("chart => ({...chart.dataset})")
    axes = "echarts.getInstanceByDom(document.getElementById('trend-chart')).getOption().yAxis"
    shown = page.evaluate(f"{axes}.filter(axis => axis.show).map(axis => axis.name)")
    assert shown == [words["volume"], words["ratio"], words["sentiment"]]
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    settle(page)
    assert page.evaluate(f"{axes}.filter(axis => axis.show).length") == 2, "no room for a third scale"
    assert page.locator("#trend-card .legend").inner_text().endswith(words["sentiment"])
    context.close()


def test_a_filter_is_sent_without_a_button(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, server.address)
    page.goto(f"{server.address}/mentions")
    page.select_option("select[name=label]", "negative")
    page.wait_for_url("**label=negative**")
    assert "q=" not in page.url
    expect(page.locator(".tag.label-negative").first).to_be_visible()
    context.close()


def test_load_more_appends(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, server.address)
    page.goto(f"{server.address}/mentions?brand=*&period=30d")
    before = page.locator(".utterance").count()
    page.locator(".more a").click()
    expect(page.locator(".utterance")).to_have_count(before * 2)
    context.close()
