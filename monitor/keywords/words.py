"""The terms, phrases and regular expressions of a query as patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from monitor.keywords.errors import QueryError
from monitor.keywords.folding import folded_text, is_cjk, is_word
from monitor.keywords.grammar import begin, content
from monitor.keywords.patterns import Pattern, Regex, exact, phrase, term

if TYPE_CHECKING:
    from lark import Token

#: A regex that finds nothing anywhere in one of these is one that matches the empty string.
PROBES = ("", "a", " ", "中", "\n")


def pattern_of(token: Token) -> Pattern:
    """Raises :class:`QueryError`."""
    at, text = begin(token), content(token)
    if token.type == "REGEX":
        return regex_of(at, text)
    if token.type == "PHRASE":
        return phrase_of(at, text)
    if token.type == "RAW":
        if not text.strip():
            raise QueryError(at, "empty braces", "write something between them: {iPhone}")
        refuse_single(at, text, folded_text(text))
        return exact(text)
    return term_of(at, text)


def phrase_of(at: int, text: str) -> Pattern:
    found = phrase(text)
    if found is None:
        raise QueryError(at, "empty phrase", "write something between the quotes")
    return found


def term_of(at: int, text: str) -> Pattern:
    prefix = text.endswith("*")
    stem = text[:-1] if prefix else text
    star = stem.find("*")
    if prefix and star < 0 and (not stem or not is_word(folded_text(stem)[-1])):
        star = len(stem)
    if star >= 0:
        raise QueryError(
            at + star,
            "* stands only at the end of a Latin word",
            f'write art*; to look for an asterisk, quote it: "{text}"',
        )
    found = term(stem, prefix=prefix)
    refuse_single(at, stem, found.text)
    return found


def refuse_single(at: int, text: str, folded: str) -> None:
    if len(folded) == 1 and is_cjk(folded):
        hint = f'it would be found everywhere: write a longer word, or "{text}"'
        raise QueryError(at, f"the term {text} is a single character", hint)


def regex_of(at: int, text: str) -> Pattern:
    if not text:
        raise QueryError(at, "empty regular expression", "write something between the slashes")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(text, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        hint = "RE2 syntax: no look-around and no back-references"
        raise QueryError(at, f"invalid regular expression: {reason}", hint) from error
    for probe in PROBES:
        if any(found.start() == found.end() for found in compiled.finditer(probe)):
            raise QueryError(at, "the regular expression matches the empty string", "use + in place of *")
    return Regex(compiled, text)
