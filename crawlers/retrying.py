"""Downloader middleware: asks again at once after a passing fault, and later where the site asks for a short pause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware

from crawlers.barrier import seconds_to_wait

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

#: A pause this long (s) is waited out within the crawl; a longer one ends it, and the next crawl keeps the wait.
PATIENCE = 30

#: Pauses that one page may ask for: a site that goes on asking means it.
PAUSES = 2

#: Where a request carries how often it was put off.
PUT_OFF = "put_off"


def pause(status: int, retry_after: str | None, put_off: int, now: datetime) -> int | None:
    """Seconds after which the page may be asked again within this crawl; ``None``: it may not."""
    if status not in (429, 503) or put_off >= PAUSES:
        return None
    seconds = seconds_to_wait(retry_after, now)
    return seconds if seconds is not None and seconds <= PATIENCE else None


class Retry(RetryMiddleware):
    """Scrapy's own, but an answer with ``Retry-After`` is either put off, while the gate lets its host rest
    (:mod:`crawlers.host_gate`), or goes to the spider, which ends the crawl and keeps the wait."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        header = response.headers.get("Retry-After")
        if header is None:
            return super().process_response(request, response)
        put_off = int(request.meta.get(PUT_OFF, 0))
        if pause(response.status, header.decode("latin-1"), put_off, datetime.now(UTC)) is None:
            return response
        again = request.replace(dont_filter=True)
        again.meta[PUT_OFF] = put_off + 1
        return again
