"""Microdata (HTML, section 5): items in the order of the page, each with the properties that belong to it."""

from __future__ import annotations

from typing import Any

from crawlers.schema.element import Values
from crawlers.schema.node import Node, belongs, term

#: ``itemref`` is followed so often on one page.
REFERENCES = 500


def nodes(root: Any, base: str) -> list[Node]:
    """The items of the tree ``root`` at the address ``base`` that are no property of another."""
    values = Values(base)
    referred = [ref for item in root.xpath("//*[@itemscope][@itemref]") for ref in item.get("itemref").split()]
    targets = {
        ref: element for ref in set(referred[:REFERENCES]) for element in root.xpath("//*[@id=$ref]", ref=ref)[:1]
    }
    elsewhere = set(targets.values())
    found: list[Node] = []
    left = REFERENCES
    opened = set()
    stack: list[tuple[Any, Node | None]] = [(root, None)]
    while stack:
        element, item = stack.pop()
        # What an itemref names belongs to the item that names it, wherever it stands.
        if not isinstance(element.tag, str) or (item is None and element in elsewhere):
            continue
        names = [name for each in (element.get("itemprop") or "").split() if (name := term(each))]
        if element.get("itemscope") is not None:
            if element in opened:
                continue
            opened.add(element)
            inner = opened_by(element, values)
            belongs(inner, names, item, found)
            referred = [
                ref for ref in (element.get("itemref") or "").split() if targets.get(ref, element) is not element
            ]
            stack.extend((targets[ref], inner) for ref in reversed(referred[:left]))
            left -= len(referred[:left])
            item = inner
        elif names and item is not None:
            for name in names:
                item.setdefault(name, []).append(values.of(element, name))
        stack.extend((child, item) for child in reversed(element))
    return found


def opened_by(element: Any, values: Values) -> Node:
    stated = (term(each) for each in (element.get("itemtype") or "").split())
    node: Node = {"@type": [name for name in stated if name]}
    if identity := element.get("itemid"):
        node["@id"] = values.address(identity)
    if len(element) == 0 and (element.text or "").strip():
        node["name"] = [element.text.strip()]
    return node
