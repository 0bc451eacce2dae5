"""Ways to name an element: the CSS or XPath that an entry of keywords.yaml would hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Class names that tell nothing about what an element is: states, positions, numbers of items.
STATE = re.compile(
    r"^(?:odd|even|alt|first|last|active|current|selected|hidden|clearfix|clear|cf|new|hot|unread|read|is-.*|has-.*"
    r"|js-.*|col-.*|row|thread-.*|depth-.*|[mp][trblxy]?-\d.*|d-.*|text-.*|float-.*|pull-.*|.*\d{3,}.*)$"
)
PLAIN = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")
PLAIN_ID = re.compile(r"^[A-Za-z_][A-Za-z_-]*$")


def tokens(element: HtmlElement) -> list[str]:
    """The classes of an element by which it may be named."""
    return [each for each in (element.get("class") or "").split() if PLAIN.match(each) and not STATE.match(each)]


def with_class(token: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {token} ')"


@dataclass(frozen=True, slots=True)
class Expression:
    """``xpath`` is relative to a scope; ``css`` names the same, where CSS can."""

    xpath: str
    css: str | None = None

    def __or__(self, other: Expression) -> Expression:
        css = f"{self.css}, {other.css}" if self.css and other.css else None
        return Expression(f"{self.xpath} | {other.xpath}", css)

    def nodes(self, scope: HtmlElement) -> list[HtmlElement]:
        return [each for each in scope.xpath(self.xpath) if hasattr(each, "tag")]


HERE = Expression(".")


def position(element: HtmlElement) -> int:
    """Its place among the siblings of its tag, from 1."""
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def ways(element: HtmlElement, scope: HtmlElement, within: Expression = HERE) -> Iterator[Expression]:
    """The expressions that may name ``element`` from ``scope``, which ``within`` itself names, the best first."""
    if element is scope:
        yield within
        return
    prefix = ".//" if within is HERE else f"{within.xpath}//"
    lead = "" if within is HERE else f"{within.css} " if within.css else None
    for attribute in ("itemprop", "rel"):
        value = element.get(attribute)
        if value and PLAIN.match(value) and value not in {"nofollow", "noopener", "external", "ugc"}:
            name = f"{element.tag}[{attribute}={value}]"
            yield Expression(f"{prefix}{element.tag}[@{attribute}='{value}']", None if lead is None else lead + name)
    for token in tokens(element):
        css = None if lead is None else f"{lead}{element.tag}.{token}"
        yield Expression(f"{prefix}{element.tag}[{with_class(token)}]", css)
    if element.tag in {"time", "dd", "dt", "blockquote", "h1", "h2", "h3", "h4", "h5"}:
        yield Expression(f"{prefix}{element.tag}", None if lead is None else lead + element.tag)
    parent = element.getparent()
    if parent is not None:
        place = position(element)
        for above in list(ways(parent, scope, within))[:2]:
            css = f"{above.css} > {element.tag}:nth-of-type({place})" if above.css else None
            yield Expression(f"{above.xpath}/{element.tag}[{place}]", css)


def document_ways(element: HtmlElement) -> Iterator[Expression]:
    """Expressions for a group of elements anywhere in a document, of which ``element`` is one, the best first."""
    tag = element.tag
    for token in tokens(element):
        yield Expression(f"//{tag}[{with_class(token)}]", f"{tag}.{token}")
    for token in tokens(element):
        yield Expression(f"//*[{with_class(token)}]", f".{token}")
    if not tokens(element):
        named = element.getparent()
        steps = [str(tag)]
        while named is not None and named.tag not in {"body", "html"}:
            if named.get("id") and PLAIN_ID.match(named.get("id")):
                yield child_of(f"//*[@id='{named.get('id')}']", f"#{named.get('id')}", steps)
                return
            for token in tokens(named)[:2]:
                yield child_of(f"//{named.tag}[{with_class(token)}]", f"{named.tag}.{token}", steps)
            if tokens(named):
                return
            steps.insert(0, str(named.tag))
            named = named.getparent()
        yield child_of("//body", "body", steps)


def child_of(xpath: str, css: str, steps: Sequence[str]) -> Expression:
    return Expression("/".join((xpath, *steps)), " > ".join((css, *steps)))


def agrees(expression: Expression, scopes: Iterable[HtmlElement]) -> bool:
    """Whether CSS selects the same: unlike XPath's descendants, it may select the scope itself."""
    from parsel.csstranslator import HTMLTranslator

    css = Expression(HTMLTranslator().css_to_xpath(expression.css or ""))
    return all(css.nodes(scope) == expression.nodes(scope) for scope in scopes)


def written(expression: Expression, scopes: Iterable[HtmlElement], attribute: str | None = None) -> str:
    """As keywords.yaml holds it: CSS where it selects at most one element in each scope, else XPath of the first."""
    scopes = list(scopes)
    exact = all(len(expression.nodes(scope)) <= 1 for scope in scopes)
    if expression.css and exact and agrees(expression, scopes):
        ending = "" if attribute is None else "::text" if attribute == "text()" else f"::attr({attribute})"
        return expression.css + ending
    xpath = expression.xpath if exact else f"({expression.xpath})[1]"
    if xpath == ".":  # the configuration knows XPath by how it begins
        xpath = "./self::*"
    if attribute is None:
        return xpath
    return f"{xpath}/{attribute}" if attribute == "text()" else f"{xpath}/@{attribute}"
