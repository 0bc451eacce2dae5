"""Comments of a WordPress site by its REST interface, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, at, objects_at, text_at
from crawlers.link_header import joined, linked
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: By this relation each page of a site names its REST interface (handbook, "Discovery").
INTERFACE = "https://api.w.org/"
#: The most that the interface gives in one answer.
PER_PART = 100
FIELDS = "id,parent,author_name,date_gmt,content,link"
#: Its codes for "only for people who signed in", by themselves or through a plug-in that closes the interface.
CLOSED = ("rest_forbidden", "rest_cannot", "rest_not_logged_in", "rest_login_required")


class WordpressSource(Source):
    """``url`` is the site's front page."""

    kind: Literal["wordpress"] = "wordpress"
    url: WebUrl


class WordpressPage(JsonPage[WordpressSource]):
    """The front page names the interface, which lists all comments of the site. A deleted comment is simply not there
    any more.
    """

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        if "interface" in context_of(response):
            yield from super().parse(response)
        else:
            yield part(interface(response), 1)

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
            yield mention_of(comment, response.url)
        context = context_of(response)
        if context["part"] < parts(response, shown=len(comments), number=context["part"]):
            yield part(context["interface"], context["part"] + 1)


def interface(page: TextResponse) -> str:
    """The address of the interface; its usual place where the site does not name it."""
    named = linked(page, INTERFACE)
    if named is None and page.selector.type == "html":
        named = joined(page, page.css(f'link[rel="{INTERFACE}"]::attr(href)').get(""))
        named = None if named == page.url else named
    return named or f"{page.url.split('?')[0].split('#')[0].rstrip('/')}/wp-json/"


def part(interface: str, number: int) -> Follow:
    """Sites without readable addresses have the interface at ``/index.php?rest_route=/``."""
    query = {"per_page": PER_PART, "orderby": "date_gmt", "order": "desc", "page": number, "_fields": FIELDS}
    joint = "&" if "?" in interface else "?"
    address = f"{interface.rstrip('/')}/wp/v2/comments{joint}{urlencode(query)}"
    return Follow(address, context={"interface": interface, "part": number}, next=number > 1)


def parts(response: TextResponse, *, shown: int, number: int) -> int:
    """How many parts the listing has; where a proxy dropped the header, one more after each full part."""
    stated = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
    if stated.isdecimal() and len(stated) < 10:
        return int(stated)
    return number + 1 if shown >= PER_PART else number


def mention_of(comment: Mapping[str, Any], url: str) -> RawMention | Rejection:
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
