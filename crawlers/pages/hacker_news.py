"""Stories and comments of Hacker News that hold some words, by its public search (hn.algolia.com): the newest first."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field, StringConstraints

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

PAGE_SIZE = 100
ITEM = "https://news.ycombinator.com/item?id="
EARLIER = "created_at_i<="

Tag = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[A-Za-z0-9_-]+)?$", max_length=60)]


class HackerNewsSource(Source):
    """``query`` are words to find; ``tags`` are what to find them in, one of them is enough: ``story``, ``comment``,
    ``ask_hn``, ``show_hn``, ``author_NAME``, ``story_ID``. ``base`` is the search's host."""

    kind: Literal["hacker-news"] = "hacker-news"
    query: str = Field(min_length=1, max_length=200)
    tags: tuple[Tag, ...] = Field(default=("story", "comment"), min_length=1, max_length=10)
    base: WebUrl = "https://hn.algolia.com"


class HackerNewsPage(JsonPage[HackerNewsSource]):
    """The search gives no more than 1,000 hits to a question, so that the next part is asked for by its time: what is
    as old as the oldest hit or older."""

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address())

    def address(self, until: int | None = None) -> str:
        query = {
            "query": self.source.query,
            "tags": f"({','.join(self.source.tags)})",
            "hitsPerPage": str(PAGE_SIZE),
        }
        if until is not None:
            query["numericFilters"] = f"{EARLIER}{until}"
        return f"{self.source.base.rstrip('/')}/api/v1/search_by_date?{urlencode(query)}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        hits = objects_at(data, "hits")
        if hits is None:
            yield error_answer(text_at(data, "message") or "no hits", response.url)
            return
        for hit in hits:
            yield self.item(hit, response.url)
        times = [time for hit in hits if (time := count_at(hit, "created_at_i"))]
        asked = parse_qs(urlsplit(response.url).query).get("numericFilters", [""])[0].removeprefix(EARLIER)
        # A whole page within one second would lead to itself.
        if len(hits) >= PAGE_SIZE and times and str(min(times)) != asked:
            yield Follow(self.address(min(times)), next=True)

    def item(self, hit: Object, url: str) -> RawMention | Rejection:
        number = text_at(hit, "objectID")
        if number is None:
            return Rejection("bad json", "a hit without an id", url)
        title, comment = text_at(hit, "title"), text_at(hit, "comment_text")
        title = html.escape(title, quote=False) if title else None
        text = comment or text_at(hit, "story_text") or title
        if text is None:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=number,
            url=ITEM + number,
            kind="comment" if comment else "post",
            title=None if text == title else title,
            author=text_at(hit, "author"),
            published=text_at(hit, "created_at_i") or text_at(hit, "created_at"),
            parent_id=(text_at(hit, "parent_id") or text_at(hit, "story_id")) if comment else None,
            markup="html",
            likes=count_at(hit, "points"),
            replies=count_at(hit, "num_comments"),
        )
