"""Pages whose content only exists after their script ran, in a real Chromium behind our filtering proxy."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from crawlers.browser import MEND, find_browser
from crawlers.events import Cursor, Failed, Finished, Found
from crawlers.job import CrawlJob
from crawlers.registry import SOURCES
from crawlers.run import crawl
from tests.unit.crawlers.conftest import Answer, Site

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SCRIPT = """<!doctype html><meta charset="utf-8"><div id="app"></div><script>
fetch("/items.json").then(answer => answer.json()).then(items => {
  for (const item of items) {
    const post = document.createElement("p"); post.className = "post"; post.textContent = item;
    document.getElementById("app").append(post);
  }}).finally(() => document.body.append(Object.assign(document.createElement("i"), {className: "over"})));
</script>"""
JSON = {"Content-Type": "application/json"}
CORS = {"Access-Control-Allow-Origin": "*"}


def job(site: Site, **source: Any) -> CrawlJob:
    browser = find_browser(os.environ)
    assert browser, MEND
    fields = {"text": "./text()"}
    asked = {"id": "js", "kind": "selectors", "url": site.url("/"), "item": ".post", "fields": fields, "delay": 0}
    model = SOURCES["selectors"].model.model_validate(asked | {"render": True, "wait_for": ".post"} | source)
    return CrawlJob(source=model, local=("127.0.0.1",), browser=browser)


def test_rendered_page_is_read(site: Site) -> None:
    site.pages["/"] = Answer(SCRIPT.encode(), headers={"ETag": '"same"', "Content-Type": "text/html"})
    site.pages["/items.json"] = Answer('["电池鼓包", "屏幕很好"]'.encode(), headers=JSON)
    found = list(crawl(job(site)))
    assert [event.mention.text for event in found if isinstance(event, Found)] == ["电池鼓包", "屏幕很好"]
    assert found[-1] == Finished("done")
    # The page itself never changes, what its script fetches does: it is not asked for conditionally.
    (state,) = [event.state for event in found if isinstance(event, Cursor)][-1:]
    again = list(crawl(replace(job(site), cursor=state)))
    assert len([event for event in again if isinstance(event, Found)]) == 2
    assert not [headers for _, headers in site.seen if "If-None-Match" in headers]
    agents = {value for _, headers in site.seen for name, value in headers.items() if name.lower() == "user-agent"}
    assert agents == {"Tingfeng/0.1 (+self-hosted review monitor)"}


def test_browser_cannot_reach_a_private_address(site: Site) -> None:
    """The page sends the script to a host that is not listed, straight and by a redirect; neither arrives."""
    other = site.url("/secret.json").replace("127.0.0.1", "localhost")
    site.pages["/"] = Answer(SCRIPT.replace("/items.json", other).encode())
    site.pages["/secret.json"] = Answer(b'["secret"]', headers=JSON | CORS)
    redirect = {"/": Answer(SCRIPT.encode()), "/items.json": Answer(status=302, headers={"Location": other} | CORS)}
    asked = job(site, wait_for=".over")
    for pages in ({}, redirect):
        site.pages |= pages
        site.seen.clear()
        assert not [event for event in crawl(asked) if isinstance(event, Found)]
        assert "/secret.json" not in site.paths()
        # The counter-test: once the host is listed, the same page gets there.
        listed = replace(asked, local=("127.0.0.1", "localhost"))
        assert [event.mention.text for event in crawl(listed) if isinstance(event, Found)] == ["secret"]


def test_what_never_appears_is_a_reason(site: Site) -> None:
    site.pages["/"] = Answer(b"<p>nothing here</p>")
    found = list(crawl(job(site)))
    assert Failed("page did not load in time", site.url("/")) in found
    assert found[-1] == Finished("failed", "page did not load in time")
