"""RSS and Atom feeds, read by feedparser; unchanged feeds are not sent again (ETag, Last-Modified)."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from crawlers.page import Page, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import Kind, RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse


class FeedSource(Source):
    """``item_kind`` says what the entries are: articles of a blog, comments of a comment feed, reviews of a shop."""

    kind: Literal["feed"] = "feed"
    url: WebUrl
    item_kind: Kind = "article"


class FeedPage(Page[FeedSource]):
    """One address, asked for conditionally."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        import feedparser

        # The body is bytes that feedparser decodes itself; the site's own Content-Type helps it find the encoding.
        stated = (response.headers.get("Content-Type") or b"").decode("latin-1")
        feed = feedparser.parse(
            response.body, response_headers={"content-type": stated, "content-location": response.url}
        )
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


def as_html(detail: Mapping[str, Any] | None) -> str:
    if not detail or not detail.get("value"):
        return ""
    value = str(detail["value"])
    return html.escape(value, quote=False) if detail.get("type") == "text/plain" else value
