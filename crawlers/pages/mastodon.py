"""Public posts of a Mastodon-compatible server: by hashtag, and by search where the server lets anybody search."""

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
    they follow wrote. ``queries`` are searches in texts: most servers give nothing there without signing in.
    """

    kind: Literal["mastodon"] = "mastodon"
    url: WebUrl
    tags: tuple[Tag, ...] = Field(default=(), max_length=100)
    queries: tuple[Name, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def names_something(self) -> MastodonSource:
        if not self.tags and not self.queries:
            raise ValueError("nothing to look for: write `tags` or `queries`")
        return self


class MastodonPage(JsonPage[MastodonSource]):
    """Timelines come newest first and are followed by their Link header. A search has one part: the further ones are
    for members only. A deleted post is simply not there any more.
    """

    def start(self) -> Iterable[Follow]:
        server = self.source.url.rstrip("/")
        for tag in self.source.tags:
            yield Follow(f"{server}/api/v1/timelines/tag/{quote(tag, safe='')}?{urlencode({'limit': PER_PART})}")
        for query in self.source.queries:
            asked = urlencode({"q": query, "type": "statuses", "limit": PER_PART})
            yield Follow(f"{server}/api/v2/search?{asked}")

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        """A timeline (a list), or the answer to a search."""
        if error := text_at(data, "error"):
            members_only = "authenticat" in error.lower()
            yield (
                Rejection("login required", error[:200], response.url)
                if members_only
                else error_answer(error, response.url)
            )
            return
        statuses = objects_at({"statuses": data} if isinstance(data, list) else data, "statuses")
        if statuses is None:
            yield Rejection("bad json", "no statuses", response.url)
            return
        for status in statuses:
            # A reblog repeats what another wrote.
            if not at(status, "reblog"):
                yield mention_of(status, response.url)
        further = linked(response, "next") if isinstance(data, list) and statuses else None
        if further:
            yield Follow(further, next=True)


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
