"""A Misago forum by its pages, each of which carries the JSON of its own interface: lists of threads, and threads.

The interface itself stands under ``/api/``, which the robots.txt that Misago ships forbids; its pages are open.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin

from pydantic import Field

from crawlers.forum_page import ForumSource, later_pages
from crawlers.json_page import at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Page, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Where a page hands its JSON to the forum's script.
HANDED_OVER = re.compile(r"misago\.init\(\s*(?=\{)")


class MisagoSource(ForumSource):
    """``url`` is the forum's front page; ``category`` the number at the end of one category's address
    (``/c/{name}/{number}/``), without which all threads are read."""

    kind: Literal["misago"] = "misago"
    url: WebUrl
    category: int | None = Field(default=None, ge=1)


class MisagoPage(Page[MisagoSource]):
    """Threads by last reply, posts from the oldest; both in pages whose size is the forum's own."""

    def start(self) -> Iterable[Follow]:
        front = self.source.url.rstrip("/") + "/"
        # The forum puts a category's name right by a redirect; only the number counts.
        yield Follow(urljoin(front, f"c/c/{self.source.category}/") if self.source.category else front)

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        data = handed_over(response.text)
        if at(data, "POSTS") is not None:
            yield from self.thread(data, response)
        elif at(data, "THREADS") is not None:
            yield from self.listing(at(data, "THREADS"), response)
        elif at(data, "THREADS_ON_INDEX") is False and not context_of(response):
            # This front page shows categories: all threads have a page of their own.
            front = self.source.url.rstrip("/") + "/"
            yield Follow(urljoin(front, "threads/"), context={"of": "all threads"})
        else:
            yield Rejection("layout not recognised", response.css("title::text").get("").strip()[:200], response.url)

    def listing(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        threads = objects_at(data, "results")
        if threads is None:
            yield Rejection("bad json", "no list of threads", response.url)
            return
        for thread in threads:
            path = text_at(thread, "url", "index") or ""
            if path.startswith("/"):
                yield Follow(urljoin(response.url, path), version=version_of(thread))
            else:
                yield Rejection("bad json", "thread without address", response.url)
        if following := count_at(data, "next"):
            # Older forums count pages of threads, newer ones name the thread that the next part begins with.
            place = "page" if "pages" in data else "start"
            yield Follow(urljoin(response.url, f"?{place}={following}"), next=True)

    def thread(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        posts, number = objects_at(data, "POSTS", "results"), text_at(data, "THREAD", "id")
        if posts is None or number is None:
            yield Rejection("bad json", "no list of posts", response.url)
            return
        said = [post for post in posts if post.get("is_event") is not True]
        page, last = (count_at(data, "POSTS", name) or 1 for name in ("page", "pages"))
        first = context_of(response).get("first") or (text_at(said, 0, "id") if page == 1 else None)
        for post in said:
            yield post_of(post, first, text_at(data, "THREAD", "title"), response.url)
        path = text_at(data, "THREAD", "url", "index") or ""
        if page == 1 and path.startswith("/"):
            address, version = urljoin(response.url, path), version_of(at(data, "THREAD"))
            yield from later_pages(lambda n: f"{address}{n}/", 1, last, version=version, context={"first": first})


def handed_over(text: str) -> Any:
    """The JSON in a page; ``None`` where there is none that could be read."""
    found = HANDED_OVER.search(text)
    if found is None:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, found.end())[0]
    except (ValueError, RecursionError):
        return None


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
