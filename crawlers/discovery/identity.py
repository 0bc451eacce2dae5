"""Chooses what tells one item from another: its address, and the number that the site gave it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crawlers.discovery.author import PERSON
from crawlers.discovery.probes import Probe
from crawlers.discovery.rule import Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: What a link to do something with the item leads to.
ACTION = re.compile(
    r"report|reply|quote|login|sign|like|vote|share|edit|delete|flag|javascript:|mailto:|举报|void|abuse", re.IGNORECASE
)
NUMBERED = re.compile(r"\d")
ID_ATTRIBUTES = re.compile(r"^(?:id|data-(?:[a-z]+-)?id|data-[pc]id|data-[pc]k|data-comment|data-post)$")


def choose_url(probes: Sequence[Probe]) -> Rule | None:
    """A link that is another one in every item and leads to the item, not to its author or to an action."""
    best: Rule | None = None
    for probe in probes:
        nodes = [node for node in probe.nodes if node is not None]
        hrefs = [(node.get("href") or "").strip() for node in nodes if node.tag == "a"]
        if len(hrefs) < 0.9 * len(probe.nodes) or len(set(hrefs)) < len(hrefs) or "sibling" in probe.expression.xpath:
            continue
        if any(not href or href == "#" or PERSON.search(href) or ACTION.search(href) for href in hrefs):
            continue
        score = probe.coverage + (0.2 if all(NUMBERED.search(href) for href in hrefs) else 0.0)
        if best is None or score > best.score:
            best = Rule(probe.select("href"), score, probe.coverage, frozenset(nodes))
    return best


def choose_id(items: Sequence[HtmlElement], page_of: Callable[[HtmlElement], str]) -> Rule | None:
    """An attribute of the item, or of what it alone fills, with another value in every item.

    Numbers that begin anew on each page are places, not names: a run 1, 2, 3 … is left alone.
    """
    names = sorted({name for item in items for name in item.attrib if ID_ATTRIBUTES.match(str(name))}, reverse=True)
    for name in names:
        values = [item.get(name) for item in items]
        if all(values) and usable([str(value) for value in values], [page_of(item) for item in items]):
            return Rule(f"./@{name}", 1.0, 1.0)
    for path in ("..", "./*[1]"):
        found = [item.xpath(f"string({path}/@id)") for item in items]
        if all(found) and usable([str(value) for value in found], [page_of(item) for item in items]):
            return Rule(f"{path}/@id", 0.9, 1.0)
    return None


def usable(values: Sequence[str], pages: Sequence[str]) -> bool:
    if len(set(values)) < len(values) or len(values) < 2:
        return False
    found = [re.search(r"(\d+)\D*$", value) for value in values]
    if not all(found):
        return all(len(value) >= 8 for value in values)
    numbers = [int(each[1]) for each in found if each]
    return not (
        len(set(pages)) == 1 and sorted(numbers) in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
    )


def id_from_url(rule: Rule, hrefs: Sequence[str]) -> Rule | None:
    """The number in the items' own addresses, where that alone makes them differ."""
    for regex in (r"#\D*(\d+)$", r"[?&](?:p|pid|id|post|comment)=(\d+)", r"/(\d+)/?(?:[?#].*)?$"):
        found = [re.search(regex, href) for href in hrefs]
        numbers = [each[1] for each in found if each]
        if len(numbers) == len(hrefs) and len(set(numbers)) == len(numbers) and min(map(len, numbers)) > 0:
            return Rule(rule.select, 0.8, rule.coverage, regex=regex)
    return None
