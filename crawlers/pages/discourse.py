"""A Discourse forum by its JSON pages: /latest.json, /t/{id}.json and, for long topics, /t/{id}/posts.json."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urljoin, urlsplit

from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Posts asked for in one request of the rest of a topic, as the forum's own pages do.
CHUNK = 20
#: The forum's own number for the action "like".
LIKE = 2


class DiscourseSource(Source):
    """``url`` is the forum's front page."""

    kind: Literal["discourse"] = "discourse"
    url: WebUrl


class DiscoursePage(JsonPage[DiscourseSource]):
    """Topics by activity; of a topic that moved, its first posts and those of the rest that were not read yet."""

    def address(self, path: str) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path)

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address("latest.json?order=activity"))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if at(data, "topic_list") is not None:
            yield from self.listing(data, response.url)
        elif at(data, "post_stream") is not None:
            yield from self.topic(data, context_of(response), response.url)
        else:
            yield Rejection("bad json", "neither a list of topics nor a topic", response.url)

    def listing(self, data: Any, url: str) -> Iterator[Parsed]:
        topics = objects_at(data, "topic_list", "topics")
        if topics is None:
            yield Rejection("bad json", "no topics", url)
            return
        for topic in topics:
            number = count_at(topic, "id")
            if number is None:
                yield Rejection("bad json", "topic without id", url)
                continue
            version = f"{text_at(topic, 'bumped_at')} {text_at(topic, 'posts_count')}"
            yield Follow(self.address(f"t/{number}.json"), version=version)
        if more := text_at(data, "topic_list", "more_topics_url"):
            try:
                parts = urlsplit(more)
            except ValueError:  # a bracket that opens no IPv6 address
                yield Rejection("bad json", "no address of further topics", url)
                return
            path = parts.path if parts.path.endswith(".json") else f"{parts.path}.json"
            yield Follow(urljoin(self.source.url, f"{path}?{parts.query}"), next=True)

    def topic(self, data: Any, context: Mapping[str, Any], url: str) -> Iterator[Parsed]:
        """A topic's first page, or (without its own title) a later part of one, whose ``context`` names the topic."""
        posts = objects_at(data, "post_stream", "posts")
        if posts is None:
            yield Rejection("bad json", "no posts", url)
            return
        if "title" in data:
            context = {
                "number": urlsplit(url).path.rsplit("/t/", 1)[-1].split(".")[0].split("/")[0],
                "title": text_at(data, "title") or "",
                "slug": text_at(data, "slug") or "-",
                "first": text_at(posts, 0, "id"),
            }
        by_number = {text_at(post, "post_number"): text_at(post, "id") for post in posts}
        for post in posts:
            yield self.post(post, context, by_number, url)
        stream = at(data, "post_stream", "stream")
        if "title" not in data or not isinstance(stream, list):
            return
        shown = set(by_number.values())
        rest = [str(each) for each in stream if isinstance(each, int) and str(each) not in shown]
        # The order is that of writing: a full chunk stays as it is, and the last one's address changes with it.
        for start in range(0, len(rest), CHUNK):
            query = urlencode([("post_ids[]", each) for each in rest[start : start + CHUNK]])
            yield Follow(self.address(f"t/{context['number']}/posts.json?{query}"), context=context, version="read")

    def post(
        self, post: Mapping[str, Any], context: Mapping[str, Any], by_number: Mapping[str | None, str | None], url: str
    ) -> RawMention | Rejection:
        number, cooked = text_at(post, "id"), text_at(post, "cooked")
        if number is None:
            return Rejection("bad json", "post without id", url)
        if cooked is None:
            return Rejection("no text", "", url)
        place = text_at(post, "post_number") or "1"
        actions = objects_at(post, "actions_summary") or []
        opening, title = place == "1", context.get("title")
        parent = by_number.get(text_at(post, "reply_to_post_number")) or context.get("first")
        return RawMention(
            text=cooked,
            external_id=number,
            url=self.address(f"t/{context.get('slug', '-')}/{context.get('number', '')}/{place}"),
            kind="post" if opening else "comment",
            title=html.escape(title, quote=False) if opening and title else None,
            author=text_at(post, "username"),
            published=text_at(post, "created_at"),
            parent_id=None if opening else parent,
            markup="html",
            likes=next((count_at(each, "count") for each in actions if each.get("id") == LIKE), None),
            replies=count_at(post, "reply_count"),
        )
