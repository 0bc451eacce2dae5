"""A Misago forum by its own JSON: /api/threads/ and /api/threads/{id}/posts/."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urljoin

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.forum_page import later_pages
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse


class MisagoSource(Source):
    """``url`` is the forum's front page; ``category`` the number at the end of one category's address
    (``/c/{name}/{number}/``), without which all threads are read."""

    kind: Literal["misago"] = "misago"
    url: WebUrl
    category: int | None = Field(default=None, ge=1)


class MisagoPage(JsonPage[MisagoSource]):
    """Threads by last reply, posts from the oldest; both in pages whose size is the forum's own."""

    def address(self, path: str) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path)

    def list_page(self, **place: int) -> str:
        chosen = {"category": self.source.category} if self.source.category else {}
        query = urlencode({**chosen, **place})
        return self.address("api/threads/" + (f"?{query}" if query else ""))

    def thread_page(self, thread: str, page: int) -> str:
        return self.address(f"api/threads/{thread}/posts/" + (f"?page={page}" if page > 1 else ""))

    def start(self) -> Iterable[Follow]:
        yield Follow(self.list_page())

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if at(data, "post_set") is not None:
            yield from self.thread(data, response)
        elif at(data, "results") is not None:
            yield from self.listing(data, response.url)
        else:
            yield error_answer(text_at(data, "detail"), response.url)

    def listing(self, data: Any, url: str) -> Iterator[Parsed]:
        threads = objects_at(data, "results")
        if threads is None:
            yield Rejection("bad json", "no list of threads", url)
            return
        for thread in threads:
            number = count_at(thread, "id")
            if number is None:
                yield Rejection("bad json", "thread without id", url)
            else:
                yield Follow(self.thread_page(str(number), 1), version=version_of(thread))
        if following := count_at(data, "next"):
            # Older forums count pages of threads, newer ones name the thread that the next part begins with.
            yield Follow(self.list_page(**{"page" if "pages" in data else "start": following}), next=True)

    def thread(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        posts, number = objects_at(data, "post_set", "results"), count_at(data, "id")
        if posts is None or number is None:
            yield Rejection("bad json", "no list of posts", response.url)
            return
        said = [post for post in posts if post.get("is_event") is not True]
        page, last = (count_at(data, "post_set", name) or 1 for name in ("page", "pages"))
        first = context_of(response).get("first") or (text_at(said, 0, "id") if page == 1 else None)
        for post in said:
            yield post_of(post, first, text_at(data, "title"), response.url)
        if page == 1:
            yield from later_pages(
                lambda n: self.thread_page(str(number), n), 1, last, version=version_of(data), context={"first": first}
            )


def post_of(post: Mapping[str, Any], first: str | None, title: str | None, base: str) -> Parsed:
    number, text = text_at(post, "id"), text_at(post, "content")
    if number is None:
        return Rejection("bad json", "post without id", base)
    if post.get("is_hidden") is True:
        return Deleted(number)
    link = text_at(post, "url", "index") or ""
    address = urljoin(base, link) if link.startswith("/") else base
    if text is None:
        return Rejection("no text", "", address)
    opening = number == first
    return RawMention(
        text=text,
        external_id=number,
        url=address,
        kind="post" if opening else "comment",
        title=html.escape(title, quote=False) if opening and title else None,
        author=text_at(post, "poster_name") or text_at(post, "poster", "username"),
        published=text_at(post, "posted_on"),
        parent_id=None if opening else first,
        markup="html",
        likes=count_at(post, "likes"),
    )


def version_of(thread: Mapping[str, Any]) -> str:
    return f"{text_at(thread, 'last_post_on')} {text_at(thread, 'replies')}"
