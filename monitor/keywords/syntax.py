"""The syntax tree of a query. Positions are code-point offsets into the query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from monitor.keywords.patterns import Pattern

Where = Literal["both", "title"]


@dataclass(frozen=True, slots=True)
class Find:
    """A term, phrase or regex to find in title and text, or in the title alone. ``written``: without its quotes."""

    pattern: Pattern
    where: Where
    position: int
    written: str


@dataclass(frozen=True, slots=True)
class Field:
    """A property the document must have; ``value`` is folded, ``written`` as it stands in the query."""

    name: Literal["author", "site", "source", "lang"]
    value: str
    position: int
    written: str
    author_hash: str | None = None


@dataclass(frozen=True, slots=True)
class RatingRange:
    low: float
    high: float
    position: int


@dataclass(frozen=True, slots=True)
class Near:
    """Occurrences of the two sides with at most ``distance`` units between them; each side is one or more patterns."""

    left: tuple[Find, ...]
    right: tuple[Find, ...]
    distance: int
    ordered: bool
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    part: Node
    position: int


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]
    position: int


Node = Find | Field | RatingRange | Near | Not | And | Or


def leaves(node: Node) -> Iterator[Find | Field | RatingRange]:
    """What a query asks for, in the order of the query."""
    if isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Near):
        yield from node.left
        yield from node.right
    else:
        yield node


def with_hashes(node: Node, hash_author: Callable[[str], str]) -> Node:
    """The tree with each author's keyed hash in it."""
    if isinstance(node, Field):
        return replace(node, author_hash=hash_author(node.written)) if node.name == "author" else node
    if isinstance(node, Not):
        return replace(node, part=with_hashes(node.part, hash_author))
    if isinstance(node, And | Or):
        return replace(node, parts=tuple(with_hashes(part, hash_author) for part in node.parts))
    return node


def ungrounded(node: Node, *, negated: bool = False) -> Node | None:
    """The part for which the query would match nearly everything: it asks only for the absence of things, alone or as
    a side of OR. None where every way to match holds something that was asked for."""
    if isinstance(node, Not):
        return node if ungrounded(node.part, negated=not negated) is not None else None
    if isinstance(node, And | Or):
        loose = [found for part in node.parts if (found := ungrounded(part, negated=negated)) is not None]
        if isinstance(node, Or) is not negated:  # NOT turns AND and OR into each other
            return loose[0] if loose else None
        return node if len(loose) == len(node.parts) else None
    return node if negated else None


def wanted(node: Node, *, negated: bool = False) -> tuple[Find, ...]:
    """The positive terms: those whose occurrences are a match's spans."""
    if isinstance(node, Not):
        return wanted(node.part, negated=not negated)
    if isinstance(node, And | Or):
        return tuple(find for part in node.parts for find in wanted(part, negated=negated))
    if negated:
        return ()
    if isinstance(node, Near):
        return node.left + node.right
    return (node,) if isinstance(node, Find) else ()


def literals(node: Node) -> frozenset[str] | None:
    """Squeezed strings of which every matching document holds at least one; None where that cannot be said."""
    if isinstance(node, Find):
        return frozenset({node.pattern.literal}) if node.pattern.literal else None
    if isinstance(node, Near):
        return rarest([union([literals(find) for find in side]) for side in (node.left, node.right)])
    if isinstance(node, And):
        return rarest([literals(part) for part in node.parts])
    if isinstance(node, Or):
        return union([literals(part) for part in node.parts])
    return None


def union(sides: list[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for side in sides:
        if side is None:
            return None
        found |= side
    return found


def rarest(choices: list[frozenset[str] | None]) -> frozenset[str] | None:
    """The choice whose shortest string is longest: it rules out the most texts."""
    known = [choice for choice in choices if choice]
    return max(known, key=lambda choice: (min(map(len, choice)), -len(choice)), default=None)
