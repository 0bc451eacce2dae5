"""Posts of Bluesky by the search of an AppView (``app.bsky.feed.searchPosts``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Name, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that an AppView gives in one answer.
PER_PART = 100
#: The DID and the record key of a post.
POST = re.compile(r"at://(did:[^/?#]+)/[^/?#]+/([^/?#]+)")
#: Labels of the network itself that take a post away from everybody.
TAKEN_DOWN = {"!takedown", "!hide"}
#: Set by authors who do not want to be shown to people who are not signed in.
NOT_PUBLIC = "!no-unauthenticated"


class BlueskySource(Source):
    """``query`` in the AppView's own syntax: words, "phrases", ``#tag``, ``from:handle``. With the source's ``lang``
    only posts that state this language are asked for. ``base`` is the AppView.
    """

    kind: Literal["bluesky"] = "bluesky"
    query: Name
    base: WebUrl = "https://public.api.bsky.app"


class BlueskyPage(JsonPage[BlueskySource]):
    """Newest first. Deletions are not told by a search; a post that was taken down may still come, labelled so."""

    def start(self) -> Iterable[Follow]:
        yield self.part()

    def part(self, cursor: str | None = None) -> Follow:
        asked = {"q": self.source.query, "sort": "latest", "limit": PER_PART}
        if self.source.lang:
            asked["lang"] = self.source.lang
        if cursor:
            asked["cursor"] = cursor
        address = f"{self.source.base.rstrip('/')}/xrpc/app.bsky.feed.searchPosts?{urlencode(asked)}"
        return Follow(address, next=cursor is not None)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if error := text_at(data, "error"):
            detail = f"{error}: {text_at(data, 'message')}"
            signed_in_only = error.startswith("Auth")
            yield (
                Rejection("login required", detail[:200], response.url)
                if signed_in_only
                else error_answer(detail, response.url)
            )
            return
        posts = objects_at(data, "posts")
        if posts is None:
            yield Rejection("bad json", "no posts", response.url)
            return
        for post in posts:
            yield from post_of(post, response.url)
        if posts and (cursor := text_at(data, "cursor")):
            yield self.part(cursor)


def post_of(post: Mapping[str, Any], url: str) -> Iterator[Parsed]:
    """A post view. Authors who asked not to be shown to the public are left out, without a word stored of them."""
    uri, text = text_at(post, "uri"), text_at(post, "record", "text")
    place = POST.fullmatch(uri or "")
    if uri is None or place is None:
        yield Rejection("bad json", "post without uri", url)
    elif labels_at(post, "labels") & TAKEN_DOWN:
        yield Deleted(uri)
    elif NOT_PUBLIC in labels_at(post, "author", "labels"):
        yield Rejection("not public", "the author asks for signed-in readers", url)
    elif text is None:
        yield Rejection("no text", "", url)
    else:
        parent = text_at(post, "record", "reply", "parent", "uri")
        author = named(post, place[1])
        yield RawMention(
            text=text,
            external_id=uri,
            url=f"https://bsky.app/profile/{author}/post/{place[2]}",
            kind="comment" if parent else "post",
            author=author,
            published=text_at(post, "record", "createdAt") or text_at(post, "indexedAt"),
            lang=text_at(post, "record", "langs", 0),
            parent_id=parent,
            likes=count_at(post, "likeCount"),
            replies=count_at(post, "replyCount"),
            reposts=count_at(post, "repostCount"),
        )


def labels_at(data: Any, *path: str) -> set[str]:
    """The labels in force at ``path``; one with ``neg`` takes an earlier one back."""
    found = [(text_at(each, "val") or "", at(each, "neg") is True) for each in objects_at(data, *path) or ()]
    return {label for label, _ in found} - {label for label, taken_back in found if taken_back}


def named(post: Mapping[str, Any], did: str) -> str:
    """The author's handle, or the DID where the handle does not resolve."""
    handle = text_at(post, "author", "handle")
    return handle if handle and not handle.endswith(".invalid") else did
