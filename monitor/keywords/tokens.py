"""Cutting a query into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.keywords.errors import QueryError

TokenKind = Literal["(", ")", "AND", "OR", "NOT", "NEAR", "ONEAR", "term", "raw", "phrase", "regex", "field", "range"]

#: Bracket and quote keys of a Chinese keyboard mean the same.
OPEN, CLOSE = "(（", ")）"
QUOTES = {'"': '"“”', "“": '"”', "”": '"”'}
ENDS = re.compile(r'[\s(){}\[\]（）"“”]')
NEAR = re.compile(r"(O?NEAR)(?:/(.*))?", re.DOTALL)
FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):")
DEFAULT_DISTANCE = 10
MAX_DISTANCE = 100_000


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is the content without quotes, braces or slashes; ``distance`` belongs to NEAR and ONEAR."""

    kind: TokenKind
    text: str
    position: int
    end: int
    distance: int = 0


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, or :class:`QueryError` at the first character that begins none."""
    at = 0
    while at < len(query):
        if query[at].isspace():
            at += 1
            continue
        token = token_at(query, at)
        yield token
        at = token.end


def token_at(query: str, at: int) -> Token:
    character = query[at]
    if character in OPEN:
        return Token("(", character, at, at + 1)
    if character in CLOSE:
        return Token(")", character, at, at + 1)
    if character in QUOTES:
        return enclosed("phrase", query, at, QUOTES[character], "quote", 'close it with "')
    if character == "{":
        return enclosed("raw", query, at, "}", "brace", "close it with }")
    if character == "/":
        return regex_token(query, at)
    if character == "[":
        return enclosed("range", query, at, "]", "bracket", "close it with ]")
    if character in "}]":
        raise QueryError(
            at, f"unbalanced bracket {character!r}", f'nothing opened it; to look for it, write "{character}"'
        )
    return word_token(query, at)


def enclosed(kind: TokenKind, query: str, at: int, closers: str, what: str, hint: str) -> Token:
    for end in range(at + 1, len(query)):
        if query[end] in closers:
            return Token(kind, query[at + 1 : end], at, end + 1)
    raise QueryError(at, f"unbalanced {what} {query[at]!r}", hint)


def regex_token(query: str, at: int) -> Token:
    end = at + 1
    while end < len(query) and query[end] != "/":
        end += 2 if query[end] == "\\" else 1
    if end >= len(query):
        raise QueryError(at, "unbalanced / of a regular expression", 'close it with /; to look for a slash, write "/"')
    return Token("regex", query[at + 1 : end].replace(r"\/", "/"), at, end + 1)


def word_token(query: str, at: int) -> Token:
    found = ENDS.search(query, at)
    end = found.start() if found else len(query)
    word = query[at:end]
    if word in ("AND", "OR", "NOT"):
        kind: TokenKind = "AND" if word == "AND" else "OR" if word == "OR" else "NOT"
        return Token(kind, word, at, end)
    near = NEAR.fullmatch(word)
    if near:
        return near_token(near, at, end)
    field = FIELD.match(word)
    if field:
        return Token("field", field[1], at, at + field.end())
    return Token("term", word, at, end)


def near_token(near: re.Match[str], at: int, end: int) -> Token:
    kind: TokenKind = "NEAR" if near[1] == "NEAR" else "ONEAR"
    if near[2] is None:
        return Token(kind, near[1], at, end, DEFAULT_DISTANCE)
    place = at + len(near[1]) + 1
    if re.fullmatch(r"[0-9]+", near[2]) and (len(near[2]) > 6 or int(near[2]) > MAX_DISTANCE):
        raise QueryError(place, f"{near[1]}/ without a number", f"write {near[1]}/0 to {near[1]}/{MAX_DISTANCE}")
    if not re.fullmatch(r"[0-9]{1,6}", near[2]):
        raise QueryError(
            place, f"{near[1]}/ without a number", f"write {near[1]}/5, or {near[1]} alone for {near[1]}/10"
        )
    return Token(kind, near[1], at, end, int(near[2]))
