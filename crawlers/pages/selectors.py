"""Any page by CSS or XPath of the configuration, rendered by a browser where it needs JavaScript."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import BeforeValidator

from crawlers.link_header import joined
from crawlers.page import Follow, Page, Parsed, context_of
from crawlers.paging import next_part
from crawlers.selection import Css, Regex, Selection, is_xpath
from crawlers.weburl import WebUrl
from monitor.config.schema import Model, Source
from monitor.mention import Kind, RawMention, Rejection

if TYPE_CHECKING:
    from parsel import Selector, SelectorList
    from scrapy.http import TextResponse


class Field(Model):
    """Where a value stands (below the item), which part of it counts, and what it means.

    ``regex``: its first group is the value, no match means no value. ``map``: the value as found → the value meant
    (``{Three: "3"}``); what is not listed stays as it is. A plain string in the file means ``select``.
    """

    select: Selection
    regex: Regex | None = None
    map: Mapping[str, str] = {}


def field_from_text(value: object) -> object:
    return {"select": value} if isinstance(value, str) else value


FieldRule = Annotated[Field, BeforeValidator(field_from_text)]


class Fields(Model):
    """Of the item or (XPath ``/…``) of the whole page; only ``text`` must be given."""

    text: FieldRule
    title: FieldRule | None = None
    author: FieldRule | None = None
    published: FieldRule | None = None
    rating: FieldRule | None = None
    id: FieldRule | None = None
    url: FieldRule | None = None
    product: FieldRule | None = None


class SelectorsSource(Source):
    """``follow``: links to detail pages; ``next``: link to the next page of the listing; both CSS or XPath of links.
    Without ``next`` it is what the page itself calls its next part (:mod:`crawlers.paging`); ``false``: none.

    ``newest_first`` says that the listing begins with the newest: its further pages are then read only while there is
    news. ``render`` opens pages in a browser and waits for ``wait_for`` (CSS) to appear.
    """

    kind: Literal["selectors"] = "selectors"
    url: WebUrl
    item: Selection
    fields: Fields
    item_kind: Kind = "review"
    follow: Selection | None = None
    next: Selection | Literal[False] | None = None
    newest_first: bool = False
    render: bool = False
    wait_for: Css | None = None


class SelectorsPage(Page[SelectorsSource]):
    """The items of a page, and the links that the configuration names."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        if not response.text.strip():
            return
        root = response.selector
        if root.type not in {"html", "xml"}:
            yield Rejection("not a page", root.type, response.url)
            return
        # An item without an address of its own is known by that of its listing: which of the listing's parts it stands
        # on changes with every newer item.
        before = context_of(response).get("listing")
        listing = str(before or response.url)
        for item in select(root, self.source.item):
            yield self.mention(item, response, listing)
        further: list[str] = []
        if self.source.next:
            further = [address for href in hrefs(root, self.source.next) if (address := joined(response, href))]
        elif self.source.next is None and root.type == "html" and (found := next_part(response, before)):
            further = [found]
        for href in hrefs(root, self.source.follow) if self.source.follow else ():
            if (address := joined(response, href)) and (self.source.next or address not in further):
                yield Follow(address)
        for address in further:
            yield Follow(address, context={"listing": listing}, next=self.source.newest_first)

    def mention(self, item: Selector, response: TextResponse, listing: str) -> RawMention | Rejection:
        fields = self.source.fields
        link = value_of(item, fields.url)
        url = joined(response, link) or listing if link else listing
        text, markup = body_of(item, fields.text)
        title = value_of(item, fields.title)
        if not text:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=value_of(item, fields.id),
            url=url,
            kind=self.source.item_kind,
            title=html.escape(title, quote=False) if title and markup == "html" else title,
            author=value_of(item, fields.author),
            published=value_of(item, fields.published),
            rating=value_of(item, fields.rating),
            product=value_of(item, fields.product),
            lang=self.source.lang,
            markup=markup,
        )


def select(scope: Selector, expression: str) -> SelectorList[Selector]:
    return scope.xpath(expression) if is_xpath(expression) else scope.css(expression)


def hrefs(scope: Selector, links: str) -> Iterator[str]:
    """The addresses that ``links`` selects: of elements their ``href`` (of a sitemap's ``loc`` what it holds), of
    attributes and text themselves."""
    for link in select(scope, links):
        if isinstance(link.root, str):
            yield link.root
        else:
            # A sitemap holds its addresses as text.
            yield from link.xpath("@href | self::*[local-name() = 'loc']/text()").getall()


def body_of(item: Selector, rule: Field) -> tuple[str, Literal["text", "html"]]:
    """The text: as HTML where an element is selected (so that line breaks stay), else the strings, a line each."""
    found = select(item, rule.select)
    if rule.regex or rule.map or not found or isinstance(found[0].root, str):
        return value_of(item, rule) or "", "text"
    if not any(words(part).strip() for part in found):
        return "", "html"
    return "".join(found.getall()), "html"


def words(found: Selector) -> str:
    """All text of an element, or the string itself."""
    if isinstance(found.root, str):
        return found.root
    return string_value()(found.root) if hasattr(found.root, "xpath") else ""


@cache
def string_value() -> Callable[[Any], str]:
    """XPath's ``string()``, compiled once. ``smart_strings`` would keep the whole page alive."""
    from lxml.etree import XPath  # type: ignore[import-untyped]

    return cast(Callable[[Any], str], XPath("string()", smart_strings=False))


def value_of(item: Selector, rule: Field | None) -> str | None:
    """The value of a field: the words of the selected elements or strings, then ``regex``, then ``map``."""
    if rule is None:
        return None
    found = select(item, rule.select)
    value = "\n".join(line for each in found if (line := " ".join(words(each).split())))
    if rule.regex and value:
        import re2

        match = re2.search(rule.regex, value)
        value = (match.group(1) if match.re.groups else match.group(0)) or "" if match else ""
    return rule.map.get(value, value) or None
