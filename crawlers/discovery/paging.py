"""Finds how a listing goes on: the link to its next page, or the links to all of its pages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crawlers.discovery.expressions import Expression, document_ways, tokens
from crawlers.discovery.look import Look
from crawlers.discovery.probes import collapsed

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

NEXT = re.compile(
    r"^(?:下一?页|后一?页|下页|更早的?(?:评论|评价|帖子)?|次へ|next(?: page)?"
    r"|older(?: (?:posts|comments|reviews|entries))?|more)[ »›>→]*$|^[›>→»]$|^&gt;$",
    re.IGNORECASE,
)
#: Text by which the link is named in the entry, whatever arrows stand around it.
SPOKEN = re.compile(r"下一?页|后一?页|下页|更早|次へ|[Nn]ext|NEXT|[Oo]lder")
NEXT_CLASS = re.compile(r"^(?:.*[-_])?(?:next|nxt|older)(?:[-_](?:page|link|posts))?$", re.IGNORECASE)
#: Characters of "Next", "下一页 »", "Newer comments": longer words are titles.
SHORT = 16
PAGED = re.compile(r"(?:page|p|pg|start|offset|pn)[=/_-]?\d+|/\d+/?$|[-_]\d+\.html?$", re.IGNORECASE)


def next_of(looks: Sequence[Look]) -> Expression | None:
    """The expression that leads furthest; ``None`` where no page of these goes on."""
    for way in (by_relation, by_class, by_words, by_numbers):
        for look in looks:
            if expression := way(look):
                return expression
    return None


def links(look: Look, xpath: str) -> Iterator[tuple[HtmlElement, str]]:
    for link in look.found(xpath):
        address = look.address(link.get("href"))
        if address and address.rstrip("#") != look.url and not str(link.get("href")).startswith("#"):
            yield link, address


def is_part(link: HtmlElement, address: str) -> bool:
    """Whether the address has a part's number and the link no title: the next article may be a number too."""
    return bool(PAGED.search(address)) and len(collapsed(link.xpath("string(.)"))) <= SHORT


def by_relation(look: Look) -> Expression | None:
    for tag in ("a", "link"):
        relation = "contains(concat(' ', @rel, ' '), ' next ')"
        for link, address in links(look, f"//{tag}[{relation}]"):
            if NEXT.match(collapsed(link.xpath("string(.)"))) or is_part(link, address):
                return Expression(f"//{tag}[{relation}]", f"{tag}[rel~=next]")
    return None


def by_class(look: Look) -> Expression | None:
    for link, address in links(look, "//a[@href]"):
        for element, suffix in ((link, ""), (link.getparent(), "/a")):
            for token in tokens(element) if element is not None else []:
                if NEXT_CLASS.match(token) and is_part(link, address):
                    xpath = f"//{element.tag}[contains(concat(' ', normalize-space(@class), ' '), ' {token} ')]{suffix}"
                    return Expression(xpath, f"{element.tag}.{token}{' > a' if suffix else ''}")
    return None


def by_words(look: Look) -> Expression | None:
    for link, _ in links(look, "//a[@href]"):
        text = collapsed(link.xpath("string(.)"))
        if not NEXT.match(text):
            continue
        if spoken := SPOKEN.search(text):
            return Expression(f"//a[starts-with(normalize-space(.), '{spoken[0]}')]")
        if text in {"›", ">", "→"}:
            return Expression(f"//a[normalize-space(.) = '{text}']")
    return None


def by_numbers(look: Look) -> Expression | None:
    """Links that are numbers and lead to pages of that number."""
    pages = []
    for link, address in links(look, "//a[@href]"):
        text = collapsed(link.xpath("string(.)"))
        if text.isdecimal() and len(text) < 6 and re.search(r"\d+\D*$", address) and PAGED.search(address):
            pages.append(link)
    if not pages:
        return None
    for page in pages:
        for expression in document_ways(page):
            found = expression.nodes(look.root)
            if (
                set(pages) <= set(found)
                and len(found) <= len(pages) + 5
                and all(is_page(each, pages) for each in found)
            ):
                return expression
    path = re.split(r"\d+\D*$", str(pages[0].get("href")))[0]
    part = path.rsplit("/", 1)[-1] or path
    return Expression(f"//a[contains(@href, '{part}')]", f'a[href*="{part}"]') if part and "'" not in part else None


def is_page(link: Any, pages: Sequence[Any]) -> bool:
    """One of the numbered links, or one that stands beside them ("«", "last")."""
    return link in pages or bool(PAGED.search(link.get("href") or "")) or not link.get("href")
