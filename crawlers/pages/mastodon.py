"""Public posts of a Mastodon-compatible server: by hashtag, of its own members, and by search where anybody may."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, Field, model_validator

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.link_header import linked
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Name, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that the server gives in one answer.
PER_PART = 40


def bare(tag: str) -> str:
    tag = tag.removeprefix("#").removeprefix("＃")
    if not tag or any(sign in tag for sign in "#/? "):
        raise ValueError("not a hashtag: write its word alone, such as 星河")
    return tag


Tag = Annotated[Name, AfterValidator(bare)]


class MastodonSource(Source):
    """``url`` is the server. ``tags`` are hashtags without ``#``; a server shows what its own members and those whom
    they follow wrote. ``local``: everything that its own members post. ``queries`` are searches in texts: most servers
    give nothing there without signing in. ``replies``: the answers below each post found, too.
    """

    kind: Literal["mastodon"] = "mastodon"
    url: WebUrl
    tags: tuple[Tag, ...] = Field(default=(), max_length=100)
    queries: tuple[Name, ...] = Field(default=(), max_length=100)
    local: bool = False
    replies: bool = False

    @model_validator(mode="after")
    def names_something(self) -> MastodonSource:
        if not (self.tags or self.queries or self.local):
            raise ValueError("nothing to look for: write `tags`, `queries` or `local: true`")
        return self


class MastodonPage(JsonPage[MastodonSource]):
    """Timelines come newest first and are followed by their Link header. A search has one part: the further ones are
    for members only. A deleted post is simply not there any more.
    """

    def asked(self, path: str, query: Mapping[str, str | int]) -> str:
        return f"{self.source.url.rstrip('/')}/api/{path}?{urlencode(query)}"

    def start(self) -> Iterable[Follow]:
        for tag in self.source.tags:
            yield Follow(self.asked(f"v1/timelines/tag/{quote(tag, safe='')}", {"limit": PER_PART}))
        if self.source.local:
            yield Follow(self.asked("v1/timelines/public", {"local": "true", "limit": PER_PART}))
        for query in self.source.queries:
            yield Follow(self.asked("v2/search", {"q": query, "type": "statuses", "limit": PER_PART}))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        """A timeline (a list), the answer to a search, or what stands around a post."""
        if error := text_at(data, "error"):
            members_only = "authenticat" in error.lower()
            yield (
                Rejection("login required", error[:200], response.url)
                if members_only
                else error_answer(error, response.url)
            )
            return
        part = "descendants" if at(data, "descendants") is not None else "statuses"
        statuses = objects_at({part: data} if isinstance(data, list) else data, part)
        if statuses is None:
            yield Rejection("bad json", "no statuses", response.url)
            return
        for status in statuses:
            # A reblog repeats what another wrote.
            if not at(status, "reblog"):
                yield mention_of(status, response.url)
                if part != "descendants":
                    yield from self.answers(status)
        further = linked(response, "next") if isinstance(data, list) and statuses else None
        if further:
            yield Follow(further, next=True)

    def answers(self, status: Mapping[str, Any]) -> Iterator[Follow]:
        """Servers give all levels below a post at once, to people who are not signed in the first 60 answers."""
        number, count = text_at(status, "id"), count_at(status, "replies_count")
        if self.source.replies and number and count:
            path = f"{self.source.url.rstrip('/')}/api/v1/statuses/{quote(number, safe='')}/context"
            yield Follow(path, version=f"{count} replies")


def mention_of(status: Mapping[str, Any], url: str) -> RawMention | Rejection:
    number = text_at(status, "id")
    # The warning stands in front of the text, as plain text; a post may consist of it and a picture.
    warning = html.escape(text_at(status, "spoiler_text") or "", quote=False)
    text = text_at(status, "content")
    if number is None:
        return Rejection("bad json", "status without id", url)
    if not text and not warning:
        return Rejection("no text", "", url)
    parent = text_at(status, "in_reply_to_id")
    return RawMention(
        text=text or warning,
        external_id=number,
        url=text_at(status, "url") or text_at(status, "uri") or f"{url}#{number}",
        kind="comment" if parent else "post",
        title=warning or None if text else None,
        author=text_at(status, "account", "acct"),
        published=text_at(status, "created_at"),
        lang=text_at(status, "language"),
        parent_id=parent,
        markup="html",
        likes=count_at(status, "favourites_count"),
        replies=count_at(status, "replies_count"),
        reposts=count_at(status, "reblogs_count"),
    )
