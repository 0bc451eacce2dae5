"""From repeated blocks to the fields of an entry: what the items of a page are, and how sure that is. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crawlers.discovery.author import choose_author
from crawlers.discovery.blocks import Block, blocks_of, even
from crawlers.discovery.body import choose_text, choose_title
from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression
from crawlers.discovery.identity import choose_id, choose_url, id_from_url
from crawlers.discovery.look import Look, words
from crawlers.discovery.probes import probes_of
from crawlers.discovery.published import choose_published
from crawlers.discovery.rating import choose_rating
from crawlers.discovery.rule import Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Items that are compared in a first and in a closer look.
FEW, MANY = 10, 30
#: What sites call the things that we look for.
NAMED = re.compile(r"review|comment|post|reply|message|item", re.IGNORECASE)
NOTHING: frozenset[HtmlElement] = frozenset()


@dataclass(frozen=True, eq=False)
class Contents:
    """A block and its fields. ``quality`` is 0–1: how many of the items have text, time and author."""

    block: Block
    fields: dict[str, Rule]
    quality: float
    amount: float

    @property
    def rank(self) -> float:
        crowd = 1.0 if not self.block.nested else 0.85
        crowd *= 0.8 if "sibling" in self.fields["text"].select else 1.0
        crowd *= 1.04 if NAMED.search(str(self.block.items[0].get("class"))) else 1.0
        return self.quality * math.log(8 + self.amount) * crowd * (0.5 + 0.5 * min(1.0, self.block.rank / 15))

    @property
    def item(self) -> str:
        return self.block.expression.css or self.block.expression.xpath

    @property
    def rated(self) -> bool:
        return "rating" in self.fields

    def entry(self) -> dict[str, Any]:
        order = ("text", "title", "author", "published", "rating", "id", "url")
        return {name: self.fields[name].entry() for name in order if name in self.fields}


def contents_of(looks: Sequence[Look], reader: DateReader) -> Contents | None:
    """The likeliest contents of these pages of one kind, or ``None`` where no block holds any text."""
    found = [each for block in blocks_of(looks, reader) if (each := examined(block, reader, FEW))]
    found = [each for each in found if not any(holds(each, other) for other in found)]
    best = max(found, key=lambda each: each.rank, default=None)
    return best and (examined(best.block, reader, MANY) or best)


def holds(outer: Contents, inner: Contents) -> bool:
    """Whether ``outer`` is but a frame round several of the other's items: what seems to be its time is theirs."""
    around = {above for item in inner.block.items for above in item.iterancestors()}
    inside = {item for item in inner.block.items if item not in around}
    if len(inside) < 1.3 * len(outer.block.items) or inner.quality < 0.85 * outer.quality:
        return False
    texts = outer.fields["text"].nodes
    if sum(any(above in texts for above in item.iterancestors()) for item in inside) > 1.3 * len(texts):
        return True  # what seems to be its text are the others
    told = outer.fields.get("published") or outer.fields.get("author")
    nodes = told.nodes if told else NOTHING
    within = sum(node in inside or any(above in inside for above in node.iterancestors()) for node in nodes)
    return within > 0.8 * len(nodes) if nodes else inner.amount >= outer.amount


def examined(block: Block, reader: DateReader, most: int) -> Contents | None:
    items = sample_of(block, most)
    probes = probes_of(items, block.items)
    if not probes:
        return None
    published = choose_published(probes, reader)
    dated = published.nodes if published else NOTHING
    author = choose_author([each for each in probes if len(each.texts)], reader)
    rating = choose_rating(probes)
    taken = dated | (author.nodes if author else NOTHING) | (rating.nodes if rating else NOTHING)
    title = choose_title(probes, taken)
    text = choose_text(probes, (published, author, rating, title))
    if title and (text is None or text.score < 4):
        title, text = None, choose_text(probes, (published, author, rating)) or text
    if text is None:
        return None
    if text.coverage < 1 and (fewer := refined(block, text)):
        return examined(fewer, reader, most)
    fields = {"text": text, "title": title, "author": author, "published": published, "rating": rating}
    fields |= identified(block, items)
    chosen = {name: rule for name, rule in fields.items() if rule is not None}
    return Contents(block, chosen, quality_of(chosen), amount_of(block, text))


def sample_of(block: Block, most: int) -> tuple[HtmlElement, ...]:
    """Some of the items, and where items stand inside items surely some of those that hold others: what selects one
    part in the rest selects several there."""
    if not block.nested:
        return even(block.items, most)
    around = {above for item in block.items for above in item.iterancestors()}
    holders = even([item for item in block.items if item in around], most // 3)
    chosen = {*holders, *even(block.items, most - len(holders))}
    return tuple(item for item in block.items if item in chosen)


def refined(block: Block, text: Rule) -> Block | None:
    """The block without elements that have no text where the others do, such as the head of a table."""
    if text.path in {"", "."}:
        return None
    expression = Expression(f"{block.expression.xpath}[{text.path}]")
    items = tuple(item for item in block.items if item.xpath(text.path))
    return replace(block, expression=expression, items=items) if 2 <= len(items) < len(block.items) else None


def identified(block: Block, items: Sequence[HtmlElement]) -> dict[str, Rule | None]:
    probes = probes_of(items, block.items)
    url = choose_url(probes)
    trees = {look.root.getroottree(): look.url for look in block.looks if look.root is not None}
    number = choose_id(block.items, lambda item: trees.get(item.getroottree(), ""))
    if number is None and url is not None:
        hrefs = [node.get("href") or "" for node in sorted(url.nodes, key=lambda node: str(node.get("href")))]
        number = id_from_url(url, hrefs)
    return {"url": url, "id": number}


def quality_of(fields: dict[str, Rule]) -> float:
    """0.4 for text, 0.3 for time, 0.25 for author, the rest for a name of its own; each by its share of the items."""
    quality = 0.4 * fields["text"].coverage
    for name, weight in (("published", 0.3), ("author", 0.25)):
        if name in fields:
            quality += weight * fields[name].coverage
    return quality + (0.05 if "id" in fields or "url" in fields or "rating" in fields else 0.0)


def amount_of(block: Block, text: Rule) -> float:
    """Characters of text per page."""
    sample = list(text.nodes)
    average = sum(min(len(words(node)), 1500) for node in sample) / max(1, len(sample))
    return average * len(block.items) / max(1, len(block.looks))
