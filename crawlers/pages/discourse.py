"""A Discourse forum by its JSON pages: /latest.json, /t/{id}.json and, for long topics, /t/{id}/posts.json."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urljoin, urlsplit

from crawlers.page import Follow, Page, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Posts asked for in one request of the rest of a topic, as the forum's own pages do.
CHUNK = 20


class DiscourseSource(Source):
    """``url`` is the forum's front page."""

    kind: Literal["discourse"] = "discourse"
    url: WebUrl


class DiscoursePage(Page[DiscourseSource]):
    """Cursor: ``{"bumped_at": ISO time, "post": id}``, the newest topic activity and post of the last complete crawl.

    It advances only when every topic in reach was read, so that a crawl cut short leaves no hole behind.
    """

    def __init__(self, source: DiscourseSource, cursor: Mapping[str, Any]) -> None:
        super().__init__(source, cursor)
        self.since = str(cursor.get("bumped_at") or "")
        self.last_post = int(cursor.get("post") or 0)
        self.newest = self.since
        self.newest_post = self.last_post
        self.waiting: set[str] = set()
        self.left = source.max_pages - 1
        self.topics: dict[str, tuple[str, str, int | None]] = {}

    def address(self, path: str) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path)

    def start(self) -> Iterable[Follow]:
        yield self.follow(self.address("latest.json?order=activity"))

    def follow(self, url: str) -> Follow:
        self.waiting.add(url)
        self.left -= 1
        return Follow(url)

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        asked = str(response.request.url) if response.request else response.url
        try:
            data = json.loads(response.text)
        except (ValueError, RecursionError) as error:
            yield Rejection("bad json", str(error)[:200], response.url)
            return
        if not isinstance(data, dict):
            yield Rejection("bad json", "not an object", response.url)
            return
        if "topic_list" in data:
            yield from self.listing(data["topic_list"], response.url)
        elif "post_stream" in data:
            yield from self.topic(data, response.url)
        else:
            yield Rejection("bad json", "neither a list of topics nor a topic", response.url)
            return
        self.waiting.discard(asked)
        if not self.waiting:
            self.cursor = {"bumped_at": self.newest, "post": self.newest_post}

    def listing(self, found: Any, url: str) -> Iterator[Parsed]:
        topics = found.get("topics") if isinstance(found, dict) else None
        if not isinstance(topics, list):
            yield Rejection("bad json", "no topics", url)
            return
        topics = [topic for topic in topics if isinstance(topic, dict)]
        fresh = [topic for topic in topics if str(topic.get("bumped_at") or "") > self.since]
        pinned_only = all(topic.get("pinned") for topic in topics if topic not in fresh)
        self.known += len(topics) - len(fresh)
        for topic in fresh:
            if not isinstance(topic.get("id"), int):
                yield Rejection("bad json", "topic without id", url)
            elif self.left > 0:
                self.newest = max(self.newest, str(topic["bumped_at"]))
                yield self.follow(self.address(f"t/{topic['id']}.json"))
        more = found.get("more_topics_url")
        # Topics come by activity: one that is not pinned and not fresh means that all later ones are known.
        if isinstance(more, str) and pinned_only and fresh and self.left > 0:
            parts = urlsplit(more)
            path = parts.path if parts.path.endswith(".json") else f"{parts.path}.json"
            yield self.follow(urljoin(self.source.url, f"{path}?{parts.query}"))

    def topic(self, data: Mapping[str, Any], url: str) -> Iterator[Parsed]:
        """A topic's first page, or (without its own title) a later part of one."""
        stream = data["post_stream"]
        posts = stream.get("posts") if isinstance(stream, dict) else None
        if not isinstance(posts, list):
            yield Rejection("bad json", "no posts", url)
            return
        number = urlsplit(url).path.rsplit("/t/", 1)[-1].split(".")[0].split("/")[0]
        if "title" in data:
            first = next((post.get("id") for post in posts if isinstance(post, dict)), None)
            self.topics[number] = (str(data["title"]), str(data.get("slug") or "-"), first)
        title, slug, first = self.topics.get(number, ("", "-", None))
        by_number = {post.get("post_number"): post.get("id") for post in posts if isinstance(post, dict)}
        for post in posts:
            yield self.post(post, title, f"t/{slug}/{number}", by_number, first, url)
        if "title" not in data or not isinstance(stream.get("stream"), list):
            return
        shown = set(by_number.values())
        later = [each for each in stream["stream"] if isinstance(each, int) and each > self.last_post]
        rest = [each for each in later if each not in shown]
        for start in range(0, len(rest), CHUNK):
            if self.left > 0:
                query = urlencode([("post_ids[]", each) for each in rest[start : start + CHUNK]])
                yield self.follow(self.address(f"t/{number}/posts.json?{query}"))

    def post(
        self, post: Any, title: str, path: str, by_number: Mapping[Any, Any], first: int | None, url: str
    ) -> RawMention | Rejection:
        if not isinstance(post, dict) or not isinstance(post.get("id"), int):
            return Rejection("bad json", "post without id", url)
        opening = post.get("post_number") == 1
        cooked = post.get("cooked")
        if not isinstance(cooked, str) or not cooked.strip():
            return Rejection("no text", "", url)
        self.newest_post = max(self.newest_post, post["id"])
        parent = None if opening else by_number.get(post.get("reply_to_post_number")) or first
        return RawMention(
            text=cooked,
            external_id=str(post["id"]),
            url=self.address(f"{path}/{post.get('post_number', 1)}"),
            kind="post" if opening else "comment",
            title=html.escape(title, quote=False) if opening and title else None,
            author=str(post["username"]) if post.get("username") else None,
            published=str(post["created_at"]) if post.get("created_at") else None,
            parent_id=str(parent) if parent else None,
            markup="html",
        )
