"""From tokens to a syntax tree: a recursive descent over OR, AND, ONEAR, NEAR, NOT and what stands alone."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable

import re2

from monitor.keywords.errors import QueryError
from monitor.keywords.folding import fold, is_cjk, is_word
from monitor.keywords.patterns import Pattern, Regex, exact, phrase, term
from monitor.keywords.syntax import And, Field, Find, Near, Node, Not, Or, RatingRange, Where, ungrounded
from monitor.keywords.tokens import Token, tokens

FIELDS = ("title", "author", "site", "source", "lang", "rating")
MAX_LENGTH = 20_000
MAX_DEPTH = 50
NUMBER = r"[0-9]+(?:\.[0-9]+)?"
RANGE = re.compile(rf"\s*({NUMBER})\s+TO\s+({NUMBER})\s*")
#: A regex that finds nothing anywhere in one of these is one that matches the empty string.
PROBES = ("", "a", " ", "中", "\n")
BINARY = ("AND", "OR", "NEAR", "ONEAR")


class Parser:
    """One use: ``Parser(query, hash_author).parse()``. Raises :class:`QueryError`."""

    def __init__(self, query: str, hash_author: Callable[[str], str] | None = None) -> None:
        self.query = query
        self.hash_author = hash_author
        self.tokens: list[Token] = []
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        if len(self.query) > MAX_LENGTH:
            raise QueryError(MAX_LENGTH, f"the query is longer than {MAX_LENGTH} characters", "split it into several")
        self.tokens = list(tokens(self.query))
        if not self.tokens:
            raise QueryError(0, "empty query", "write at least one word to look for")
        node = self.disjunction()
        token = self.peek()
        if token:
            raise QueryError(token.position, "unbalanced bracket ')'", "nothing opened it; remove it")
        loose = ungrounded(node)
        if loose is not None:
            branch = loose is not node
            example = "客服 OR (退款 NOT 已退款)" if branch else "退款 NOT 已退款"
            raise QueryError(loose.position, "a query of NOT alone", f"say what to look for too: {example}")
        return node

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *kinds: str) -> Token | None:
        token = self.peek()
        if token and token.kind in kinds:
            self.at += 1
            return token
        return None

    def disjunction(self) -> Node:
        parts = [self.conjunction()]
        while self.take("OR"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts), parts[0].position)

    def conjunction(self) -> Node:
        parts = [self.neighbours()]
        while True:
            token = self.peek()
            if not self.take("AND") and (token is None or token.kind in ("OR", ")")):
                break
            parts.append(self.neighbours())
        return parts[0] if len(parts) == 1 else And(tuple(parts), parts[0].position)

    def neighbours(self) -> Node:
        # NEAR binds tighter than ONEAR, but neither may stand inside the other: a chain of them is an error.
        left = self.negation()
        while operator := self.take("NEAR", "ONEAR"):
            right = self.negation()
            left = Near(
                near_side(left, operator),
                near_side(right, operator),
                operator.distance,
                operator.kind == "ONEAR",
                left.position,
            )
        return left

    def negation(self) -> Node:
        negations: list[Token] = []
        while token := self.take("NOT"):
            negations.append(token)
        if len(negations) > 1:
            raise QueryError(negations[1].position, "NOT inside NOT", "simplify the query")
        node = self.operand()
        return Not(node, negations[0].position) if negations else node

    def operand(self) -> Node:
        token = self.peek()
        if token is None or token.kind == ")" or token.kind in BINARY:
            raise self.missing_operand(token)
        self.at += 1
        if token.kind == "(":
            return self.bracket(token)
        if token.kind == "field":
            return self.field(token)
        if token.kind == "range":
            raise QueryError(
                token.position, "a range without a field", 'write rating:[1 TO 2]; quote a "[" to look for it'
            )
        return self.find(token, "both")

    def missing_operand(self, token: Token | None) -> QueryError:
        """The error for an operator with nothing to its left or right, or a bracket around nothing."""
        before = self.tokens[self.at - 1] if self.at else None
        if before is not None and before.kind == "(":
            if token is None:
                return QueryError(before.position, "unbalanced bracket '('", "close it with )")
            if token.kind == ")":
                return QueryError(before.position, "empty brackets", "write something between them or remove them")
        if before is not None and before.kind in (*BINARY, "NOT"):
            return QueryError(
                before.position, f"dangling {before.text}", f'nothing follows it; quote "{before.text}" as a word'
            )
        if token is not None and token.kind in BINARY:
            return QueryError(
                token.position, f"dangling {token.text}", f'nothing stands before it; quote "{token.text}" as a word'
            )
        return QueryError(token.position if token else 0, "unbalanced bracket ')'", "nothing opened it; remove it")

    def bracket(self, opening: Token) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(
                opening.position, f"more than {MAX_DEPTH} brackets inside each other", "simplify the query"
            )
        node = self.disjunction()
        if not self.take(")"):
            raise QueryError(opening.position, "unbalanced bracket '('", "close it with )")
        self.depth -= 1
        return node

    def find(self, token: Token, where: Where) -> Find:
        return Find(pattern_of(token), where, token.position)

    def field(self, name: Token) -> Node:
        if name.text not in FIELDS:
            near = difflib.get_close_matches(name.text.lower(), FIELDS, n=1)
            meant = f"did you mean {near[0]}:? " if near else f"fields are {', '.join(FIELDS)}; "
            raise QueryError(name.position, f"unknown field {name.text}:", f"{meant}to look for a colon, use quotes")
        value = self.peek()
        example = "rating:[1 TO 2]" if name.text == "rating" else f"{name.text}:word or {name.text}:" + '"two words"'
        if value is None or value.position != name.end:
            raise QueryError(name.position, f"{name.text}: without a value", f"write {example}, without a space")
        self.at += 1
        if name.text == "rating":
            return rating_range(value, name)
        if name.text == "title" and value.kind in ("term", "raw", "phrase"):
            return Find(pattern_of(value), "title", name.position)
        if value.kind not in ("term", "phrase") or not value.text.strip():
            raise QueryError(value.position, f"{name.text}: takes a word or a phrase", f"write {example}")
        return self.property(name, value)

    def property(self, name: Token, value: Token) -> Field:
        folded = " ".join(fold(value.text).text.split())
        if name.text == "author":
            hashed = self.hash_author(value.text) if self.hash_author else None
            return Field("author", folded, name.position, hashed)
        if name.text == "site":
            return Field("site", folded.strip("."), name.position)
        return Field("source" if name.text == "source" else "lang", folded, name.position)


def near_side(node: Node, operator: Token) -> tuple[Find, ...]:
    """The patterns of one side of NEAR: a term, phrase or regex, or a bracket of such joined by OR."""
    if isinstance(node, Or):
        return tuple(find for part in node.parts for find in near_side(part, operator))
    if isinstance(node, Find) and node.where == "both":
        return (node,)
    what = {Not: "NOT", And: "AND", Near: "another NEAR"}.get(type(node), "a field")
    raise QueryError(
        node.position,
        f"{what} inside {operator.text}",
        f"beside {operator.text} stand terms, phrases, regexes or a bracket of such joined by OR",
    )


def pattern_of(token: Token) -> Pattern:
    if token.kind == "regex":
        return regex_of(token)
    if token.kind == "phrase":
        found = phrase(token.text)
        if found is None:
            raise QueryError(token.position, "empty phrase", "write something between the quotes")
        return found
    if token.kind == "raw":
        if not token.text.strip():
            raise QueryError(token.position, "empty braces", "write something between them: {iPhone}")
        refuse_single(token, token.text)
        return exact(token.text)
    return term_of(token)


def term_of(token: Token) -> Pattern:
    text = token.text
    prefix = text.endswith("*")
    stem = text[:-1] if prefix else text
    star = stem.find("*")
    if prefix and star < 0 and (not stem or not is_word(fold(stem).text[-1])):
        star = len(stem)
    if star >= 0:
        raise QueryError(
            token.position + star,
            "* stands only at the end of a Latin word",
            f'write art*; to look for an asterisk, quote it: "{text}"',
        )
    refuse_single(token, stem)
    return term(stem, prefix=prefix)


def refuse_single(token: Token, text: str) -> None:
    folded = fold(text).text
    if len(folded) == 1 and is_cjk(folded):
        raise QueryError(
            token.position,
            f"the term {text} is a single character",
            f'it would be found everywhere: write a longer word, or "{text}"',
        )


def regex_of(token: Token) -> Pattern:
    if not token.text:
        raise QueryError(token.position, "empty regular expression", "write something between the slashes")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(token.text, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise QueryError(
            token.position, f"invalid regular expression: {reason}", "RE2 syntax: no look-around and no back-references"
        ) from error
    for probe in PROBES:
        if any(found.start() == found.end() for found in compiled.finditer(probe)):
            raise QueryError(token.position, "the regular expression matches the empty string", "use + in place of *")
    return Regex(compiled)


def rating_range(value: Token, name: Token) -> RatingRange:
    found = RANGE.fullmatch(value.text) if value.kind == "range" else None
    if not found:
        raise QueryError(value.position, "rating: takes a range", "write rating:[1 TO 2]")
    low, high = float(found[1]), float(found[2])
    if not math.isfinite(low) or not math.isfinite(high):
        raise QueryError(value.position, "rating: takes a range", "write rating:[1 TO 2]")
    if low > high:
        raise QueryError(value.position, "reversed range", f"write rating:[{found[2]} TO {found[1]}]")
    return RatingRange(low, high, name.position)
