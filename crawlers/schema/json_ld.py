"""JSON-LD as shops write it: several scripts, of which some are broken, with comments, stray commas and escapes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawlers.schema.node import PREFIXES, Node, term
from monitor.normalise.markup import html_to_text

#: Properties that people read; shops put markup and its escapes into them.
READ = frozenset(
    {"name", "alternateName", "headline", "reviewBody", "articleBody", "description", "text", "claimReviewed"}
)
MARKUP = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    r"|</?(?:p|br|div|span|b|i|u|em|strong|ul|ol|li|a|img|blockquote|h[1-6])\b[^<>]*>"
)
#: Deeper than this nothing is read; no shop nests so much.
DEPTH = 40
#: As the context of schema.org names them too.
KEYWORDS = {"type": "@type", "id": "@id"}
WRAPPED = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
OPENING = re.compile(r'"|//|/\*|<!--')
CLOSING = {"//": "\n", "/*": "*/", "<!--": "-->"}
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
ESCAPE = re.compile(r"""(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\(')|\\""")
GAP = re.compile(r"[\s,;]*")


def documents(script: str) -> list[Any]:
    """The JSON documents of one script. Raises ``ValueError`` or ``RecursionError`` where it cannot be mended.

    Mended are comments, CDATA and HTML comment marks, commas before a closing bracket, a semicolon at the end,
    backslashes that escape nothing, line breaks in strings, quotes written as ``&quot;``, and several documents in one.
    """
    script = script.strip().lstrip("\ufeff")
    if not script:
        return []
    try:
        return [json.loads(script, strict=False)]
    except ValueError:
        return several(mended(script))


def mended(script: str) -> str:
    script = WRAPPED.sub("", WRAPPED.sub("", script))
    if '"' not in script and "&quot;" in script:
        script = html.unescape(script)
    script = ESCAPE.sub(lambda found: found[1] or found[2] or r"\\", script)
    return STRING_OR_COMMA.sub(lambda found: found[1] or "", uncommented(script))


def uncommented(script: str) -> str:
    """Without what is a comment outside strings. A search for its end, not an expression: that would be quadratic."""
    pieces: list[str] = []
    position = 0
    while found := OPENING.search(script, position):
        if found[0] == '"':
            string = STRING.match(script, found.start())
            end = string.end() if string else len(script)
            pieces.append(script[position:end])
        else:
            pieces.append(script[position : found.start()])
            end = script.find(CLOSING[found[0]], found.end())
            end = len(script) if end < 0 else end + len(CLOSING[found[0]])
        position = end
    return "".join([*pieces, script[position:]])


def several(script: str) -> list[Any]:
    decoder, found, position = json.JSONDecoder(strict=False), [], after_gap(script, 0)
    while position < len(script):
        document, end = decoder.raw_decode(script, position)
        found.append(document)
        position = after_gap(script, end)
    if not any(isinstance(each, dict | list) for each in found):
        raise ValueError("no JSON object")
    return found


def after_gap(script: str, position: int) -> int:
    gap = GAP.match(script, position)
    return gap.end() if gap else position


def nodes(document: Any) -> Iterator[Node]:
    """The nodes that a document states at its top, in lists there or in its ``@graph``."""
    for each in flat(document, DEPTH):
        context = Context.of(each.get("@context"))
        own = {key: value for key, value in each.items() if key not in {"@graph", "@context"}}
        if node := context.node(own, DEPTH):
            yield node
        for inner in flat(each.get("@graph"), DEPTH):
            if node := context.node(inner, DEPTH):
                yield node


def flat(stated: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The objects of lists in lists."""
    for each in aslist(stated):
        if isinstance(each, Mapping):
            yield each
        elif isinstance(each, list) and depth:
            yield from flat(each, depth - 1)


class Context:
    """The prefixes and the default vocabulary of a document; a context behind an address is schema.org's own."""

    def __init__(self, prefixes: Mapping[str, str], vocabulary: str = "http://schema.org/") -> None:
        self.prefixes, self.vocabulary = prefixes, vocabulary

    @classmethod
    def of(cls, stated: Any) -> Context:
        parts = [each for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, Mapping)]
        found = {key.lower(): value for part in parts for key, value in part.items() if isinstance(value, str)}
        vocabulary = found.pop("@vocab", "http://schema.org/")
        return cls({**PREFIXES, **found}, vocabulary)

    def node(self, stated: Mapping[str, Any], depth: int) -> Node:
        node: Node = {}
        for key, value in stated.items():
            keyword = key if key.startswith("@") else KEYWORDS.get(key)
            if keyword == "@type":
                names = (self.term(each) for each in aslist(value) if isinstance(each, str))
                node["@type"] = [name for name in names if name]
            elif keyword == "@id":
                if isinstance(value, str) and value.strip():
                    node["@id"] = value.strip()
            elif keyword == "@reverse" and isinstance(value, Mapping):
                for each in value.values():
                    node.setdefault("@reverse", []).extend(self.values(each, depth - 1))
            elif keyword is None and (name := self.term(key)) and (found := self.values(value, depth - 1)):
                shown = [plain(each) if isinstance(each, str) else each for each in found] if name in READ else found
                node.setdefault(name, []).extend(shown)
        return node

    def term(self, name: str) -> str | None:
        return term(name, self.vocabulary, self.prefixes)

    def values(self, stated: Any, depth: int) -> list[Any]:
        if depth <= 0 or stated is None:
            return []
        found: list[Any] = []
        for each in aslist(stated):
            if isinstance(each, list):
                found += self.values(each, depth - 1)
            elif not isinstance(each, Mapping):
                found += [] if each is None else [each]
            elif isinstance(
                inner := next((each[key] for key in ("@value", "@list", "@set") if key in each), each), Mapping
            ):
                found += [node] if (node := self.node(inner, depth)) else []
            else:
                found += self.values(inner, depth - 1)
        return found


def plain(stated: str) -> str:
    """Text as a reader sees it, which may have been escaped twice."""
    for _ in range(3):
        if not MARKUP.search(stated):
            break
        stated = html_to_text(stated if "<" in stated else stated.replace("\n", "<br>"))
    return stated


def aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
