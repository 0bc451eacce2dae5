"""What stands where in the items of a group: for each way to name a part, its value in every item. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crawlers.discovery.expressions import HERE, Expression, ways, written

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Limits that keep a hostile page from costing minutes.
MOST_PARTS, MOST_EXPRESSIONS = 120, 300
BESIDE = (
    (HERE, None),
    (Expression("./preceding-sibling::*[1]"), "before"),
    (Expression("./following-sibling::*[1]"), "after"),
)
VALUED = re.compile(
    r"^(?:datetime|title|content|value|class|style|src|alt|aria-label|data-[a-z-]*"
    r"(?:time|date|stamp|author|user|nick|name|rating|score|star|value|id))$"
)


@dataclass(frozen=True, eq=False)
class Probe:
    """One expression over all items; ``nodes`` has the element of each item, ``None`` where there is none."""

    expression: Expression
    items: tuple[HtmlElement, ...]
    nodes: tuple[HtmlElement | None, ...]

    @cached_property
    def texts(self) -> tuple[str | None, ...]:
        """The words of each, as a source of kind ``selectors`` reads them."""
        return tuple(None if node is None else collapsed(node.xpath("string(.)")) or None for node in self.nodes)

    @cached_property
    def own_texts(self) -> tuple[str | None, ...]:
        """The same without those of the elements inside."""
        return tuple(None if node is None else own_words(node) or None for node in self.nodes)

    @cached_property
    def attributes(self) -> dict[str, tuple[str | None, ...]]:
        names = {name for node in self.nodes if node is not None for name in node.attrib if VALUED.match(str(name))}
        return {
            str(name): tuple(None if node is None else node.get(name) or None for node in self.nodes) for name in names
        }

    @property
    def coverage(self) -> float:
        return sum(node is not None for node in self.nodes) / len(self.nodes)

    @cached_property
    def hints(self) -> str:
        """What the page's author calls the part: classes, ids and roles of it and of what it stands in."""
        node = next(each for each in self.nodes if each is not None)
        parts: list[str] = []
        for element in (node, node.getparent()):
            if element is not None and element not in self.items:
                parts += [element.get(name) or "" for name in ("class", "itemprop", "rel", "id", "title")]
        return " ".join(parts).lower()

    def select(self, attribute: str | None = None) -> str:
        return written(self.expression, self.items, attribute)


def collapsed(text: object) -> str:
    return " ".join(str(text).split())


def own_words(node: HtmlElement) -> str:
    return "\n".join(each for each in (collapsed(part) for part in node.xpath("./text()")) if each)


def probes_of(items: Sequence[HtmlElement], block: Sequence[HtmlElement] = ()) -> list[Probe]:
    """A probe for each way to name a part of these items, each set of nodes named once, in document order. ``items``
    may be some of a ``block``'s, whose others are no part of theirs."""
    items = tuple(items)
    members = {*items, *block}
    found: dict[Any, Probe] = {}
    for within, _where in BESIDE:
        scopes = [scope_of(item, within, members) for item in items]
        if sum(scope is not None for scope in scopes) < 0.6 * len(items):
            continue
        expressions: dict[str, Expression] = {}
        for scope in scopes:
            if scope is not None and len(expressions) < MOST_EXPRESSIONS:
                for expression in expressions_in(scope, within):
                    expressions.setdefault(expression.xpath, expression)
        for expression in expressions.values():
            nodes = tuple(
                None if scope is None else first(expression, item) for item, scope in zip(items, scopes, strict=True)
            )
            if any(node is not None for node in nodes):
                found.setdefault(nodes, Probe(expression, items, nodes))
    return list(found.values())


def scope_of(item: HtmlElement, within: Expression, members: set[HtmlElement]) -> HtmlElement | None:
    """The item itself, or the sibling beside it if that is no item of its own."""
    nodes = within.nodes(item)
    if not nodes or (within is not HERE and nodes[0] in members):
        return None
    return nodes[0]


def expressions_in(scope: HtmlElement, within: Expression) -> Iterator[Expression]:
    for number, element in enumerate(scope.iter()):
        if number >= MOST_PARTS:
            return
        if isinstance(element.tag, str):
            yield from ways(element, scope, within)


def first(expression: Expression, item: HtmlElement) -> HtmlElement | None:
    return next(iter(expression.nodes(item)), None)
