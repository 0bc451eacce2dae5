"""A Flarum forum by its JSON:API: /api/discussions and /api/posts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pydantic import StringConstraints

from crawlers.error_answer import error_answer
from crawlers.forum_page import ForumSource, later_pages
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that the API gives at once.
LIMIT = 50
MENTION = re.compile(r"<a [^<>]{0,300}PostMention[^<>]{0,300}>")
NUMBER = re.compile(r'data-id="(\d{1,12})"')


class FlarumSource(ForumSource):
    """``url`` is the forum's front page; ``tag`` the last part of one tag's address (``/t/{tag}``), without which all
    discussions are read."""

    kind: Literal["flarum"] = "flarum"
    url: WebUrl
    tag: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class FlarumPage(JsonPage[FlarumSource]):
    """Discussions by last reply, comments from the oldest. A discussion's state travels in the context of its pages."""

    def address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        return urljoin(self.source.url.rstrip("/") + "/", path) + (f"?{urlencode(query)}" if query else "")

    def list_page(self, offset: int) -> str:
        chosen = {"filter[tag]": self.source.tag} if self.source.tag else {}
        return self.address("api/discussions", chosen | {"sort": "-lastPostedAt", "include": "user"} | part(offset))

    def posts_page(self, discussion: str, page: int) -> str:
        chosen = {"filter[discussion]": discussion, "filter[type]": "comment", "sort": "number", "include": "user"}
        return self.address("api/posts", chosen | part((page - 1) * LIMIT))

    def start(self) -> Iterable[Follow]:
        yield Follow(self.list_page(0))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        found = objects_at(data, "data")
        if found is None:
            said = text_at(data, "errors", 0, "detail") or text_at(data, "errors", 0, "code") or ""
            yield error_answer(said.replace("_", " "), response.url)
        elif (context := context_of(response)).get("discussion"):
            yield from self.discussion(data, found, context, response.url)
        else:
            yield from self.listing(data, found, response.url)

    def listing(self, data: Any, found: Iterable[Object], url: str) -> Iterator[Parsed]:
        for each in found:
            number, attributes = text_at(each, "id"), at(each, "attributes")
            if number is None or each.get("type") != "discussions":
                yield Rejection("bad json", "not a discussion", url)
                continue
            version = f"{text_at(attributes, 'lastPostedAt')} {text_at(attributes, 'commentCount')}"
            context = {
                "discussion": number,
                "slug": text_at(attributes, "slug") or number,
                "title": text_at(attributes, "title"),
                "pages": -(-(count_at(attributes, "commentCount") or 1) // LIMIT),
                "version": version,
            }
            yield Follow(self.posts_page(number, 1), context=context, version=version)
        if text_at(data, "links", "next"):
            yield Follow(self.list_page(offset_of(url) + LIMIT), next=True)

    def discussion(self, data: Any, found: Sequence[Object], context: Object, url: str) -> Iterator[Parsed]:
        included = [each for each in objects_at(data, "included") or [] if each.get("type") == "users"]
        names = {text_at(each, "id"): at(each, "attributes") for each in included}
        page, pages = offset_of(url) // LIMIT + 1, int(context["pages"])
        context = {"first": text_at(found, 0, "id"), **context}
        for post in found:
            if text_at(post, "attributes", "contentType") in {"comment", None}:
                yield self.post(post, context, names, url)
        if page >= pages and text_at(data, "links", "next"):  # there are more comments than the list has counted
            context, pages = {**context, "pages": page + 1}, page + 1
        elif page > 1:
            return
        yield from later_pages(
            lambda n: self.posts_page(context["discussion"], n),
            page,
            pages,
            version=context["version"],
            context=context,
        )

    def post(self, post: Object, context: Object, names: Mapping[str | None, Any], url: str) -> Parsed:
        number, text = text_at(post, "id"), text_at(post, "attributes", "contentHtml")
        if number is None:
            return Rejection("bad json", "post without id", url)
        if at(post, "attributes", "isHidden") is True:
            return Deleted(number)
        address = self.address(f"d/{context['slug']}/{text_at(post, 'attributes', 'number') or 1}")
        if text is None:
            return Rejection("no text", "", address)
        author = names.get(text_at(post, "relationships", "user", "data", "id"))
        opening, title = number == context["first"], context.get("title")
        return RawMention(
            text=text,
            external_id=number,
            url=address,
            kind="post" if opening else "comment",
            title=html.escape(title, quote=False) if opening and title else None,
            author=text_at(author, "displayName") or text_at(author, "username"),
            published=text_at(post, "attributes", "createdAt"),
            parent_id=None if opening else answered(text) or context["first"],
            markup="html",
            likes=count_at(post, "attributes", "likesCount"),
        )


def answered(text: str) -> str | None:
    """The post that a comment names first, as the extension "mentions" writes it."""
    found = MENTION.search(text)
    place = NUMBER.search(found[0]) if found else None
    return place[1] if place else None


def part(offset: int) -> dict[str, str]:
    return {"page[limit]": str(LIMIT), "page[offset]": str(offset)}


def offset_of(url: str) -> int:
    given = parse_qs(urlsplit(url).query).get("page[offset]", ["0"])[0]
    return int(given) if given.isdecimal() and len(given) < 10 else 0
