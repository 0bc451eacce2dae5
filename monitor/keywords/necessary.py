"""What a regular expression cannot do without: strings of which every match holds one.

Reads the outermost level only and gives up at whatever it is not sure of, which costs time and never a match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Escapes that stand for no character of their own and take nothing with them.
CLASSES = frozenset("dDsSwWbBAzntrfva")
REPEAT = re.compile(r"\{([0-9]+)(?:,[0-9]*)?\}")
OPTIONAL = ("?", "*")
REPEATS = ("?", "*", "+", "{")
#: Stands for half a surrogate pair where the text has one, so that it is not in every text that it matches.
REPLACEMENT = "\ufffd"


class UnsureError(Exception):
    """The expression uses what is not read here."""


@dataclass
class Branch:
    """The runs of literal characters of one alternative; a run ends where anything else may stand."""

    runs: list[str] = field(default_factory=list)
    run: str = ""

    def end(self) -> None:
        if self.run:
            self.runs.append(self.run)
        self.run = ""

    def longest(self) -> str:
        self.end()
        return max(self.runs, key=len, default="")


def necessary(source: str) -> tuple[str, ...]:
    """Strings of which every match of ``source`` (RE2 syntax, and valid) holds one, as it reads the text or with
    another case; empty where that cannot be said."""
    try:
        found = [branch.longest() for branch in branches(source)]
    except UnsureError:
        return ()
    return tuple(dict.fromkeys(found)) if all(found) else ()


def branches(source: str) -> list[Branch]:
    done = [Branch()]
    at = 0
    while at < len(source):
        character, branch = source[at], done[-1]
        if character == "|":
            branch.end()
            done.append(Branch())
            at += 1
        elif character == "(":
            branch.end()
            at = after_repeat(source, after_group(source, at))
        elif character == "[":
            branch.end()
            at = after_repeat(source, after_class(source, at))
        elif character in ".^$":
            branch.end()
            at = after_repeat(source, at + 1)
        else:
            at = one_character(source, at, branch)
    return done


def one_character(source: str, at: int, branch: Branch) -> int:
    """A literal character or an escape, and how often it may stand."""
    character, at = source[at], at + 1
    if character == "\\":
        if at >= len(source) or (source[at].isalnum() and source[at] not in CLASSES):
            raise UnsureError
        character, at = ("" if source[at].isalnum() else source[at]), at + 1
    if character == REPLACEMENT:
        raise UnsureError
    after = after_repeat(source, at)
    if not character:
        branch.end()
    elif after == at:
        branch.run += character
    else:
        # The last of "ab+" may come again, the last of "ab*" may be missing: neither goes on into what follows.
        branch.run += "" if may_miss(source, at) else character
        branch.end()
    return after


def may_miss(source: str, at: int) -> bool:
    found = REPEAT.match(source, at)
    return int(found[1]) == 0 if found else source[at] in OPTIONAL


def after_repeat(source: str, at: int) -> int:
    """Past the repetition that stands at ``at``, if one does."""
    found = REPEAT.match(source, at)
    if found:
        at = found.end()
    elif source[at : at + 1] == "{":
        raise UnsureError  # a literal brace, or a repetition written in a way not known here
    elif source[at : at + 1] in ("?", "*", "+"):
        at += 1
    else:
        return at
    at += source[at : at + 1] == "?"
    if source[at : at + 1] in REPEATS:
        raise UnsureError  # a repetition of a repetition
    return at


def after_group(source: str, at: int) -> int:
    """Past a group in brackets, whatever is in it."""
    depth = 0
    while at < len(source):
        if source[at] == "\\":
            if source[at + 1 : at + 2] == "Q":
                raise UnsureError
            at += 2
            continue
        if source[at] == "[":
            at = after_class(source, at)
            continue
        depth += {"(": 1, ")": -1}.get(source[at], 0)
        at += 1
        if not depth:
            return at
    raise UnsureError


def after_class(source: str, at: int) -> int:
    """Past a class in square brackets; a bracket right behind its beginning is a member."""
    at += 2 if source[at + 1 : at + 2] == "^" else 1
    at += source[at : at + 1] == "]"
    while at < len(source) and source[at] != "]":
        if source.startswith("[:", at):
            at = source.find(":]", at) + 2
            if at == 1:
                raise UnsureError
            continue
        at += 2 if source[at] == "\\" else 1
    return at + 1
