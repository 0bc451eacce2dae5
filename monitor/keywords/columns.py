"""Boolean queries over a batch: a set of documents is an integer with a bit for each, so that AND is ``&``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from monitor.keywords.batch import Batch
from monitor.keywords.document import Document
from monitor.keywords.folding import Span
from monitor.keywords.match import follows, has_property
from monitor.keywords.sightings import Sightings
from monitor.keywords.syntax import And, Find, Near, Node, Not, Or, RatingRange, Where
from monitor.keywords.vocabulary import Sighted, Vocabulary

#: Which of the documents ``within`` match.
Plan = Callable[["Columns", int], int]


def places(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class Columns:
    """What a batch holds, asked pattern by pattern. Only of documents whose characters fold one by one."""

    def __init__(self, batch: Batch, sightings: Sightings, vocabulary: Vocabulary) -> None:
        self._batch, self._sightings, self._vocabulary = batch, sightings, vocabulary
        self._texts = (1 << batch.size) - 1
        self._held: dict[int, int] = {}
        self._looked: dict[int, int] = {}
        self._read: dict[tuple[int, int], tuple[Span, ...]] = {}
        self._values: dict[str, dict[object, tuple[Document, int]]] = {}

    def holding(self, number: int, where: Where, within: int) -> int:
        """The documents that hold a pattern."""
        held = self._held.get(number)
        if isinstance(self._vocabulary.ways[number], Sighted):
            if held is None:
                held = self._held[number] = bits_of(self._sightings.texts_of(number))
        else:
            held = self._read_texts(number, within)
        found = held >> self._batch.size
        if where == "both":
            found |= held & self._texts
        return found & within

    def _read_texts(self, number: int, within: int) -> int:
        """The texts that hold a pattern which is found by reading, those of ``within`` at least."""
        wanted = within | within << self._batch.size if self._batch.titled else within
        looked = self._looked.get(number, 0)
        probes = self._sightings.probes.get(number)
        if self._vocabulary.ways[number].words:  # type: ignore[union-attr]
            wanted &= bits_of(sorted(probes)) if probes else 0
        for text in places(wanted & ~looked):
            if self.spans(number, text):
                self._held[number] = self._held.get(number, 0) | 1 << text
        self._looked[number] = looked | wanted
        return self._held.get(number, 0)

    def spans(self, number: int, text: int) -> Sequence[Span]:
        """All occurrences of a pattern in a text, by start."""
        if isinstance(self._vocabulary.ways[number], Sighted):
            return self._sightings.spans_in(number, text)
        found = self._read.get((number, text))
        if found is None:
            pattern = self._vocabulary.patterns[number]
            found = self._read[number, text] = tuple(pattern.occurrences(self._batch.forms(text)))
        return found

    def occurrences(self, number: int, where: Where, documents: int, found: dict[int, list[Span]]) -> None:
        """Adds the occurrences of a pattern in the documents to those found in each text."""
        size = self._batch.size
        texts = documents << size | (documents if where == "both" else 0)
        if isinstance(self._vocabulary.ways[number], Sighted):
            for text, span in self._sightings.occurrences(number):
                if texts >> text & 1:
                    if text in found:
                        found[text].append(span)
                    else:
                        found[text] = [span]
            return
        for text in places(self._read_texts(number, documents) & texts):
            found.setdefault(text, []).extend(self.spans(number, text))

    def near(self, left: Sequence[int], right: Sequence[int], node: Near, within: int) -> int:
        """The documents of ``within`` that have the two sides together in the text or in the title."""
        found = 0
        for document in places(within):
            texts = (document, document + self._batch.size) if self._batch.titled else (document,)
            if any(self._near_in(left, right, node, text) for text in texts):
                found |= 1 << document
        return found

    def _near_in(self, left: Sequence[int], right: Sequence[int], node: Near, text: int) -> bool:
        first = self._side(left, text)
        second = self._side(right, text) if first else ()
        if not second:
            return False
        between = self._batch.between(text)
        return follows(first, second, between, node.distance) or (
            not node.ordered and follows(second, first, between, node.distance)
        )

    def _side(self, numbers: Sequence[int], text: int) -> Sequence[Span]:
        if len(numbers) == 1:
            return self.spans(numbers[0], text)
        return sorted({span for number in numbers for span in self.spans(number, text)})

    def having(self, name: str, holds: Callable[[Document], bool]) -> int:
        """The documents with a property, asked once for each of its values."""
        values = self._values.get(name)
        if values is None:
            values = self._values[name] = self._column(name)
        found = 0
        for document, bits in values.values():
            if holds(document):
                found |= bits
        return found

    def _column(self, name: str) -> dict[object, tuple[Document, int]]:
        column: dict[object, tuple[Document, int]] = {}
        for place, document in enumerate(self._batch.documents):
            value = (document.author, document.author_hash) if name == "author" else getattr(document, name)
            first, bits = column.get(value, (document, 0))
            column[value] = first, bits | 1 << place
        return column


def bits_of(numbers: Sequence[int]) -> int:
    if len(numbers) < 16:
        found = 0
        for number in numbers:
            found |= 1 << number
        return found
    row = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


def plan(node: Node, vocabulary: Vocabulary) -> Plan:
    if isinstance(node, Find):
        number, where = vocabulary.number(node.pattern), node.where
        return lambda columns, within: columns.holding(number, where, within)
    if isinstance(node, And):
        return all_of([plan(part, vocabulary) for part in cheapest_first(node.parts, vocabulary)])
    if isinstance(node, Or):
        return one_of([plan(part, vocabulary) for part in cheapest_first(node.parts, vocabulary)])
    if isinstance(node, Not):
        part = plan(node.part, vocabulary)
        return lambda columns, within: within & ~part(columns, within)
    if isinstance(node, Near):
        return near(node, vocabulary)
    if isinstance(node, RatingRange):
        return lambda columns, within: within & columns.having("rating", lambda document: rated(node, document))
    return lambda columns, within: within & columns.having(node.name, lambda document: has_property(node, document))


def rated(node: RatingRange, document: Document) -> bool:
    return document.rating is not None and node.low <= document.rating <= node.high


def all_of(parts: Sequence[Plan]) -> Plan:
    def run(columns: Columns, within: int) -> int:
        for part in parts:
            if not within:
                break
            within = part(columns, within)
        return within

    return run


def one_of(parts: Sequence[Plan]) -> Plan:
    def run(columns: Columns, within: int) -> int:
        found = 0
        for part in parts:
            found |= part(columns, within & ~found)
        return found

    return run


def near(node: Near, vocabulary: Vocabulary) -> Plan:
    left, right = ([vocabulary.number(find.pattern) for find in side] for side in (node.left, node.right))
    sides = all_of(
        [one_of([plan(find, vocabulary) for find in side]) for side in sorted((node.left, node.right), key=len)]
    )
    return lambda columns, within: columns.near(left, right, node, sides(columns, within))


def cheapest_first(parts: Sequence[Node], vocabulary: Vocabulary) -> list[Node]:
    return sorted(parts, key=lambda part: cost(part, vocabulary))


def cost(node: Node, vocabulary: Vocabulary) -> int:
    """0: sighted; 1: a property; 2: distances; 3: texts are read; 4: all texts are."""
    if isinstance(node, Find):
        way = vocabulary.ways[vocabulary.number(node.pattern)]
        return 0 if isinstance(way, Sighted) else 3 if way.words else 4
    if isinstance(node, Near):
        return max(2, *(cost(find, vocabulary) for find in (*node.left, *node.right)))
    if isinstance(node, And | Or):
        return max(cost(part, vocabulary) for part in node.parts)
    return cost(node.part, vocabulary) if isinstance(node, Not) else 1
