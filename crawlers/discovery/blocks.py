"""Finds the repeated blocks of pages: elements that are built alike. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression, document_ways
from crawlers.discovery.look import UNREAD, Look, words

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Elements of a page that are looked at, and blocks that are worth a closer look.
MOST_ELEMENTS, CLOSER = 20_000, 14
#: What holds no contents of its own, or cannot be an item.
NO_ITEM = frozenset({
    "a", "abbr", "b", "br", "body", "button", "em", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "html", "i", "img", "input", "label", "link", "main", "meta", "nav", "option", "s", "small", "strong", "th",
    "thead", "time", "u", "span", "svg", "path",
})  # fmt: skip
ASIDE = re.compile(
    r"sidebar|side-?bar|widget|\bnav|navbar|menu|footer|breadcrumb|related|recommend|aside", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class Block:
    """Elements that ``expression`` selects on the pages; ``nested`` says that some stand inside others."""

    expression: Expression
    items: tuple[HtmlElement, ...]
    looks: tuple[Look, ...]
    nested: bool
    rank: float = 0.0


def blocks_of(looks: Sequence[Look], reader: DateReader) -> list[Block]:
    """The blocks most likely to be what people wrote, best first; of equal sets of elements one."""
    groups: dict[str, tuple[Expression, list[tuple[Look, HtmlElement]]]] = {}
    dated: set[HtmlElement] = set()
    for look in looks:
        for number, element in enumerate(look.found("//body//*")):
            if number > MOST_ELEMENTS:
                break
            if not isinstance(element.tag, str) or element.tag in UNREAD:
                continue
            if says_when(element, reader):
                dated.add(element)
                dated.update(element.iterancestors())
            if element.tag not in NO_ITEM:
                for expression in document_ways(element):
                    groups.setdefault(expression.xpath, (expression, []))[1].append((look, element))
    least = 2 if len(looks) < 2 else len(looks)
    found: dict[frozenset[HtmlElement], Block] = {}
    for expression, members in groups.values():
        if len(members) >= least:
            block = ranked(expression, members, dated)
            if block and frozenset(block.items) not in found:
                found[frozenset(block.items)] = block
    return sorted(found.values(), key=lambda block: -block.rank)[:CLOSER]


def says_when(element: HtmlElement, reader: DateReader) -> bool:
    if element.tag == "time" or any(reader.read(element.get(name) or "") for name in ("datetime", "title")):
        return True
    texts = (element.text, *(child.tail for child in element))
    return any(text and text.strip() and reader.read(text) for text in texts if text and len(text) < 160)


def ranked(
    expression: Expression, members: Sequence[tuple[Look, HtmlElement]], dated: set[HtmlElement]
) -> Block | None:
    """The block with its rank: much to read, dated, one inside the other as little as may be."""
    items = tuple(element for _, element in members)
    everything = set(items)
    inner = [item for item in items if any(above in everything for above in item.iterancestors())]
    sample = items[:40]
    lengths = [min(len(words(item)), 600) for item in sample]
    if sum(length > 3 for length in lengths) < 0.6 * len(lengths) or sum(lengths) < 20:
        return None
    when = sum(item in dated or beside(item, dated) for item in sample) / len(sample)
    aside = sum(is_aside(item) for item in sample[:8]) / len(sample[:8])
    rank = (1 + 2 * when) * math.log(1 + sum(lengths)) * (0.7 if inner else 1.0) * (1 - 0.7 * aside)
    return Block(expression, items, tuple(dict.fromkeys(look for look, _ in members)), bool(inner), rank)


def beside(item: HtmlElement, dated: set[HtmlElement]) -> bool:
    return any(each is not None and each in dated for each in (item.getprevious(), item.getnext()))


def is_aside(item: HtmlElement) -> bool:
    """Whether it stands in what goes round the contents: menus, side bars, the foot of the page."""
    for above in (item, *item.iterancestors()):
        if above.tag in {"body", "html", "main"}:
            return False
        if above.tag in {"nav", "aside", "footer"} or ASIDE.search(f"{above.get('class')} {above.get('id')}"):
            return True
    return False


def even(items: Sequence[HtmlElement], most: int) -> tuple[HtmlElement, ...]:
    """At most ``most`` of the items, evenly spread."""
    if len(items) <= most:
        return tuple(items)
    return tuple(items[number * len(items) // most] for number in range(most))
