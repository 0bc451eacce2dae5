"""A Lemmy instance by its public API: /api/v3/post/list and /api/v3/comment/list, both from the newest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pydantic import StringConstraints

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that the API gives at once.
LIMIT = 50
ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
#: The API's words for "not without an account".
CLOSED = re.compile("private|logged_in|auth")


class LemmySource(Source):
    """``url`` is the instance; ``community`` one community (``phones``, or ``phones@other.example`` for one of another
    instance); ``listing`` what is read without it: posts of this instance's communities, or all that it knows."""

    kind: Literal["lemmy"] = "lemmy"
    url: WebUrl
    community: Annotated[str, StringConstraints(pattern=r"^[\w.-]+(@[\w.:-]+)?$", max_length=300)] | None = None
    listing: Literal["Local", "All"] = "Local"


class LemmyPage(JsonPage[LemmySource]):
    """An item's address is the one at its home instance, which is the same wherever it was met."""

    def list_page(self, path: str, place: dict[str, str]) -> str:
        wanted = {"type_": "All" if self.source.community else self.source.listing, "sort": "New", "limit": str(LIMIT)}
        chosen = {"community_name": self.source.community} if self.source.community else {}
        query = urlencode({**wanted, **chosen, **place})
        return urljoin(self.source.url.rstrip("/") + "/", f"api/v3/{path}/list?{query}")

    def start(self) -> Iterable[Follow]:
        for path in ("post", "comment"):
            yield Follow(self.list_page(path, {}))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        posts, comments = objects_at(data, "posts"), objects_at(data, "comments")
        found = comments if posts is None else posts
        if found is None:
            said = text_at(data, "error") or ""
            yield error_answer("login required" if CLOSED.search(said) else said.replace("_", " "), response.url)
            return
        for each in found:
            yield comment_of(each, response.url) if posts is None else post_of(each, response.url)
        path = "comment" if posts is None else "post"
        if cursor := text_at(data, "next_page"):
            yield Follow(self.list_page(path, {"page_cursor": cursor}), next=True)
        elif len(found) >= LIMIT and "next_page" not in data:
            yield Follow(self.list_page(path, {"page": str(page_of(response.url) + 1)}), next=True)


def post_of(view: Object, url: str) -> Parsed:
    number, name = text_at(view, "post", "id"), text_at(view, "post", "name")
    if number is None:
        return Rejection("bad json", "post without id", url)
    if is_gone(at(view, "post")):
        return Deleted(f"post/{number}")
    address = home_of(at(view, "post"), url)
    text = text_at(view, "post", "body")
    if not (text or name):
        return Rejection("no text", "", address)
    return RawMention(
        # A link that was posted without a word says what it says in its title.
        text=text or name or "",
        external_id=f"post/{number}",
        url=address,
        kind="post",
        title=name if text else None,
        author=author_of(view),
        published=in_utc(text_at(view, "post", "published")),
        likes=count_at(view, "counts", "upvotes"),
        replies=count_at(view, "counts", "comments"),
    )


def comment_of(view: Object, url: str) -> Parsed:
    number, text = text_at(view, "comment", "id"), text_at(view, "comment", "content")
    if number is None:
        return Rejection("bad json", "comment without id", url)
    if is_gone(at(view, "comment")):
        return Deleted(f"comment/{number}")
    address = home_of(at(view, "comment"), url)
    if text is None:
        return Rejection("no text", "", address)
    # "0.12.34": comment 34 answers comment 12, which answers the post.
    path = (text_at(view, "comment", "path") or "").split(".")
    post = text_at(view, "comment", "post_id")
    return RawMention(
        text=text,
        external_id=f"comment/{number}",
        url=address,
        kind="comment",
        author=author_of(view),
        published=in_utc(text_at(view, "comment", "published")),
        parent_id=f"comment/{path[-2]}" if len(path) > 2 else f"post/{post}" if post else None,
        likes=count_at(view, "counts", "upvotes"),
        replies=count_at(view, "counts", "child_count"),
    )


def is_gone(item: Any) -> bool:
    return at(item, "deleted") is True or at(item, "removed") is True


def home_of(item: Any, url: str) -> str:
    address = text_at(item, "ap_id") or ""
    return address if address.startswith(("https://", "http://")) else url


def author_of(view: Object) -> str | None:
    return text_at(view, "creator", "display_name") or text_at(view, "creator", "name")


def in_utc(time: str | None) -> str | None:
    """Instances before 0.19 leave out the zone; it is UTC, whatever the source's own is."""
    return time if time is None or ZONE.search(time) else f"{time}Z"


def page_of(url: str) -> int:
    given = parse_qs(urlsplit(url).query).get("page", ["1"])[0]
    return int(given) if given.isdecimal() and len(given) < 10 else 1
