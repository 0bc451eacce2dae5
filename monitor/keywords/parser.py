"""From a query to its syntax tree, or to an error with its place and what to write instead."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from monitor.keywords.errors import QueryError
from monitor.keywords.folding import folded_text
from monitor.keywords.grammar import begin, content, end, language
from monitor.keywords.mistakes import mistake
from monitor.keywords.syntax import And, Field, Find, Near, Node, Not, Or, RatingRange, Where, ungrounded, with_hashes
from monitor.keywords.words import pattern_of

if TYPE_CHECKING:
    from lark import Token

FIELDS = ("title", "author", "site", "source", "lang", "rating")
MAX_LENGTH = 20_000
MAX_DEPTH = 50
DEFAULT_DISTANCE = 10
MAX_DISTANCE = 100_000
NUMBER = r"[0-9]+(?:\.[0-9]+)?"
RANGE = re.compile(rf"\s*({NUMBER})\s+TO\s+({NUMBER})\s*")


def parse(query: str, hash_author: Callable[[str], str] | None = None) -> Node:
    """The syntax tree of a query. Raises :class:`QueryError`."""
    if len(query) > MAX_LENGTH:
        raise QueryError(MAX_LENGTH, f"the query is longer than {MAX_LENGTH} characters", "split it into several")
    if not query.strip():
        raise QueryError(0, "empty query", "write at least one word to look for")
    refuse_depth(query)
    node = tree(query)
    loose = ungrounded(node)
    if loose is not None:
        branch = loose is not node
        example = "客服 OR (退款 NOT 已退款)" if branch else "退款 NOT 已退款"
        raise QueryError(loose.position, "a query of NOT alone", f"say what to look for too: {example}")
    return with_hashes(node, hash_author) if hash_author else node


def tree(query: str) -> Node:
    from lark import UnexpectedInput

    try:
        # The rules answer nodes; lark's types know only its own trees.
        return language().parse(query)  # type: ignore[return-value]
    except UnexpectedInput as error:
        raise mistake(query, error) from None


def refuse_depth(query: str) -> None:
    """Whoever reads a tree goes into each bracket by a call of its own."""
    if query.count("(") + query.count("（") <= MAX_DEPTH:
        return
    depth = 0
    for token in language().lex(query):
        depth += {"OPEN": 1, "CLOSE": -1}.get(token.type, 0)
        if depth > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} brackets inside each other"
            raise QueryError(begin(token), message, "simplify the query")


class Builder:
    """A method for each rule of the grammar, called with what its parts came to."""

    def disjunction(self, parts: Sequence[Node | Token]) -> Node:
        nodes = tuple(part for part in parts if not isinstance(part, str))
        return Or(nodes, nodes[0].position)

    def conjunction(self, parts: Sequence[Node | Token]) -> Node:
        nodes = tuple(part for part in parts if not isinstance(part, str))
        return And(nodes, nodes[0].position)

    def neighbours(self, parts: Sequence[Node | Token]) -> Node:
        # NEAR and ONEAR bind alike, but neither may stand inside the other: a chain of them is an error.
        left = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2], strict=True):
            left = near(left, operator, right)  # type: ignore[arg-type]
        return left  # type: ignore[return-value]

    def negated(self, parts: Sequence[Node | Token]) -> Node:
        first, second, *_ = parts
        if isinstance(second, str):
            raise QueryError(begin(second), "NOT inside NOT", "simplify the query")
        return Not(second, begin(first))  # type: ignore[arg-type]

    def bracket(self, parts: Sequence[Node]) -> Node:
        return parts[1]

    def found(self, parts: Sequence[Token]) -> Node:
        (token,) = parts
        if token.type == "RANGE":
            hint = 'write rating:[1 TO 2]; quote a "[" to look for it'
            raise QueryError(begin(token), "a range without a field", hint)
        return find(token, "both", begin(token))

    def field(self, parts: Sequence[Token]) -> Node:
        name, value = parts
        return field(name, value)


def find(token: Token, where: Where, position: int) -> Find:
    return Find(pattern_of(token), where, position, content(token))


def near(left: Node, operator: Token, right: Node) -> Near:
    named, _, distance = operator.partition("/")
    number = distance_of(operator, named, distance) if "/" in operator else DEFAULT_DISTANCE
    return Near(near_side(left, named), near_side(right, named), number, named == "ONEAR", left.position)


def distance_of(operator: Token, named: str, distance: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", distance) and int(distance) <= MAX_DISTANCE:
        return int(distance)
    number = re.fullmatch(r"[0-9]+", distance)
    hint = (
        f"write {named}/0 to {named}/{MAX_DISTANCE}" if number else f"write {named}/5, or {named} alone for {named}/10"
    )
    raise QueryError(begin(operator) + len(named) + 1, f"{named}/ without a number", hint)


def near_side(node: Node, operator: str) -> tuple[Find, ...]:
    """The patterns of one side of NEAR: a term, phrase or regex, or a bracket of such joined by OR."""
    if isinstance(node, Or):
        return tuple(each for part in node.parts for each in near_side(part, operator))
    if isinstance(node, Find) and node.where == "both":
        return (node,)
    what = {Not: "NOT", And: "AND", Near: "another NEAR"}.get(type(node), "a field")
    raise QueryError(
        node.position,
        f"{what} inside {operator}",
        f"beside {operator} stand terms, phrases, regexes or a bracket of such joined by OR",
    )


def field(named: Token, value: Token) -> Node:
    name = content(named)
    refuse_unknown(named)
    example = f"write {example_of(name)}"
    if begin(value) != end(named):
        raise QueryError(begin(named), f"{name}: without a value", f"{example}, without a space")
    if name == "rating":
        return rating_range(value, named)
    if name == "title" and value.type in ("TERM", "RAW", "PHRASE"):
        return find(value, "title", begin(named))
    if value.type not in ("TERM", "PHRASE") or not content(value).strip():
        raise QueryError(begin(value), f"{name}: takes a word or a phrase", example)
    return property_of(name, content(value), begin(named))


def refuse_unknown(named: Token) -> None:
    name = content(named)
    if name not in FIELDS:
        close = difflib.get_close_matches(name.lower(), FIELDS, n=1)
        meant = f"did you mean {close[0]}:? " if close else f"fields are {', '.join(FIELDS)}; "
        raise QueryError(begin(named), f"unknown field {name}:", f"{meant}to look for a colon, use quotes")


def example_of(name: str) -> str:
    return "rating:[1 TO 2]" if name == "rating" else f"{name}:word or {name}:" + '"two words"'


def property_of(name: str, written: str, position: int) -> Field:
    folded = " ".join(folded_text(written).split())
    if name == "author":
        return Field("author", folded, position, written=written)
    if name == "site":
        return Field("site", folded.strip("."), position, written=written)
    return Field("source" if name == "source" else "lang", folded, position, written=written)


def rating_range(value: Token, named: Token) -> RatingRange:
    found = RANGE.fullmatch(content(value)) if value.type == "RANGE" else None
    if not found:
        raise QueryError(begin(value), "rating: takes a range", "write rating:[1 TO 2]")
    low, high = float(found[1]), float(found[2])
    if not math.isfinite(low) or not math.isfinite(high):
        raise QueryError(begin(value), "rating: takes a range", "write rating:[1 TO 2]")
    if low > high:
        raise QueryError(begin(value), "reversed range", f"write rating:[{found[2]} TO {found[1]}]")
    return RatingRange(low, high, begin(named))
