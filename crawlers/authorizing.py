"""Downloader middleware: states who asks, to a source's own API only, after a token was had where it needs one.

It stands behind robots.txt, so that no token is asked for in vain, and sees each hop of a redirect anew.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import FormRequest
from scrapy.http.request import NO_CALLBACK

from crawlers.access import Access, TokenRequest, token_in
from crawlers.fetching import ROBOTS, TOKEN, NotAuthorisedError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.spider import MentionSpider

#: Before every page that needs it.
FIRST = 1000


class Authorizing:
    """One token for each crawl: all of them live longer than that."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._token: asyncio.Future[str] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Authorizing:
        return cls(crawler)

    @property
    def _spider(self) -> MentionSpider:
        return self._crawler.spider  # type: ignore[return-value]

    async def process_request(self, request: Request) -> None:
        """Raises :class:`NotAuthorisedError`, or what the network raised on the way to the token."""
        access = self._spider.access
        if access is None or request.meta.get(TOKEN):
            return
        request.headers.pop(access.header, None)
        if access.covers(request.url) and not request.meta.get(ROBOTS):
            request.headers[access.header] = access.scheme + await self._secret(access)

    async def _secret(self, access: Access) -> str:
        if access.token is None:
            return access.secret
        if self._token is None:
            try:
                asked = access.token(self._spider.clock())
            except ValueError:  # a key that is none; its own words might hold a part of it
                raise NotAuthorisedError("credential unusable") from None
            self._token = asyncio.ensure_future(self._fetch(asked))
        return await self._token

    async def _fetch(self, asked: TokenRequest) -> str:
        for secret in asked.secrets:
            self._spider.secrets.add(secret)
        request = FormRequest(
            asked.url,
            formdata=dict(asked.form),
            headers=dict(asked.headers),
            priority=FIRST,
            # A body that is sent again wherever a redirect leads would take the secret with it.
            meta={TOKEN: True, "dont_redirect": True, "dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        assert self._crawler.engine is not None  # noqa: S101 - it is the engine that asks
        response = await self._crawler.engine.download_async(request)
        token = token_in(response.text) if is_text(response) else None
        if token is None:
            raise NotAuthorisedError(refusal_of(response.status))
        self._spider.secrets.add(token)
        return token


def is_text(response: Response) -> bool:
    return response.status == 200 and hasattr(response, "text")


def refusal_of(status: int) -> str:
    """Why there is no token. A server's fault or pause is no refusal of ours."""
    if status == 429:
        return "too many requests"
    return f"no token: http {status}" if status >= 500 else "credential refused"
