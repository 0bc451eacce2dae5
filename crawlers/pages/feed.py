"""RSS and Atom feeds, read by feedparser, and JSON Feed; routes of RSSHub by their name."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import StringConstraints, model_validator

from crawlers.json_feed import is_json, read_json_feed
from crawlers.link_header import joined
from crawlers.page import Follow, Page, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import Kind, RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse


#: A path below an instance, with a query at most.
RsshubRoute = Annotated[str, StringConstraints(pattern=r"^/[^\s#]+$", max_length=1000)]


REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)


class FeedSource(Source):
    """``item_kind`` says what the entries are: articles of a blog, comments of a comment feed, reviews of a shop.

    Instead of ``url``: ``rsshub`` is a route of RSSHub (``/github/issue/DIYgod/RSSHub``), and ``base`` the instance.
    """

    kind: Literal["feed"] = "feed"
    url: WebUrl
    item_kind: Kind = "article"
    rsshub: RsshubRoute | None = None
    base: WebUrl = "https://rsshub.app"

    @model_validator(mode="before")
    @classmethod
    def address_of_route(cls, fields: Any) -> Any:
        """A route becomes an address before anything is checked, so that ``url`` is always there."""
        route = fields.get("rsshub") if isinstance(fields, dict) else None
        if not isinstance(route, str):
            return fields
        base = fields.get("base", cls.model_fields["base"].default)
        url = f"{str(base).rstrip('/')}/{route.lstrip('/')}"
        if fields.get("url", url) != url:
            raise ValueError("write either `url` or `rsshub`, not both")
        return {**fields, "url": url}


class FeedPage(Page[FeedSource]):
    """One address, asked for conditionally; a JSON Feed may name further parts."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        if is_json(response.text):
            found, further = read_json_feed(response.text, self.source.item_kind, response.url)
            yield from found
            if further and (url := joined(response, further)):
                yield Follow(url, next=True)
            return
        import feedparser

        # feedparser believes what header and declaration say of the encoding: it gets what the bytes are.
        body = REFERENCE.sub(character, response.text).encode("utf-8")
        headers = {"content-type": "application/xml; charset=utf-8", "content-location": response.url}
        try:
            feed = feedparser.parse(body, response_headers=headers)
        except Exception as error:  # noqa: BLE001 - it raises whatever its parsers do on what is no feed
            yield Rejection("bad feed", repr(error)[:200], response.url)
            return
        if not feed.entries and (feed.bozo or not feed.get("version")):
            yield Rejection("bad feed", str(feed.get("bozo_exception", "not RSS or Atom"))[:200], response.url)
            return
        lang = feed.feed.get("language")
        for entry in feed.entries:
            yield mention_of(entry, self.source.item_kind, response.url, lang)


def mention_of(entry: Mapping[str, Any], kind: Kind, base: str, lang: str | None) -> RawMention | Rejection:
    """One entry; the full content where there is one, else the summary. Both text and title become HTML."""
    content = next((part for part in entry.get("content", []) if part.get("value")), None)
    text = as_html(content or entry.get("summary_detail"))
    title = as_html(entry.get("title_detail"))
    url = entry.get("link") or base
    if not (text or title):
        return Rejection("no text", "", url)
    parent = entry.get("thr_in-reply-to")
    return RawMention(
        # An entry of a headline alone says what it says in its title.
        text=text or title,
        external_id=entry.get("id") or entry.get("link"),
        url=url,
        kind=kind,
        title=title if text else None,
        author=entry.get("author") or None,
        published=entry.get("published") or entry.get("updated"),
        lang=lang,
        parent_id=parent.get("ref") if isinstance(parent, Mapping) else None,
        markup="html",
    )


def character(found: re.Match[str]) -> str:
    """A reference as it stands, unless it is to half of a pair or beyond Unicode, on which feedparser breaks."""
    digits = (found[1] or found[2]).lstrip("0")
    number = int(digits or "0", 16 if found[1] else 10) if len(digits) < 8 else 0x110000
    return "\ufffd" if 0xD800 <= number < 0xE000 or number > 0x10FFFF else found[0]


def as_html(detail: Mapping[str, Any] | None) -> str:
    if not detail or not detail.get("value"):
        return ""
    value = str(detail["value"])
    return html.escape(value, quote=False) if detail.get("type") == "text/plain" else value
