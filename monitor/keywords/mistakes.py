"""What is wrong with a query that the grammar does not read: what lark knows, said as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.keywords.errors import QueryError
from monitor.keywords.grammar import begin, content, end, lexed

if TYPE_CHECKING:
    from lark import Token, UnexpectedInput

BINARY = ("AND", "OR", "NEAR", "ONEAR")
OPENING = {"{": ("brace", "close it with }"), "[": ("bracket", "close it with ]")}
UNOPENED = "nothing opened it; remove it"


def mistake(query: str, error: UnexpectedInput) -> QueryError:
    """The error at the first place where no query goes on like this."""
    from lark import UnexpectedCharacters

    if isinstance(error, UnexpectedCharacters):
        return bad_character(query, error.pos_in_stream or 0)
    tokens = lexed(query)
    place = getattr(error, "pos_in_stream", None)
    at = next((index for index, token in enumerate(tokens) if begin(token) == place), len(tokens))
    unexpected = tokens[at] if at < len(tokens) and getattr(error, "token", None) == tokens[at] else None
    return bad_token(tokens[:at] if unexpected else tokens, unexpected)


def bad_character(query: str, at: int) -> QueryError:
    """A character that begins nothing: what it opens is never closed, or nothing opened what it closes."""
    character = query[at]
    if character in "}]":
        hint = f'nothing opened it; to look for it, write "{character}"'
        return QueryError(at, f"unbalanced bracket {character!r}", hint)
    if character == "/":
        hint = 'close it with /; to look for a slash, write "/"'
        return QueryError(at, "unbalanced / of a regular expression", hint)
    what, hint = OPENING.get(character, ("quote", 'close it with "'))
    return QueryError(at, f"unbalanced {what} {character!r}", hint)


def bad_token(before: list[Token], token: Token | None) -> QueryError:
    """``token`` (None: the end) cannot follow the tokens before it."""
    last = before[-1] if before else None
    if last is not None and last.type == "FIELD":
        return bad_value(last, token)
    if last is not None and last.type in (*BINARY, "NOT"):
        word = last.partition("/")[0]
        return QueryError(begin(last), f"dangling {word}", f'nothing follows it; quote "{word}" as a word')
    if token is None:
        return QueryError(begin(innermost(before)), "unbalanced bracket '('", "close it with )")
    if token.type in BINARY:
        word = token.partition("/")[0]
        return QueryError(begin(token), f"dangling {word}", f'nothing stands before it; quote "{word}" as a word')
    if last is not None and last.type == "OPEN":
        return QueryError(begin(last), "empty brackets", "write something between them or remove them")
    return QueryError(begin(token), "unbalanced bracket ')'", UNOPENED)


def bad_value(named: Token, token: Token | None) -> QueryError:
    """A field that no word follows."""
    from monitor.keywords.parser import example_of, refuse_unknown

    refuse_unknown(named)
    name, example = content(named), f"write {example_of(content(named))}"
    if token is None or begin(token) != end(named):
        return QueryError(begin(named), f"{name}: without a value", f"{example}, without a space")
    if name == "rating":
        return QueryError(begin(token), "rating: takes a range", "write rating:[1 TO 2]")
    return QueryError(begin(token), f"{name}: takes a word or a phrase", example)


def innermost(tokens: list[Token]) -> Token:
    """The last bracket that nothing closes."""
    opened: list[Token] = []
    for token in tokens:
        if token.type == "OPEN":
            opened.append(token)
        elif token.type == "CLOSE":
            opened.pop()
    return opened[-1]
