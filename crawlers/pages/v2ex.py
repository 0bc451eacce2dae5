"""V2EX by its public API: the newest topics, of the whole site or of one node, and the replies to each."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Parts of a topic's replies at most, whatever number of replies it claims.
PARTS = 50


class V2exSource(Source):
    """``node`` narrows it to one node (``apple``); the API has no search. ``base`` is the site.

    The API allows 120 requests an hour and address: the default ``max_pages`` every 30 minutes stay below.
    """

    kind: Literal["v2ex"] = "v2ex"
    node: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,60}$")
    base: WebUrl = "https://www.v2ex.com"
    delay: float = Field(default=3.0, ge=0, le=60)
    max_pages: int = Field(default=50, ge=1, le=10_000)


class V2exPage(JsonPage[V2exSource]):
    """The list shows about 20 topics and has no further part. Replies stand in the order of writing."""

    def address(self, path: str, **query: Any) -> str:
        return f"{self.source.base.rstrip('/')}/{path}{'?' if query else ''}{urlencode(query)}"

    def start(self) -> Iterable[Follow]:
        node = self.source.node
        latest = self.address("api/topics/latest.json")
        yield Follow(self.address("api/topics/show.json", node_name=node) if node else latest)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        found = objects_at(data)
        if found is None:
            yield error_answer(text_at(data, "message") or text_at(data, "status") or "not a list", response.url)
            return
        context = context_of(response)
        if "topic" not in context:
            for topic in found:
                yield from self.topic(topic, response.url)
            return
        for reply in found:
            yield self.reply(reply, str(context["topic"]), response.url)
        yield from self.further(context, len(found))

    def topic(self, topic: Object, url: str) -> Iterator[Parsed]:
        number, title = text_at(topic, "id"), text_at(topic, "title")
        if number is None or not number.isdecimal():
            yield Rejection("bad json", "a topic without an id", url)
            return
        if count_at(topic, "deleted"):
            yield Deleted(f"t{number}")
            return
        title = html.escape(title, quote=False) if title else None
        text = content_of(topic)
        replies = count_at(topic, "replies") or 0
        if text or title:
            yield RawMention(
                text=text or title or "",
                external_id=f"t{number}",
                url=self.address(f"t/{number}"),
                kind="post",
                title=title if text else None,
                author=text_at(topic, "member", "username"),
                published=text_at(topic, "created"),
                markup="html",
                replies=replies,
            )
        else:
            yield Rejection("no text", "", url)
        if replies:
            version = f"{replies} {text_at(topic, 'last_touched') or ''}"
            context = {"topic": number, "replies": replies, "version": version}
            yield Follow(self.address("api/replies/show.json", topic_id=number), context=context, version=version)

    def further(self, context: Mapping[str, Any], shown: int) -> Iterator[Follow]:
        """The later parts of a long topic, all named by its first. Only the last one changes when somebody replies."""
        total = count_at(context, "replies") or 0
        if "part" in context or not 0 < shown < total:
            return
        last = min(-(-total // shown), PARTS)
        for part in range(2, last + 1):
            yield Follow(
                self.address("api/replies/show.json", topic_id=context["topic"], page=part),
                context={**context, "part": part},
                version="full" if part < last else str(context.get("version")),
            )

    def reply(self, reply: Object, topic: str, url: str) -> RawMention | Rejection:
        number = text_at(reply, "id")
        if number is None:
            return Rejection("bad json", "a reply without an id", url)
        text = content_of(reply)
        if not text:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=f"r{number}",
            url=f"{self.address(f't/{topic}')}#r_{number}",
            kind="comment",
            author=text_at(reply, "member", "username"),
            published=text_at(reply, "created"),
            parent_id=f"t{topic}",
            markup="html",
            likes=count_at(reply, "thanks"),
        )


def content_of(item: Object) -> str | None:
    """As HTML: as the site shows it, else from the text as it was typed."""
    typed = text_at(item, "content")
    return text_at(item, "content_rendered") or (html.escape(typed, quote=False) if typed else None)
