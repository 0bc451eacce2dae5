"""Downloader middleware: only web addresses, and robots.txt passed over only where the operator says so."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from crawlers.address import allowed, fetchable, folded

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


#: Marks the request of a robots.txt, and its redirects with it.
ROBOTS = "robots_txt"
#: Marks the request of a token. Signing in is no crawling: no robots.txt is asked about it.
TOKEN = "token"  # noqa: S105 - the name of a mark


class NotFetchable(IgnoreRequest):
    """A URL that is never fetched; the message is the reason."""


class NotAuthorisedError(IgnoreRequest):
    """A request for which no token was to be had; the message is the reason."""


class Fetching:
    """Sees every request, redirect hops and robots.txt included, before any other middleware."""

    def __init__(self, local: Collection[str], robots_exceptions: Collection[str]) -> None:
        self.local = local
        self.robots_exceptions = {folded(host) for host in robots_exceptions}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Fetching:
        return cls(crawler.settings.getlist("LOCAL_HOSTS"), crawler.settings.getlist("ROBOTS_EXCEPTIONS"))

    def process_request(self, request: Request) -> None:
        if not fetchable(request.url):
            raise NotFetchable("not a web address")
        parts = urlsplit(request.url)
        host = folded(parts.hostname or "")
        # Names are checked where they are resolved; a literal address is refused here, before the robots.txt request.
        if is_literal(host) and not allowed(host, [host], self.local):
            raise NotFetchable("private address")
        # A robots.txt is never held against itself, wherever it was moved to: it would wait for itself for ever.
        if not request.meta.get(ROBOTS) and not request.meta.get(TOKEN):
            # Set anew at each hop: an exception for one host must not follow a redirect to another.
            request.meta["dont_obey_robotstxt"] = host in self.robots_exceptions


def is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
