"""Whether a query can match at all, and whether all that one finds another finds too: by logic, without any text.

Each thing a query asks for is a proposition; what these say of each other is added: 已退款 holds 退款, a mention has
one language. A search with a budget then looks for a case. It never claims what is not so: where it gives up, or where
only the texts could tell (a regular expression), the answer is that it may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from monitor.keywords.folding import is_han
from monitor.keywords.patterns import Words
from monitor.keywords.syntax import And, Field, Find, Near, Node, Not, Or, RatingRange

Leaf = Find | Field | RatingRange | Near
#: Steps of a search. Queries of a dozen words take hundreds.
BUDGET: Final = 20_000
#: Propositions of a case: each is held against each other.
MOST: Final = 200
#: Ratings are from 1 to 5.
LOWEST, HIGHEST = 1.0, 5.0


class GaveUpError(Exception):
    """The search took longer than its budget."""


@dataclass
class Case:
    """Propositions by number, and the clauses that hold between them: (number, holds) of which one is so."""

    leaves: list[Leaf] = field(default_factory=list)
    clauses: list[tuple[tuple[int, bool], ...]] = field(default_factory=list)

    def number(self, leaf: Leaf) -> int:
        proposition = placeless(leaf)
        if proposition not in self.leaves:
            if len(self.leaves) == MOST:
                raise GaveUpError
            self.leaves.append(proposition)
            self._relate(len(self.leaves) - 1)
        return self.leaves.index(proposition)

    def _relate(self, number: int) -> None:
        leaf = self.leaves[number]
        if isinstance(leaf, RatingRange) and (leaf.high < LOWEST or leaf.low > HIGHEST):
            self.clauses.append(((number, False),))
        if isinstance(leaf, Near):
            for side in (leaf.left, leaf.right):
                self.clauses.append(((number, False), *((self.number(find), True) for find in side)))
        for other, before in enumerate(self.leaves[:number]):
            if implies_leaf(leaf, before):
                self.clauses.append(((number, False), (other, True)))
            if implies_leaf(before, leaf):
                self.clauses.append(((other, False), (number, True)))
            if excludes(leaf, before):
                self.clauses.append(((number, False), (other, False)))


def placeless(leaf: Leaf) -> Leaf:
    """The same wherever it stands in a query, and however it is written there."""
    if isinstance(leaf, Near):
        left, right = (
            tuple(replace(find, position=0, written="") for find in side) for side in (leaf.left, leaf.right)
        )
        return replace(leaf, left=left, right=right, position=0)
    return replace(leaf, position=0, written="") if isinstance(leaf, Find) else replace(leaf, position=0)


def implies_leaf(one: Leaf, other: Leaf) -> bool:
    """Whether a mention that has ``one`` has ``other``."""
    if isinstance(one, RatingRange) and isinstance(other, RatingRange):
        return other.low <= one.low and one.high <= other.high
    if isinstance(one, Field) and isinstance(other, Field):
        return one.name == other.name == "site" and one.value.endswith("." + other.value)
    if not isinstance(one, Find) or not isinstance(other, Find) or (other.where == "title" != one.where):
        return False
    a, b = one.pattern, other.pattern
    return a == b or (isinstance(a, Words) and isinstance(b, Words) and holds_words(a, b))


def holds_words(one: Words, other: Words) -> bool:
    """Whether each occurrence of ``one`` holds one of ``other``: Chinese words inside, Latin ones by a prefix."""
    if one.form != other.form:
        return False
    if other.prefix:
        return one.gaps[: len(other.gaps)] == other.gaps and one.text.startswith(other.text)
    if one.prefix or not all(map(is_han, other.text)):
        return False
    at = one.text.find(other.text)
    while at >= 0:
        if one.gaps[at + 1 : at + len(other.text)] == other.gaps[1:]:
            return True
        at = one.text.find(other.text, at + 1)
    return False


def excludes(one: Leaf, other: Leaf) -> bool:
    """Whether no mention has both."""
    if isinstance(one, RatingRange) and isinstance(other, RatingRange):
        return one.high < other.low or other.high < one.low
    if not isinstance(one, Field) or not isinstance(other, Field) or one.name != other.name or one.value == other.value:
        return False
    if one.name == "site":
        return not (one.value.endswith("." + other.value) or other.value.endswith("." + one.value))
    return True


def value(node: Node, case: Case, known: Mapping[int, bool]) -> bool | None:
    """Whether a query holds as far as is known."""
    if isinstance(node, Not):
        inner = value(node.part, case, known)
        return None if inner is None else not inner
    if isinstance(node, And | Or):
        decisive = isinstance(node, Or)
        values = [value(part, case, known) for part in node.parts]
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    return known.get(case.number(node))


def number_all(node: Node, case: Case) -> None:
    if isinstance(node, Not):
        number_all(node.part, case)
    elif isinstance(node, And | Or):
        for part in node.parts:
            number_all(part, case)
    else:
        case.number(node)


def example(nodes: Sequence[Node], *, never: Sequence[Node] = ()) -> list[Leaf] | None:
    """What a mention may have, and nothing else, that all of ``nodes`` find and none of ``never``; ``None``: no mention
    is like that. Raises :class:`GaveUpError`."""
    case = Case()
    for node in (*nodes, *never):
        number_all(node, case)
    found = Search(case, nodes, never).go_on({})
    return None if found is None else [case.leaves[number] for number, holds in found.items() if holds]


@dataclass
class Search:
    case: Case
    nodes: Sequence[Node]
    never: Sequence[Node]
    budget: int = BUDGET

    def go_on(self, known: dict[int, bool]) -> dict[int, bool] | None:
        """Everything decided, from what is ``known``."""
        self.budget -= 1
        if self.budget < 0:
            raise GaveUpError
        if not self._fits(known):
            return None
        free = next((number for number in range(len(self.case.leaves)) if number not in known), None)
        if free is None:
            return known
        return self.go_on({**known, free: False}) or self.go_on({**known, free: True})

    def _fits(self, known: Mapping[int, bool]) -> bool:
        """Whether nothing that is known speaks against it."""
        return (
            all(value(node, self.case, known) is not False for node in self.nodes)
            and all(value(node, self.case, known) is not True for node in self.never)
            and all(any(known.get(number, holds) is holds for number, holds in clause) for clause in self.case.clauses)
        )


def never_matches(node: Node) -> bool:
    try:
        return example([node]) is None
    except GaveUpError:
        return False


def finds_no_more(node: Node, other: Node) -> bool:
    """Whether every mention that ``node`` finds is found by ``other``."""
    try:
        return example([node], never=[other]) is None
    except GaveUpError:
        return False
