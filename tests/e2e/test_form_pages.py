"""The feedback form in a real browser: filled in, wrong, sent and embedded, in both languages and at desk and phone
width; then stored by a worker, and opened by staff. Screenshots go to test-results/."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from crawlers.browser import MEND, find_browser
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, apply_home, open_installation
from dashboard.operation.web import services
from dashboard.operation.worker import Worker
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from monitor.store.database import writing
from tests.e2e.test_pages import LOOKS, RESULTS, WIDTHS, WITH_AXE, Server, axe_findings, watched
from tests.unit.crawlers.feedback import samples
from tests.unit.dashboard.operation.place import Clock, pipelines
from tests.unit.dashboard.web.stories import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.browser]
KEYWORDS = """\
version: 1
brands:
  - {{id: xinghe, name: 星河, role: own, products: [星河X5手机]}}
sources:
  - id: website
    kind: form
    brand: xinghe
    controller: 星河科技有限公司
    privacy: privacy@xinghe.example
    policy: https://www.xinghe.example/privacy
    products: [星河X5手机, 星河降噪耳机]
    ask: {{rating: required}}
    allowed_origins: ["{shop}"]
"""
WORDS = {
    "zh-CN": "充电十分钟后盖就发烫，打 13800138000 没人接，坏了两次。",
    "en": "The back gets hot after ten minutes of charging; nobody answers 13800138000.",
}


@dataclass(frozen=True)
class Place:
    """``shop`` is where the page that embeds the form is; it may, while the same page under another name may not."""

    installation: Installation
    address: str
    clock: Clock
    shop: str


class Embedding(BaseHTTPRequestHandler):
    """A page of another site with the snippet that the source's page shows."""

    form = ""

    def do_GET(self) -> None:
        frame = f'<iframe src="{self.form}" title="意见反馈" width="100%" height="1000"></iframe>'
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>商城</title><h1>商城</h1>{frame}".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it is called by
        pass


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = Home(tmp_path_factory.mktemp("form"), {})
    home.prepare(vault=True)
    shop = ThreadingHTTPServer(("127.0.0.1", 0), Embedding)
    shop_thread = Thread(target=shop.serve_forever)
    shop_thread.start()
    origin = f"http://127.0.0.1:{shop.server_port}"
    home.keywords_file.write_text(KEYWORDS.format(shop=origin), encoding="utf-8")
    installation = open_installation(home)
    clock = Clock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    apply_home(installation, clock.now)
    with writing(installation.engine) as connection:
        for language, name in (("zh-CN", "zhang"), ("en", "ada")):
            add_user(connection, name, PASSWORD, "admin", language=language, now=clock.now)  # type: ignore[arg-type]
    running = Server(create_app(services(installation, clock)))
    Embedding.form = f"{running.address}/form/website"
    yield Place(installation, running.address, clock, origin)
    running.close()
    shop.shutdown()
    shop_thread.join()
    shop.server_close()
    installation.engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser(os.environ)
    assert path, MEND
    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if root else [])
        yield launched
        launched.close()


def fill_in(page: Page, language: str) -> None:
    page.fill("#text", WORDS[language])
    page.locator('input[name=rating][value="1"]').check(force=True)
    page.select_option("#product", "星河X5手机")
    page.locator("input[name=frequency][value=often]").check(force=True)
    page.fill("#since", "2026-11-20")
    page.locator("input[name=wish][value=refund]").check(force=True)
    page.fill("#order", "XH-20261120")
    page.fill("#phone", "139 0013 9000")


def choose_files(page: Page) -> None:
    picture: Any = {"name": "a.png", "mimeType": "image/png", "buffer": samples.png()}
    voice: Any = {"name": "b.wav", "mimeType": "audio/wav", "buffer": samples.wav()}
    page.locator("#picture").set_input_files(picture)
    page.locator("#voice").set_input_files(voice)


def looked_at(page: Page, name: str, language: str, width: str) -> list[str]:
    """What axe and the page's width say against it; with a picture of it."""
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"{name}.png", full_page=True)
    wider = page.evaluate("document.documentElement.scrollWidth") - WIDTHS[width][0]
    findings = [f"{name}: {found}" for found in axe_findings(page)] if (language, width) in WITH_AXE else []
    return [*findings, *([f"{name}: {wider} px too wide"] if wider > 0 else [])]


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_a_form_from_the_first_look_to_the_staff_s_page(
    place: Place, browser: Browser, language: str, width: str, scheme: Literal["light", "dark"]
) -> None:
    mark = f"{language}-{width}-{scheme}"
    place.clock.move(timedelta(minutes=1))  # for the limit of what one address may send
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    )
    page = context.new_page()
    complaints: list[str] = []
    watched(page, complaints)
    page.goto(f"{place.address}/form/website")
    expect(page.locator("html")).to_have_attribute("lang", language)
    findings = looked_at(page, f"form-{mark}", language, width)

    # The browser itself would not send it without the ticks.
    page.locator("form").evaluate("form => form.noValidate = true")
    fill_in(page, language)
    choose_files(page)
    page.locator("button").click()
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator("#text")).to_have_value(WORDS[language])
    findings += looked_at(page, f"form-wrong-{mark}", language, width)
    page.locator('.summary a[href="#may_contact"]').click()
    expect(page.locator("#may_contact")).to_be_focused()
    page.keyboard.press("Space")
    page.locator("#consent").check()
    choose_files(page)
    page.locator("button").click()
    reference = page.locator(".reference code").inner_text()
    findings += looked_at(page, f"form-sent-{mark}", language, width)

    worker = Worker(place.installation, place.clock, owner="one", pipelines=pipelines())
    assert worker.drain_one()
    findings += as_staff(place, page, language, width, reference, mark)
    context.close()
    assert findings == []
    assert [line for line in complaints if "422" not in line] == []


def as_staff(place: Place, page: Page, language: str, width: str, reference: str, mark: str) -> list[str]:
    page.goto(f"{place.address}/sign-in?next=/mentions?brand=*")
    page.fill("[name=name]", "zhang" if language == "zh-CN" else "ada")
    page.fill("[name=password]", PASSWORD)
    page.locator("form button").click()
    findings = looked_at(page, f"form-mentions-{mark}", language, width)
    page.locator(".utterance .links a").first.click()
    expect(page.locator("code", has_text=reference)).to_be_visible()
    expect(page.locator("#enclosed tbody tr")).to_have_count(3)
    assert "13900139000" not in page.content().replace(" ", "")
    assert "13800138000" not in page.content()
    for summary in page.locator("#enclosed summary").all():
        summary.click()
    findings += looked_at(page, f"form-mention-{mark}", language, width)
    page.locator("#enclosed button[name=show]").first.click()
    assert page.locator(".enclosed img").evaluate("image => image.naturalWidth") == 2
    findings += looked_at(page, f"form-picture-{mark}", language, width)
    page.go_back()
    with page.expect_download() as download:
        page.locator("#enclosed form").nth(1).locator("button").nth(1).click()
    assert download.value.suggested_filename == f"{reference}-2.wav"
    page.locator('#enclosed form[action$="/contact"] button').click()
    expect(page.locator("code", has_text="139 0013 9000")).to_be_visible()
    findings += looked_at(page, f"form-contact-{mark}", language, width)
    page.goto(f"{place.address}/sources/website")
    findings += looked_at(page, f"form-source-{mark}", language, width)
    page.goto(f"{place.address}/sources")
    return findings + looked_at(page, f"form-sources-{mark}", language, width)


def test_without_scripts_and_by_keyboard_alone(place: Place, browser: Browser) -> None:
    place.clock.move(timedelta(minutes=1))
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{place.address}/form/website")
    page.locator("#text").focus()
    page.keyboard.type("It broke on the first day.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=rating]:checked").get_attribute("value") in ("1", "5")
    page.locator("#consent").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reference code")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", True), ("localhost", False)])
def test_only_a_named_page_can_show_and_send_it(place: Place, browser: Browser, host: str, shown: bool) -> None:
    place.clock.move(timedelta(minutes=1))
    context = browser.new_context(locale="zh-CN", viewport={"width": 900, "height": 1200})
    page = context.new_page()
    page.goto(place.shop.replace("127.0.0.1", host))
    inside = page.frame_locator("iframe")
    if not shown:
        page.wait_for_load_state("networkidle")
        assert inside.locator("#text").count() == 0
        context.close()
        return
    inside.locator("#text").fill("在商城页面里填写的反馈")
    inside.locator('input[name=rating][value="5"]').check(force=True)
    inside.locator("#consent").check()
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "form-embedded.png")
    inside.locator("button").click()
    expect(inside.locator(".reference code")).to_be_visible()
    assert context.cookies() == []
    context.close()
