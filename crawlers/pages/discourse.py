"""A Discourse forum by its JSON pages: /latest.json, /t/{id}.json and, for long topics, /t/{id}/posts.json."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlencode, urljoin, urlsplit

from pydantic import StringConstraints

from crawlers.forum_page import ForumSource, body
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Posts asked for in one request of the rest of a topic, as the forum's own pages do.
CHUNK = 20
#: Posts of a topic whose order goes with the later parts of it, so that they know which post is answered.
ORDERED = 500
#: The forum's own number for the action "like".
LIKE = 2
#: The forum's own number for a post of no words that says what was done to a topic ("closed", "pinned").
SMALL_ACTION = 3
#: A quote with its head. It tells whom it answers, and by its post's number where that is in the same topic.
QUOTE = "aside.quote"
QUOTE_MARK = "<aside"


class DiscourseSource(ForumSource):
    """``url`` is the forum's front page; ``category`` what follows ``/c/`` in one category's address (``phones/5``),
    without which the topics of all categories are read."""

    kind: Literal["discourse"] = "discourse"
    url: WebUrl
    category: Annotated[str, StringConstraints(pattern=r"^([^/?#\s]+/)*\d{1,9}$", max_length=300)] | None = None


class DiscoursePage(JsonPage[DiscourseSource]):
    """Topics by activity; of a topic that moved, its first posts and those of the rest that were not read yet."""

    def address(self, path: str) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path)

    def start(self) -> Iterable[Follow]:
        category = self.source.category
        listing = f"c/{quote(category, safe='/%')}/l/latest" if category else "latest"
        yield Follow(self.address(f"{listing}.json?order=activity"))

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
            yield Follow(self.address(f"t/{number}.json"), context={"version": version}, version=version)
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
        by_number = {str(place): text_at(post, "id") for post in posts if (place := count_at(post, "post_number"))}
        if "title" in data:
            context = {
                "version": context.get("version"),
                "number": text_at(data, "id") or urlsplit(url).path.rsplit("/t/", 1)[-1].split(".")[0].split("/")[0],
                "title": text_at(data, "title") or "",
                "slug": text_at(data, "slug") or "-",
                "first": text_at(posts, 0, "id"),
                "shown": by_number,
            }
        known = with_order({**context.get("shown", {}), **by_number}, context.get("order", ()))
        for post in posts:
            if count_at(post, "post_type") != SMALL_ACTION:
                yield self.post(post, context, known, url)
        stream = at(data, "post_stream", "stream")
        if "title" in data and isinstance(stream, list):
            yield from self.rest([str(each) for each in stream if isinstance(each, int)], context)

    def rest(self, stream: Sequence[str], context: Mapping[str, Any]) -> Iterator[Follow]:
        """The posts that a topic's first page names without showing them. The order is that of writing: a full part
        stays as it is, and the last one's address changes with it, or its state with the topic's."""
        shown = set(context["shown"].values())
        left = [each for each in stream if each not in shown]
        context = {**context, "order": stream if len(stream) <= ORDERED else []}
        for start in range(0, len(left), CHUNK):
            part = left[start : start + CHUNK]
            query = urlencode([("post_ids[]", each) for each in part])
            last = start + CHUNK >= len(left)
            yield Follow(
                self.address(f"t/{context['number']}/posts.json?{query}"),
                context=context,
                version=context["version"] if last else "read",
            )

    def post(
        self, post: Mapping[str, Any], context: Mapping[str, Any], by_number: Mapping[str, str | None], url: str
    ) -> RawMention | Rejection | Deleted:
        number, cooked = text_at(post, "id"), text_at(post, "cooked")
        if number is None:
            return Rejection("bad json", "post without id", url)
        if post.get("user_deleted") is True:  # shown for a day, with a notice in place of its words
            return Deleted(number)
        if cooked is None or post.get("cooked_hidden") is True:  # flagged: a notice until someone looks
            return Rejection("no text", "hidden" if cooked else "", url)
        place = text_at(post, "post_number") or "1"
        text, quoted = without_quotes(cooked, str(context.get("number"))) if QUOTE_MARK in cooked else (cooked, None)
        if not text:
            return Rejection("no text", "nothing but a quote", url)
        actions = objects_at(post, "actions_summary") or []
        opening, title = place == "1", context.get("title")
        parent = by_number.get(text_at(post, "reply_to_post_number") or quoted or "") or context.get("first")
        return RawMention(
            text=text,
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


def with_order(known: Mapping[str, str | None], order: Sequence[str]) -> Mapping[str, str | None]:
    """``known`` (the posts of a topic by their place) with those that stand between them in the topic's ``order``.

    Places of posts that were taken away stay empty, so that the order alone tells a place only where as many are
    missing before one known post as before the next.
    """
    indices = {number: index for index, number in enumerate(order)}
    fixed = sorted((int(place), indices[number]) for place, number in known.items() if number in indices)
    found = dict(known)
    for (place, index), (further, end) in pairwise(fixed):
        if further - place == end - index:
            found |= {str(place + step): order[index + step] for step in range(1, end - index)}
    return found


def without_quotes(cooked: str, topic: str) -> tuple[str, str | None]:
    """The author's own words (empty where there are none) and the place in this topic of the post quoted first."""
    from parsel import Selector

    root = Selector(f"<div>{cooked}</div>".replace("\0", ""), type="html")
    first = next((each for each in root.css(QUOTE) if each.attrib.get("data-topic", topic) == topic), None)
    place = first.attrib.get("data-post") if first is not None else None
    return body(next(iter(root.css("body > div")), None), QUOTE), place
