"""The one spider: drives any page class, counts, and decides how the crawl ended."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawlers.barrier import challenge, refusal, seconds_to_wait, sent_to_login
from crawlers.charset import readable
from crawlers.cursor import CrawlState
from crawlers.events import Answered, Blocked, CrawlEvent, Cursor, Failed, Fetched, Finished, Found, Gone, Rejected
from crawlers.failure import reason_of
from crawlers.fetching import NotAuthorisedError
from crawlers.job import CrawlJob
from crawlers.outcome import Course, Trouble, unreadable
from crawlers.page import Deleted, Follow, Page
from crawlers.registry import SOURCES
from crawlers.secrecy import ScrubbedStream, Secrets
from crawlers.settings import settings_of
from crawlers.suspicion import Suspicion
from monitor.config.schema import Credential
from monitor.mention import RawMention, Rejection

log = structlog.get_logger()

Emit = Callable[[CrawlEvent], None]
Clock = Callable[[], datetime]


#: Items and time between two cursors. A cursor has what was found stored and judged, so that a slow crawl tells one
#: often; what a killed crawl read after its last one is read again.
ITEMS_PER_CURSOR = 500
TIME_PER_CURSOR = timedelta(seconds=5)

#: Validators of a response, and how the next request states them (RFC 9110, sections 13.1.2 and 13.1.3).
CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}

#: What a platform says that wants to be left alone for a while, by its status or in a page: the crawl ends.
TOLD_OFF = "too many requests"

#: Pages that fail in a row until the crawl ends: a site in trouble is not to be asked for hundreds more.
FAILURES = 8

#: A site in maintenance or overloaded, which may say when it will be back.
UNAVAILABLE = 503
#: Answers that another try will not change.
FINAL = {401, 403, 404, 410}


class MentionSpider(Spider):
    """One crawl of one source. Everything found leaves by ``emit`` at once, and without any of the ``secrets``; nothing
    goes through Scrapy's items."""

    name = "mentions"

    def __init__(
        self,
        job: CrawlJob,
        page: Page[Any],
        state: CrawlState,
        emit: Emit,
        clock: Clock,
        secrets: Secrets | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.page = page
        self.access = page.access()
        self.secrets = secrets or Secrets()
        self.state = state
        self.frontier = state.frontier
        self.emit = emit
        self.clock = clock
        self.hosts: set[str] = set()
        self.asked: set[str] = set()
        self.course = Course()
        self.since_cursor = 0
        self.cursor_at = clock()
        self.suspicion = Suspicion(job.usual)
        self.told_off = False
        self.failures = 0

    async def start(self) -> AsyncIterator[Any]:
        left_over = self.frontier.left_over()
        for follow in [Follow(url) for url in self.job.look] or self.page.start():
            self.hosts.add(urlsplit(follow.url).hostname or "")
            self.course.starts.add(follow.url)
            for request in self.requests(follow, first=True):
                yield request
        for follow in left_over:
            for request in self.requests(follow, resumed=True):
                yield request

    def own(self, url: str) -> bool:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:  # a bracket that opens no IPv6 address
            return False
        return any(host == each or host.endswith(f".{each}") for each in self.hosts)

    def requests(self, follow: Follow, *, first: bool = False, resumed: bool = False) -> Iterator[Request]:
        """At most one request: new in this crawl and within ``max_pages``. What exceeds these waits for the next."""
        if follow.url in self.asked:
            return
        if len(self.asked) >= (most := self.job.source.max_pages):
            self.course.limit = f"page limit of {most} reached; the rest is read by the next crawl"
            return
        self.asked.add(follow.url)
        meta: dict[str, Any] = {
            "asked": follow.url,
            "context": dict(follow.context),
            "first": first,
            "resumed": resumed,
            "download_slot": urlsplit(follow.url).hostname or "",
        }
        if getattr(self.job.source, "render", False):
            from crawlers.rendering import rendering_meta

            meta |= rendering_meta(getattr(self.job.source, "wait_for", None), settle=bool(self.job.look))
        known = self.state.validators.get(follow.url, {}) if first else {}
        yield Request(
            follow.url,
            callback=self.answered,
            errback=self.failed,
            headers={**{CONDITIONS[name]: value for name, value in known.items()}, **follow.headers},
            meta=meta,
            dont_filter=True,
        )

    def trouble(self, event: Trouble, start: str | None = None) -> None:
        """``start``: the address, where the crawl begins with it and nothing of it could be read."""
        self.course.troubles.append(event)
        if start in self.course.starts:
            self.course.lost.setdefault(start, event)
        self.emit(event)

    def answered(self, response: Response) -> Iterator[Request]:
        self.emit(Fetched(response.url, response.status))
        asked = response.meta["asked"]
        header = response.headers.get("Retry-After")
        retry_after = header.decode("latin-1")[:80] if header else None
        refused = refusal(response.status, retry_after)
        if refused is None and sent_to_login(asked, response.url):
            refused = "login required"
        if response.status >= 400:
            refused = self.page.refusal(as_text(response)) or refused
        if refused:
            wait = seconds_to_wait(retry_after, self.clock())
            before = self.course.retry_after
            self.course.retry_after = wait if before is None else max(before, wait or 0)
            self.trouble(Blocked(refused, response.url), asked)
            if refused.startswith("too many"):
                raise CloseSpider(TOLD_OFF)
            # A key that is refused today may be renewed tomorrow.
            closed = refused == "login required" and response.status in {401, 403}
            self.frontier.failed(asked, for_good=self.access is None, closed=closed and self.access is None)
        elif response.status == 304:
            self.course.unchanged = True
            self.frontier.read(asked)
        elif response.status == UNAVAILABLE and (wait := seconds_to_wait(retry_after, self.clock())):
            # The page stays on the list: not it failed, the site is busy.
            self.course.retry_after = wait
            self.trouble(Failed(f"http {response.status} (Retry-After: {retry_after})", response.url), asked)
            raise CloseSpider(TOLD_OFF)
        elif response.status != 200:
            self.frontier.failed(asked, for_good=response.status in FINAL)
            # Redirects to web addresses are followed before an answer comes here.
            elsewhere = 300 <= response.status < 400 and "Location" in response.headers
            reason = "not a web address" if elsewhere else f"http {response.status}"
            self.lost(Failed(reason, response.url), asked, counts=response.status not in FINAL)
        else:
            self.failures = 0
            self.hosts.add(urlsplit(response.url).hostname or "")
            page = as_text(response)
            if self.job.look:
                self.emit(Answered(asked, page.url, page.text, headers_of(page)))
            else:
                yield from self.read(page)

    def read(self, response: TextResponse) -> Iterator[Request]:
        """One page through the page class: the boundary of a plug-in, so any exception is recorded and counted."""
        asked, resumed, known = response.meta["asked"], response.meta["resumed"], self.frontier.known
        items: list[RawMention] = []
        follows: list[Follow] = []
        refused: list[Rejection] = []
        gone = 0
        whole = False
        try:
            for parsed in self.page.parse(response):
                if isinstance(parsed, Follow):
                    follows.append(parsed)
                elif isinstance(parsed, RawMention):
                    self.take(parsed)
                    items.append(parsed)
                elif isinstance(parsed, Deleted):
                    self.emit(Gone(parsed.external_id, parsed.prefix))
                    gone += 1
                elif parsed.reason == TOLD_OFF:
                    self.told_off = True
                    self.trouble(Blocked(parsed.reason, parsed.url or response.url))
                else:
                    refused.append(parsed)
                    self.trouble(Rejected(parsed.reason, parsed.url))
            # A page that says nothing but "too many requests" was not read.
            whole = bool(items) or not self.told_off
        except CloseSpider:
            raise
        except MemoryError:
            self.course.limit = f"memory limit of {self.job.limits.megabytes} MB reached"
            raise CloseSpider("memory") from None
        except Exception as error:
            log.error(
                "page_class_failed", source=self.job.source.id, url=response.url, error=repr(error), exc_info=True
            )
            self.trouble(Failed(f"page class failed: {type(error).__name__}", response.url), asked)
        self.suspicion.look(response.url, response.text, items, refused, len(follows))
        past = self.job.backfill is not None and self.job.backfill.is_past(items, self.clock())
        own = [each for each in follows if self.own(each.url) and not (each.next and past)]
        for follow in list(self.frontier.admit(own, items, resumed=resumed)):
            yield from self.requests(follow, resumed=resumed and follow.next)
        if whole:
            self.frontier.read(asked)
            self.remember(response, follows)
        else:
            self.frontier.failed(asked)
        if not items and not follows and self.frontier.known == known and (barrier := challenge(response.text)):
            self.trouble(Blocked(barrier, response.url), asked)
        self.course.read += 1
        if reason := unreadable(refused, len(items) + len(follows) + gone):
            self.course.garbled.append(reason)
            if asked in self.course.starts:
                self.course.lost.setdefault(asked, Rejected(reason, response.url))
        if self.told_off:
            raise CloseSpider(TOLD_OFF)
        self.since_cursor += len(items)
        if self.since_cursor >= ITEMS_PER_CURSOR or self.clock() - self.cursor_at >= TIME_PER_CURSOR:
            self.checkpoint()

    def remember(self, response: TextResponse, follows: Sequence[Follow]) -> None:
        """How to ask for a first page conditionally. "Not modified" says nothing about pages that it leads to without
        telling their state: such a page is always fetched whole. So is one for the browser, which cannot show an answer
        without a body, and whose items come from elsewhere."""
        if not response.meta["first"] or response.meta.get("playwright"):
            return
        self.state.validators.pop(response.meta["asked"], None)
        given = {name: value.decode("latin-1") for name in CONDITIONS if (value := response.headers.get(name))}
        if given and all(each.next or each.version is not None for each in follows):
            self.state.validators[response.meta["asked"]] = given

    def checkpoint(self) -> None:
        """Tells the cursor that stands for everything emitted so far."""
        self.since_cursor, self.cursor_at = 0, self.clock()
        self.state.page = dict(self.page.cursor)
        self.emit(Cursor(self.state.as_json(self.job.source)))

    def take(self, item: RawMention) -> None:
        if self.job.backfill is not None and not self.job.backfill.holds(item, self.clock()):
            self.course.outside += 1
            return
        if self.course.found >= self.job.limits.items:
            self.course.limit = f"item limit of {self.job.limits.items} reached"
            raise CloseSpider("items")
        self.course.found += 1
        self.emit(Found(item))

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, blocked = reason_of(failure.value or RuntimeError(), request.url)
        if not isinstance(failure.value, IgnoreRequest):
            log.warning("request_failed", source=self.job.source.id, url=request.url, reason=reason)
        for_good = blocked and not isinstance(failure.value, NotAuthorisedError)
        asked = request.meta.get("asked", request.url)
        self.frontier.failed(asked, for_good=for_good)
        if blocked:
            self.trouble(Blocked(reason, request.url), asked)
        else:
            self.lost(Failed(reason, request.url), asked, counts=not isinstance(failure.value, IgnoreRequest))

    def lost(self, event: Failed, asked: str, *, counts: bool) -> None:
        """A page that could not be had. Too many in a row end the crawl; what is left is tried by the next one."""
        self.trouble(event, asked)
        self.failures += counts
        if self.failures >= FAILURES:
            self.course.limit = f"stopped: {FAILURES} pages failed in a row"
            raise CloseSpider("failures")

    def outcome(self, close_reason: str) -> Finished:
        return self.course.ended(close_reason, known=self.frontier.known, megabytes=self.job.limits.megabytes)


def headers_of(response: Response) -> dict[str, str]:
    """By name in lower case; the values of a header that came several times are joined (RFC 9110, section 5.3)."""
    found = response.headers.items()
    return {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1") for name, values in found}


def secrets_of(credential: Credential | None) -> list[str]:
    return [each.get_secret_value() for _, each in credential or () if isinstance(each, SecretStr)]


def as_text(response: Response) -> TextResponse:
    """Feeds and JSON come under all sorts of content types, and pages under wrong encodings; page classes always get
    text in the encoding that it is really in (:mod:`crawlers.charset`)."""
    if not isinstance(response, TextResponse):
        given = {"status": response.status, "headers": response.headers, "request": response.request}
        response = TextResponse(response.url, body=response.body, **given)
    return readable(response)


def run(job: CrawlJob, emit: Emit, started: float) -> Finished:
    """Crawls; blocks until done. Once a process: the Twisted reactor cannot be started again.

    ``started``: when the process began to count its time, on the monotonic clock.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    state = CrawlState.restored(job.cursor, job.source, thorough=job.backfill is not None)
    page = SOURCES[job.source.kind].page_class()(job.source, state.page, job.credential)
    access = page.access()
    secrets = Secrets((*secrets_of(job.credential), *(access.secrets if access else ())))
    if access:
        emit = secrets.guarded(emit)
        sys.stdout, sys.stderr = ScrubbedStream(sys.stdout, secrets), ScrubbedStream(sys.stderr, secrets)
    if getattr(job.source, "render", False):
        from crawlers.rendering import PROXY

        PROXY.local, PROXY.limit = job.local, job.limits.bytes_per_response
    process = AsyncCrawlerProcess(settings_of(job, job.limits.seconds - (monotonic() - started)))
    crawler = process.create_crawler(MentionSpider)
    settings: dict[str, Any] = {"job": job, "page": page, "state": state, "emit": emit, "secrets": secrets}
    process.crawl(crawler, clock=lambda: datetime.now(UTC), **settings)
    process.start()
    if not isinstance(crawler.spider, MentionSpider):
        return Finished("failed", "the crawl could not be started")
    crawler.spider.checkpoint()
    if suspect := crawler.spider.suspicion.event():
        emit(suspect)
    reason = str(crawler.stats.get_value("finish_reason", "") if crawler.stats else "")
    return secrets.without(crawler.spider.outcome(reason))
