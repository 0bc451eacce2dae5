"""The post that opens a topic, where it is built otherwise than the replies below it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crawlers.discovery.blocks import Block, says_when
from crawlers.discovery.contents import FEW, Contents, examined
from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression, document_ways
from crawlers.discovery.look import Look, words
from crawlers.selection import is_xpath

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: All three of text, time and author have to be found in what stands there only once.
SURE = 0.94
LEAST_TEXT = 4


def opening_of(contents: Contents, pages: Sequence[Look], reader: DateReader) -> Contents | None:
    """The block of opening posts of these pages, one before the first item of each."""
    firsts = [first for look in pages if (first := before_items(contents, look, reader)) is not None]
    if not firsts or len(firsts) < 0.6 * len(pages):
        return None
    for expression in document_ways(firsts[0]):
        found = [node for look in pages if look.root is not None for node in expression.nodes(look.root)]
        if found == firsts:
            opening = examined(Block(expression, tuple(firsts), tuple(pages), nested=False), reader, FEW)
            return opening if opening and opening.quality >= SURE and is_whole(opening) else None
    return None


def is_whole(opening: Contents) -> bool:
    """Whether all of it stands inside: what stands beside it is the replies'."""
    return not any("sibling::" in rule.select for rule in opening.fields.values())


def before_items(contents: Contents, look: Look, reader: DateReader) -> HtmlElement | None:
    """The nearest element before the page's first item that says a time, outside of all items."""
    if look.root is None:
        return None
    first = next(iter(contents.block.expression.nodes(look.root)), None)
    level = first
    while level is not None and level.tag != "body":
        for sibling in level.itersiblings(preceding=True):
            if not isinstance(sibling.tag, str) or sibling.tag in {"nav", "header", "aside", "h1", "h2", "h3"}:
                continue
            if len(words(sibling)) >= LEAST_TEXT and any(
                says_when(each, reader) for each in sibling.iter() if isinstance(each.tag, str)
            ):
                return sibling
        level = level.getparent()
    return None


def merged(contents: Contents, opening: Contents) -> tuple[Expression, Mapping[str, Any]] | None:
    """One item and one set of fields for both; ``None`` where text, author and time cannot be said in one.

    What is merged is tried on all items first: each has to keep the value that its own rule gives.
    """
    fields: dict[str, Any] = {}
    for name, rule in contents.fields.items():
        other = opening.fields.get(name)
        entry = rule.entry()
        both = entry if other is None else united(entry, other.entry())
        if (
            both is not None
            and agrees(contents, both, entry)
            and (agrees(opening, both, other.entry()) if other else not reads_anything(opening, both))
        ):
            fields[name] = both
        elif name in {"text", "author", "published"}:
            return None
    if "text" not in fields:
        return None
    return contents.block.expression | opening.block.expression, fields


def united(one: Any, other: Any) -> Any:
    """A field that looks in both places; ``None`` where the two cut out or rename in different ways."""
    first, second = (each if isinstance(each, dict) else {"select": each} for each in (one, other))
    rest = {key: value for key, value in first.items() if key != "select"}
    if rest != {key: value for key, value in second.items() if key != "select"}:
        return None
    if first["select"] == second["select"]:
        return one
    if not is_xpath(first["select"]) and not is_xpath(second["select"]):
        select = f"{first['select']}, {second['select']}"
    else:
        select = f"({as_xpath(first['select'])} | {as_xpath(second['select'])})[1]"
    return {"select": select, **rest} if rest else select


def as_xpath(select: str) -> str:
    from parsel.csstranslator import HTMLTranslator

    return select if is_xpath(select) else HTMLTranslator().css_to_xpath(select)


def agrees(contents: Contents, both: Any, own: Any) -> bool:
    return all(value(item, both) == value(item, own) for item in contents.block.items)


def reads_anything(contents: Contents, entry: Any) -> bool:
    return any(value(item, entry) for item in contents.block.items)


def value(item: HtmlElement, entry: Any) -> str | None:
    """What a source of kind ``selectors`` reads there."""
    from parsel import Selector

    from crawlers.pages.selectors import Field, field_from_text, value_of

    return value_of(Selector(root=item, type="html"), Field.model_validate(field_from_text(entry)))
