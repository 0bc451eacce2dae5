"""JSON Feed (https://www.jsonfeed.org/version/1.1/) and its first version, which differs in the author alone."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from crawlers.json_page import Object, at, objects_at, text_at
from monitor.mention import Kind, RawMention, Rejection


def is_json(text: str) -> bool:
    """Whether a feed's body is JSON and no XML; content types say all sorts of things."""
    return text.removeprefix("\ufeff").lstrip()[:1] == "{"


def read_json_feed(text: str, kind: Kind, base: str) -> tuple[list[RawMention | Rejection], str | None]:
    """The items of a feed at ``base``, and the address of its further part where it names one."""
    try:
        feed = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return [Rejection("bad feed", str(error)[:200], base)], None
    items = objects_at(feed, "items")
    if items is None or "jsonfeed.org" not in (text_at(feed, "version") or ""):
        return [Rejection("bad feed", "no JSON Feed", base)], None
    default = (next(authors(feed), None), text_at(feed, "language"))
    return [mention_of(item, kind, base, *default) for item in items], text_at(feed, "next_url")


def mention_of(item: Object, kind: Kind, base: str, author: str | None, lang: str | None) -> RawMention | Rejection:
    """One item. ``author`` and ``lang`` are the feed's, for items that state none of their own."""
    url = text_at(item, "url") or text_at(item, "external_url") or base
    rich = text_at(item, "content_html")
    text = rich or text_at(item, "content_text") or text_at(item, "summary")
    title = text_at(item, "title")
    if not (text or title):
        return Rejection("no text", "", url)
    return RawMention(
        # An item of a headline alone says what it says in its title.
        text=text or title or "",
        external_id=text_at(item, "id") or text_at(item, "url"),
        url=url,
        kind=kind,
        title=(html.escape(title, quote=False) if rich else title) if title and text else None,
        author=next(authors(item), None) or author,
        published=text_at(item, "date_published") or text_at(item, "date_modified"),
        lang=text_at(item, "language") or lang,
        markup="html" if rich else "text",
    )


def authors(of: Any) -> Iterator[str]:
    """Names: of ``authors`` since version 1.1, of ``author`` before."""
    for author in (*(objects_at(of, "authors") or ()), at(of, "author")):
        if name := text_at(author, "name"):
            yield name
