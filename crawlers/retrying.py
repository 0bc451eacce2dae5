"""Downloader middleware: asks again at once after a passing fault, unless the site said when it may be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class Retry(RetryMiddleware):
    """Scrapy's own, but an answer with ``Retry-After`` goes to the spider, which ends the crawl and keeps the wait."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if "Retry-After" in response.headers:
            return response
        return super().process_response(request, response)
