"""Folding: what makes 退款, 退 款, ｉＰｈｏｎｅ and IPHONE comparable, with a way back to the text as given.

A folded text is NFKC, case-folded and simplified (character by character: a phrase table would move offsets about).
Each of its characters remembers the half-open code-point span of the text as given that it came from.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

Span = tuple[int, int]

#: Vowels and finals of decomposed Hangul, which NFKC joins to the character before them.
CONJOINING_JAMO = range(0x1160, 0x1200)
CJK_NAMES = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC NUMBER ZERO", "HIRAGANA", "KATAKANA", "HANGUL")
HAN_NAMES = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC NUMBER ZERO", "IDEOGRAPHIC ITERATION")


@lru_cache(maxsize=1)
def simplified() -> dict[int, str]:
    """Traditional → simplified, one character to one character (the first choice of OpenCC's table)."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in table.splitlines() if line.strip() and not line.startswith("#"))
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}


def fold_cluster(cluster: str) -> str:
    """The folded form of one character with the marks that join it."""
    cased = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return cased.translate(simplified())


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str | None:
    """The folded form of a character that stands alone, or None for one that joins the character before it."""
    first = unicodedata.normalize("NFKD", character)[0]
    if unicodedata.combining(first) or ord(first) in CONJOINING_JAMO:
        return None
    return fold_cluster(character)


class PlainCharacters:
    """The characters met so far whose folded form is one character whatever stands around them: nearly all of every
    text. ``table`` is for ``str.translate``; two threads that fill it at once write the same."""

    def __init__(self) -> None:
        self.table: dict[int, str] = {}
        self._others: set[str] = set()
        self._met: set[str] = set()

    def covers(self, text: str) -> bool:
        characters = set(text)
        for character in characters - self._met:
            folded = fold_character(character)
            if folded is None or len(folded) != 1:
                self._others.add(character)
            else:
                self.table[ord(character)] = folded
            self._met.add(character)
        return self._others.isdisjoint(characters)


PLAIN = PlainCharacters()


@lru_cache(maxsize=65536)
def unit_class(character: str) -> str:
    """What a folded character counts as: "c" (CJK, a unit by itself), "w" (Latin letter or digit), "l" (letter or
    number of another script) or "" (space, punctuation, symbol, mark)."""
    if not character.isalnum():
        return ""
    name = unicodedata.name(character, "")
    if character.isdecimal() or "LATIN" in name:
        return "w"
    return "c" if name.startswith(CJK_NAMES) else "l"


def is_word(character: str) -> bool:
    """A Latin letter or a digit: what a word boundary is about."""
    return unit_class(character) == "w"


@lru_cache(maxsize=65536)
def is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith(HAN_NAMES)


def is_cjk(character: str) -> bool:
    return unit_class(character) == "c"


@dataclass(frozen=True)
class Units:
    """Where the units of a text (a CJK character, a word, a number) begin and end, in offsets of the text as given."""

    starts: Sequence[int]
    ends: Sequence[int]

    def between(self, after: int, before: int) -> int:
        """How many units lie wholly in the gap from offset ``after`` to offset ``before``."""
        return max(0, bisect_right(self.ends, before) - bisect_left(self.starts, after))


@dataclass(frozen=True)
class Folded:
    """``text`` folded from ``given``; character i came from ``given[starts[i]:ends[i]]``."""

    given: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    _squeezed: list[str] = field(default_factory=list, compare=False, repr=False)
    _units: list[Units] = field(default_factory=list, compare=False, repr=False)

    def span(self, start: int, end: int) -> Span:
        """The span of the text as given behind folded characters ``start`` to ``end`` (half-open, not empty)."""
        return self.starts[start], self.ends[end - 1]

    @property
    def squeezed(self) -> str:
        """Letters and digits only: whatever a term skips is gone, so that a plain substring test rules texts out."""
        if not self._squeezed:
            self._squeezed.append(squeeze(self.text))
        return self._squeezed[0]

    @property
    def units(self) -> Units:
        if not self._units:
            self._units.append(count_units(self))
        return self._units[0]


def squeeze(folded: str) -> str:
    return "".join(character for character in folded if character.isalnum())


def count_units(folded: Folded) -> Units:
    starts: list[int] = []
    ends: list[int] = []
    previous = ""
    for index, character in enumerate(folded.text):
        kind = unit_class(character)
        if kind and (kind == "c" or kind != previous):
            starts.append(folded.starts[index])
            ends.append(folded.ends[index])
        elif kind:
            ends[-1] = folded.ends[index]
        previous = kind
    return Units(starts, ends)


def fold(given: str) -> Folded:
    """Fold a text; linear in its length. Lone surrogates pass through unchanged."""
    if given.isascii():
        return Folded(given, given.lower(), range(len(given)), range(1, len(given) + 1))
    if PLAIN.covers(given):
        return Folded(given, given.translate(PLAIN.table), range(len(given)), range(1, len(given) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    index, length = 0, len(given)
    while index < length:
        piece = fold_character(given[index])
        end = index + 1
        while end < length and fold_character(given[end]) is None:
            end += 1
        if piece is None or end > index + 1:
            piece = fold_cluster(given[index:end])
        pieces.append(piece)
        starts.extend([index] * len(piece))
        ends.extend([end] * len(piece))
        index = end
    return Folded(given, "".join(pieces), starts, ends)


def folded_text(given: str) -> str:
    """:func:`fold` where the way back is not asked for."""
    if given.isascii():
        return given.lower()
    return given.translate(PLAIN.table) if PLAIN.covers(given) else fold(given).text


def unfolded(given: str) -> Folded:
    """The text as it is, in the same shape."""
    return Folded(given, given, range(len(given)), range(1, len(given) + 1))
