"""JavaScript pages in Chromium: every connection of the browser goes through a filtering proxy of our own.

A filter on the page's requests alone would not see the hops of a redirect; a proxy sees each connection.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser
from playwright.async_api import Request as BrowserRequest
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawlers.address import fetchable
from crawlers.host_gate import Gated
from crawlers.proxy import FilteringProxy

#: Milliseconds until ``wait_for`` has appeared.
APPEARS = 15_000
#: Milliseconds that an unknown page gets after it has loaded, for what its scripts fetch.
SETTLES = 2_500
UNWANTED = frozenset({"image", "media", "font"})

#: What the proxy lets through; set by the crawl process before the browser starts (Scrapy builds the provider itself).
PROXY = FilteringProxy(local=(), limit=16 * 1024 * 1024)


class ProxiedBrowser(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts the proxy, then a browser that knows no other way out, loopback included."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.config = config

    async def launch_browser(self) -> Browser:
        port = await PROXY.start()
        self.config.launch_options["proxy"] = {"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"}
        browser: Browser = await super().launch_browser()
        return browser

    async def close(self) -> None:
        await super().close()
        await PROXY.close()


class GatedBrowser(Gated, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """scrapy-playwright's handler behind the gate: a page counts as one request, whatever it loads for itself."""


def unwanted(request: BrowserRequest) -> bool:
    """Pictures, sounds and fonts say nothing to us; other schemes than http(s) are never fetched."""
    return request.resource_type in UNWANTED or not fetchable(request.url)


def rendering_meta(wait_for: str | None, *, settle: bool = False) -> dict[str, Any]:
    """``settle`` gives a page whose contents nobody knows yet some time to show them."""
    methods = [PageMethod("wait_for_selector", wait_for, state="attached", timeout=APPEARS)] if wait_for else []
    if settle:
        methods.append(PageMethod("wait_for_timeout", SETTLES))
    return {"playwright": True, "playwright_page_methods": methods}
