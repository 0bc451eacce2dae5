"""Downloader middleware: robots.txt as RFC 9309 reads it, which Scrapy's own does not.

Scrapy parses whatever body came, of an error page too, and takes a robots.txt that cannot be fetched for consent. The
RFC says, in section 2.3.1:

* 2.3.1.1 a successful answer is obeyed;
* 2.3.1.2 redirects are followed, five at least; after more the file counts as unavailable;
* 2.3.1.3 unavailable (a status from 400 to 499): everything may be fetched;
* 2.3.1.4 unreachable (a server or network error, a status from 500): complete disallow. It may be taken for
  unavailable after 30 days, which we do not: whoever wants that names the host in ``robots_exceptions``.

Nothing is kept between two crawls, well below the 24 hours of section 2.4.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from crawlers.failure import reason_of
from crawlers.fetching import ROBOTS, NotFetchable
from crawlers.host_gate import CRAWL_DELAY

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Before every page of its host.
FIRST = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site allows. Without a ``parser`` everything, unless the file is ``unreachable`` for that reason."""

    parser: ProtegoRobotParser | None = None
    unreachable: str = ""

    def delay(self, user_agent: str) -> float | None:
        """Seconds of the Crawl-delay line for us, where there is one that can be read."""
        stated = self.parser.rp.crawl_delay(user_agent) if self.parser is not None else None
        return float(stated) if stated is not None and 0 <= stated < float("inf") else None


class Robots:
    """One robots.txt for each scheme, host and port, fetched once a crawl; ``seconds`` is the wait for it."""

    def __init__(self, crawler: Crawler, user_agent: str, seconds: float) -> None:
        self._crawler, self._user_agent, self._seconds = crawler, user_agent, seconds
        self._sites: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        settings = crawler.settings
        return cls(crawler, settings["USER_AGENT"], settings.getfloat("ROBOTS_SECONDS"))

    async def process_request(self, request: Request) -> None:
        """Raises ``IgnoreRequest`` for what is not allowed."""
        if request.meta.get(ROBOTS) or request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._sites:
            self._sites[site] = asyncio.ensure_future(self._rules_of(site))
        rules = await self._sites[site]
        if rules.unreachable:
            raise NotFetchable(f"robots.txt unreachable: {rules.unreachable}")
        if rules.parser is not None and not rules.parser.allowed(request.url, self._user_agent):
            raise IgnoreRequest("Forbidden by robots.txt")
        # Not in the RFC, but widely written and the plainest wish a site can state.
        if (delay := rules.delay(self._user_agent)) is not None:
            request.meta[CRAWL_DELAY] = delay

    async def _rules_of(self, site: str) -> Rules:
        url = f"{site}/robots.txt"
        meta = {ROBOTS: True, "download_timeout": self._seconds}
        request = Request(url, priority=FIRST, meta=meta, callback=NO_CALLBACK)
        assert self._crawler.engine is not None  # noqa: S101 - it is the engine that asks
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever the network or a handler raises: the file is not there
            return without_answer(error, url)
        return self._rules_in(response)

    def _rules_in(self, response: Response) -> Rules:
        if response.status >= 500:
            return Rules(unreachable=f"http {response.status}")
        if not 200 <= response.status < 300:
            return Rules()
        return Rules(ProtegoRobotParser.from_crawler(self._crawler, response.body))


def without_answer(error: Exception, url: str) -> Rules:
    reason, _ = reason_of(error, url)
    return Rules() if reason == "too many redirects" else Rules(unreachable=reason)
