"""Chooses the parts of the items that hold their words: the title, and what was written. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crawlers.discovery.look import pieces, words
from crawlers.discovery.probes import Probe, collapsed
from crawlers.discovery.rule import Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

TITLE = re.compile(r"title|subject|headline|summary|heading|标题", re.IGNORECASE)
BODY = re.compile(
    r"body|content|text|message|comment|review|description|entry|post|reply|正文|内容|markdown|bbcode", re.IGNORECASE
)
NOT_BODY = re.compile(
    r"meta|footer|header|action|toolbar|button|signature|sig\b|avatar|author|user|profile|quote|tags|nav", re.IGNORECASE
)
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
DIGITS = re.compile(r"\d+")
#: What longer texts count; one endless text must not outweigh all others.
COUNTED = 1500


def choose_title(probes: Sequence[Probe], taken: frozenset[HtmlElement]) -> Rule | None:
    best: Rule | None = None
    for probe in probes:
        values = [value for value in probe.texts if value]
        node = next(each for each in probe.nodes if each is not None)
        own = " ".join(node.get(name) or "" for name in ("class", "itemprop", "id"))
        named = bool(TITLE.search(own))
        heading = node.tag in HEADINGS or getattr(node.getparent(), "tag", "") in HEADINGS
        if not (named or heading) or probe.coverage < 0.7 or not values or "sibling" in probe.expression.xpath:
            continue
        if max(map(len, values)) > 200 or any(touches(each, taken) for each in probe.nodes if each is not None):
            continue
        if len(values) > 2 and len(set(values)) <= len(values) / 3:
            continue
        if not named and node.tag not in HEADINGS and len({DIGITS.sub("#", value) for value in values}) == 1:
            continue  # a count of votes or replies beside the heading
        score = probe.coverage + (0.2 if heading else 0.0) + (0.1 if named else 0.0) - (0.02 if len(node) else 0.0)
        if best is None or score > best.score:
            nodes = frozenset(each for each in probe.nodes if each is not None)
            best = Rule(probe.select(), score, probe.coverage, nodes)
    return best


def choose_text(probes: Sequence[Probe], others: Sequence[Rule | None]) -> Rule | None:
    """The part with the most words of the items' own that holds none of the ``others``."""
    taken = frozenset(node for rule in others if rule for node in rule.nodes)
    whole = frozenset(node for rule in others if rule and not rule.partial for node in rule.nodes)
    common = repeated(probes[0].items)
    rules = [rule for probe in probes for rule in rules_of(probe, taken, whole, common)]
    # Where nothing else is said, what differs by a number alone is what was written ("Test 1", "Test 2").
    rules = rules or [rule for probe in probes for rule in rules_of(probe, taken, whole, frozenset())]
    return max(rules, key=lambda rule: rule.score, default=None)


def rules_of(
    probe: Probe, taken: frozenset[HtmlElement], whole: frozenset[HtmlElement], common: frozenset[str]
) -> Iterator[Rule]:
    parts = [(node, own) for node, own in zip(probe.nodes, probe.own_texts, strict=True) if node is not None]
    nodes = [node for node, _ in parts]
    if any(node in taken or inside(node, whole) for node in nodes):
        return
    holds_others = any(touches(node, taken) for node in nodes)
    if not holds_others and varies(probe.texts):
        furniture = frozenset() if is_body(nodes[0]) else common
        content = [contents(node, furniture) for node in nodes]
        if rule := scored(probe, content, None):
            yield rule
    if (holds_others or not len(nodes[0])) and varies(probe.own_texts):
        own = [len(value or "") if len(node) or holds_others else 0 for node, value in parts]
        if rule := scored(probe, [(min(length, COUNTED), 0) for length in own], "text()"):
            yield rule


def hints(node: HtmlElement) -> str:
    return " ".join(node.get(name) or "" for name in ("class", "itemprop", "id"))


def is_body(node: HtmlElement) -> bool:
    """Whether the page itself says that an element without any parts but paragraphs is for what was written."""
    if any(child.tag not in {"p", "br"} for child in node.iter() if child is not node):
        return False
    return node.tag in {"p", "blockquote"} or bool(BODY.search(hints(node)) and not NOT_BODY.search(hints(node)))


def varies(values: Sequence[str | None]) -> bool:
    """Whether the values can be what different people wrote: a word that stands alike in all items is a label."""
    said = [value for value in values if value]
    return len(said) < 2 or len(set(said)) > max(1, 0.2 * len(said))


def scored(probe: Probe, content: Sequence[tuple[int, int]], attribute: str | None) -> Rule | None:
    """By the words per item, less what is only furniture; hints of the page decide between equals."""
    filled = sum(own > 1 for own, _ in content)
    coverage = filled / len(probe.nodes)
    if coverage < 0.5:
        return None
    amount = sum(own - 2 * furniture for own, furniture in content) / len(probe.nodes)
    node = next(each for each in probe.nodes if each is not None)
    own_hints = hints(node)
    factor = coverage
    factor *= 1.25 if BODY.search(own_hints) and not NOT_BODY.search(own_hints) else 1.0
    factor *= 0.5 if NOT_BODY.search(own_hints) and not BODY.search(own_hints) else 1.0
    factor *= 0.9 if attribute else 1.0
    factor *= 0.5 if "sibling" in probe.expression.xpath else 1.0
    factor *= 0.5 if node.tag in {"a", "button", "time", "label"} or node.tag in HEADINGS else 1.0
    factor *= 0.98 if probe.expression.xpath == "." else 1.0
    if amount <= 1:
        return None
    nodes = frozenset(each for each in probe.nodes if each is not None)
    select = probe.expression.xpath + "/text()" if attribute else probe.select()
    return Rule(select, amount * factor, coverage, nodes, path=probe.expression.xpath)


def contents(node: HtmlElement, common: frozenset[str]) -> tuple[int, int]:
    """Characters of the item's own, and of what stands in most items alike ("Reply", "赞 (3)")."""
    own = furniture = 0
    for piece in pieces(node):
        text = collapsed(piece)
        if DIGITS.sub("#", text) in common:
            furniture += len(text)
        else:
            own += len(text)
    return min(own, COUNTED), furniture


def repeated(items: Sequence[HtmlElement]) -> frozenset[str]:
    """Short pieces of text that more than half of the items have, numbers aside."""
    if len(items) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for item in items:
        counts.update({DIGITS.sub("#", collapsed(piece)) for piece in pieces(item) if len(piece) < 40})
    return frozenset(text for text, count in counts.items() if count > 0.5 * len(items))


def touches(node: HtmlElement, taken: frozenset[HtmlElement]) -> bool:
    """Whether a field's element stands in ``node`` (or is it)."""
    return any(each is node or node in set(each.iterancestors()) for each in taken)


def inside(node: HtmlElement, taken: frozenset[HtmlElement]) -> bool:
    return any(each in taken for each in node.iterancestors())


def length_of(items: Sequence[HtmlElement]) -> float:
    """Average characters of the items."""
    return sum(len(words(item)) for item in items) / max(1, len(items))
