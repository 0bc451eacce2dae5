"""Comments of a WordPress site by its REST interface, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, at, objects_at, text_at
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The most that the interface gives in one answer.
PER_PART = 100
FIELDS = "id,parent,author_name,date_gmt,content,link"
#: Its codes for "only for people who signed in", by themselves or through a plug-in that closes the interface.
CLOSED = ("rest_forbidden", "rest_cannot", "rest_not_logged_in", "rest_login_required")


class WordpressSource(Source):
    """``url`` is the site's front page. ``plain_links: true`` is for sites whose addresses look like ``/?p=12``: these
    have no ``/wp-json/`` and are asked through ``/?rest_route=``.
    """

    kind: Literal["wordpress"] = "wordpress"
    url: WebUrl
    plain_links: bool = False


class WordpressPage(JsonPage[WordpressSource]):
    """One listing of all comments of the site; a deleted comment is not shown as such."""

    def start(self) -> Iterable[Follow]:
        yield self.part(1)

    def part(self, number: int) -> Follow:
        query = {"per_page": PER_PART, "orderby": "date_gmt", "order": "desc", "page": number, "_fields": FIELDS}
        site = self.source.url.rstrip("/")
        route = "/?rest_route=/wp/v2/comments&" if self.source.plain_links else "/wp-json/wp/v2/comments?"
        return Follow(f"{site}{route}{urlencode(query)}", context={"part": number}, next=number > 1)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if code := text_at(data, "code"):
            detail = f"{code}: {text_at(data, 'message')}"
            yield (
                Rejection("login required", detail[:200], response.url)
                if code.startswith(CLOSED)
                else error_answer(detail, response.url)
            )
            return
        comments = objects_at({"comments": data}, "comments")
        if comments is None:
            yield Rejection("bad json", "not a list of comments", response.url)
            return
        for comment in comments:
            yield self.comment(comment, response.url)
        number = int(context_of(response).get("part", 1))
        if number < parts(response, shown=len(comments), number=number):
            yield self.part(number + 1)

    def comment(self, comment: Mapping[str, Any], url: str) -> RawMention | Rejection:
        number, text = text_at(comment, "id"), text_at(comment, "content", "rendered")
        if number is None:
            return Rejection("bad json", "comment without id", url)
        if text is None:
            return Rejection("no text", "", url)
        written, parent = text_at(comment, "date_gmt"), at(comment, "parent")
        return RawMention(
            text=text,
            external_id=number,
            url=text_at(comment, "link") or f"{url}#comment-{number}",
            kind="comment",
            author=text_at(comment, "author_name"),
            # By its name the field is in UTC; the text itself does not say so.
            published=f"{written}Z" if written and "T" in written and not written.endswith("Z") else written,
            parent_id=text_at(comment, "parent") if parent else None,
            markup="html",
        )


def parts(response: TextResponse, *, shown: int, number: int) -> int:
    """How many parts the listing has; where a proxy dropped the header, one more after each full part."""
    stated = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
    if stated.isdecimal() and len(stated) < 10:
        return int(stated)
    return number + 1 if shown >= PER_PART else number
