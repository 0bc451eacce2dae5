"""`tingfeng demo` as a newcomer sees it: real processes, real time, a real browser. Within 120 s of the dashboard being
served the crisis has one firing alert, one notification and one ticket, and there was none at the start."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from queue import Queue
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from alerts.tables import alert, outbox, ticket
from crawlers.browser import MEND, find_browser
from dashboard.demo.start import free_port
from monitor.store.database import open_engine, reading
from monitor.store.tables import crawl_run, mention

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
RESULTS = Path(__file__).parents[2] / "test-results"
#: The promise; the start of the processes comes before it.
WITHIN = timedelta(seconds=120)
SERVED = timedelta(seconds=60)


@dataclass(frozen=True)
class Demo:
    address: str
    user: str
    password: str
    site: str
    folder: Path
    served: float  # on the monotonic clock
    process: subprocess.Popen[str]


def read_lines(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    folder = tmp_path / "demo"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.cli.app", "demo", "--home", str(folder), "--port", str(free_port())],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    lines: Queue[str] = Queue()
    Thread(target=read_lines, args=(process, lines), daemon=True).start()
    try:
        address = lines.get(timeout=SERVED.total_seconds()).split()[-1]
        served = time.monotonic()
        found = re.search(r"user (\S+), password (\S+)", lines.get(timeout=5))
        assert found
        site = lines.get(timeout=5).split()[-1]
        yield Demo(address, found[1], found[2], site, folder, served, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture
def browser() -> Iterator[Browser]:
    path = find_browser(os.environ)
    assert path, MEND
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield launched
        launched.close()


def milliseconds_left(demo: Demo) -> float:
    return max(1.0, (demo.served + WITHIN.total_seconds() - time.monotonic()) * 1000)


def sign_in(page: Page, demo: Demo) -> None:
    """The sign-in page shows the demo's own account, already filled in."""
    page.goto(f"{demo.address}/sign-in")
    expect(page.locator("body")).to_contain_text(demo.user)
    page.locator("form button[type=submit], form button").first.click()
    expect(page.locator("#content")).to_be_visible()


def test_crisis_is_alerted_and_ticketed_within_two_minutes(demo: Demo, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, demo)
    page.goto(f"{demo.address}/alerts")
    first = page.locator("#alerts a[href^='/alerts/']").first
    expect(first).to_have_count(0)
    expect(first).to_be_visible(timeout=milliseconds_left(demo))
    first.click()
    expect(page.locator("#content")).to_contain_text("FB")
    page.screenshot(path=RESULTS / "demo-alert.png", full_page=True)
    page.goto(f"{demo.address}/tickets")
    expect(page.locator("#content a[href^='/tickets/FB']")).to_have_count(1)
    page.goto(f"{demo.address}/")
    expect(page.locator("#trend-chart")).to_have_attribute("data-drawn", "true")
    page.screenshot(path=RESULTS / "demo-overview.png", full_page=True)

    # The notification leaves a second later at most; the ticket row is in the alert's own transaction.
    page.goto(f"{demo.address}/alerts/1")
    delivered = page.locator("#content", has_text="console")
    expect(delivered).to_be_visible()
    check_store(demo)


def check_store(demo: Demo) -> None:
    engine = open_engine(f"sqlite:///{demo.folder / 'tingfeng.db'}")
    with reading(engine) as connection:
        alerts = connection.execute(select(alert.c.state, alert.c.rule_id, alert.c.brand_id)).all()
        messages = connection.execute(select(outbox.c.channel, outbox.c.transition)).all()
        tickets = connection.execute(select(ticket.c.number)).all()
        troubles = connection.execute(
            select(crawl_run.c.source_id, crawl_run.c.state, crawl_run.c.reason).where(
                crawl_run.c.state.not_in(["queued", "running", "done", "empty"])
            )
        ).all()
        sources = set(connection.execute(select(mention.c.source_id).distinct()).scalars())
    engine.dispose()
    assert [tuple(row) for row in alerts] == [("firing", "spike", "xinghe")]
    assert [tuple(row) for row in messages] == [("console", "firing")]
    assert len(tickets) == 1
    assert troubles == []
    assert {"shop-xinghe", "shop-tianqiong", "forum", "microblog", "news"} <= sources


def naming(folder: Path) -> list[str]:
    """Command lines of running processes that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if str(folder) in line:
            found.append(line)
    return found


def test_nothing_of_the_demo_outlives_it(demo: Demo) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), base_url=demo.site) as client:
        assert "演示数据" in client.get("/").text
        assert naming(demo.folder)
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(30) == 0
    assert naming(demo.folder) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(demo.site)
