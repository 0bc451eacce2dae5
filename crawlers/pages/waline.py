"""Comments of a Waline server by its JSON: those of named pages, or the newest of all pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urljoin

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Name, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that the server gives in one answer: threads of a page, and newest comments of all.
PER_PART = 100
RECENT = 50


class WalineSource(Source):
    """``url`` is the comment server. ``paths`` are the pages' addresses as the server knows them (``/posts/x5.html``);
    with none, the 50 newest comments of all pages are read. ``site`` is where the pages are, if not on the server's
    own host.
    """

    kind: Literal["waline"] = "waline"
    url: WebUrl
    paths: tuple[Name, ...] = Field(default=(), max_length=1000)
    site: WebUrl | None = None


class WalinePage(JsonPage[WalineSource]):
    """Threads are ordered by their first comment, so that a reply may stand in any part: while the number of comments
    stays the same the first part is enough, else all are read.
    """

    def asked(self, query: Mapping[str, Any]) -> str:
        return f"{self.source.url.rstrip('/')}/api/comment?{urlencode(query)}"

    def part(self, path: str, number: int, version: str | None = None) -> Follow:
        query = {"path": path, "pageSize": PER_PART, "page": number, "sortBy": "insertedAt_desc"}
        return Follow(self.asked(query), context={"path": path, "part": number}, version=version)

    def start(self) -> Iterable[Follow]:
        if not self.source.paths:
            yield Follow(self.asked({"type": "recent", "count": RECENT}))
        for path in self.source.paths:
            yield self.part(path, 1)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if count_at(data, "errno"):
            yield error_answer(text_at(data, "errmsg"), response.url)
            return
        # Servers before version 3 answer without the envelope.
        body = data if at(data, "errno") is None else at(data, "data")
        found = {"data": body} if isinstance(body, list) else body
        threads = objects_at(found, "data")
        if threads is None:
            yield Rejection("bad json", "no comments", response.url)
            return
        context = context_of(response)
        path = text_at(context, "path") or "/"
        for thread in threads:
            for comment in (thread, *(objects_at(thread, "children") or ())):
                yield self.comment(comment, path, response.url)
        if context.get("part") == 1:
            parts = min(count_at(found, "totalPages") or 1, self.source.max_pages)
            for number in range(2, parts + 1):
                yield self.part(path, number, version=text_at(found, "count"))

    def comment(self, comment: Mapping[str, Any], path: str, url: str) -> RawMention | Rejection:
        number, text = text_at(comment, "objectId"), text_at(comment, "comment")
        if number is None:
            return Rejection("bad json", "comment without id", url)
        if text is None:
            return Rejection("no text", "", url)
        children = objects_at(comment, "children")
        return RawMention(
            text=text,
            external_id=number,
            url=address(self.source.site or self.source.url, text_at(comment, "url") or path, number) or url,
            kind="comment",
            author=text_at(comment, "nick"),
            published=text_at(comment, "time") or text_at(comment, "insertedAt"),
            parent_id=text_at(comment, "pid") or text_at(comment, "rid"),
            markup="html",
            likes=count_at(comment, "like"),
            replies=None if children is None else len(children),
        )


def address(site: str, path: str, number: str) -> str | None:
    """Where readers see the comment: Waline's script marks each with its id."""
    try:
        return urljoin(site, f"{path.split('#')[0]}#{number}")
    except ValueError:
        return None
