"""A NodeBB forum by the JSON behind its own pages: /api/recent, /api/category/{cid} and /api/topic/{tid}."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urljoin

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.forum_page import ForumSource, later_pages
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse


class NodebbSource(ForumSource):
    """``url`` is the forum's front page; ``category`` the number of one category (``/category/{number}/…``), without
    which the topics of all categories are read."""

    kind: Literal["nodebb"] = "nodebb"
    url: WebUrl
    category: int | None = Field(default=None, ge=1)


class NodebbPage(JsonPage[NodebbSource]):
    """Topics by last reply, posts from the oldest; both in pages whose size is the forum's own."""

    def address(self, path: str) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path)

    def list_page(self, page: int) -> str:
        listing = (
            f"api/category/{self.source.category}?sort=recently_replied&" if self.source.category else "api/recent?"
        )
        return self.address(f"{listing}page={page}")

    def topic_page(self, topic: str, page: int) -> str:
        return self.address(f"api/topic/{quote(topic, safe='')}?sort=oldest_to_newest&page={page}")

    def start(self) -> Iterable[Follow]:
        yield Follow(self.list_page(1))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if at(data, "posts") is not None:
            yield from self.topic(data, response)
        elif at(data, "topics") is not None:
            yield from self.listing(data, response.url)
        elif isinstance(data, str) and data.startswith("/") and not data.startswith("/login"):
            # The API redirects by a path in place of the answer.
            yield Follow(self.address(f"api{data}"), context=context_of(response))
        elif isinstance(data, str) or at(data, "external") or at(data, "loginFormEntry"):
            yield Rejection("login required", "", response.url)
        else:
            yield error_answer(text_at(data, "status", "message") or text_at(data, "error"), response.url)

    def listing(self, data: Any, url: str) -> Iterator[Parsed]:
        topics = objects_at(data, "topics")
        if topics is None:
            yield Rejection("bad json", "no list of topics", url)
            return
        for topic in topics:
            if number := text_at(topic, "tid"):
                yield Follow(self.topic_page(number, 1), version=version_of(topic))
            else:
                yield Rejection("bad json", "topic without tid", url)
        page, last = (count_at(data, "pagination", name) or 1 for name in ("currentPage", "pageCount"))
        if page < last:
            yield Follow(self.list_page(page + 1), next=True)

    def topic(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        posts, number = objects_at(data, "posts"), text_at(data, "tid")
        if posts is None or number is None:
            yield Rejection("bad json", "no list of posts", response.url)
            return
        for post in posts:
            yield self.post(post, data, response.url)
        page, last = (count_at(data, "pagination", name) or 1 for name in ("currentPage", "pageCount"))
        if page == 1:
            yield from later_pages(lambda n: self.topic_page(number, n), 1, last, version=version_of(data), context={})

    def post(self, post: Mapping[str, Any], topic: Any, url: str) -> Parsed:
        number, text = text_at(post, "pid"), text_at(post, "content")
        if number is None:
            return Rejection("bad json", "post without pid", url)
        if count_at(post, "deleted"):
            return Deleted(number)
        address = self.address(f"post/{quote(number, safe='')}")
        if text is None:
            return Rejection("no text", "", address)
        first = text_at(topic, "mainPid")
        opening, answered = number == first, text_at(post, "toPid")
        author = text_at(post, "user", "displayname") or text_at(post, "user", "username")
        return RawMention(
            text=text,
            external_id=number,
            url=address,
            kind="post" if opening else "comment",
            title=text_at(topic, "title") if opening else None,  # escaped, as the page shows it
            author=None if author and author.startswith("[[") else author,  # "[[global:guest]]"
            published=text_at(post, "timestampISO") or text_at(post, "timestamp"),
            parent_id=None if opening else first if answered in {None, "0"} else answered,
            markup="html",
            likes=count_at(post, "upvotes"),
            replies=count_at(post, "replies", "count"),
        )


def version_of(topic: Mapping[str, Any]) -> str:
    return f"{text_at(topic, 'lastposttime')} {text_at(topic, 'postcount')}"
