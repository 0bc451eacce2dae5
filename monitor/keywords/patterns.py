"""Finding one term, phrase or regex in a text: every occurrence as a span of the text as given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from monitor.keywords.folding import Folded, Span, fold, is_han, is_word, squeeze

#: Between two Han characters of a term up to this many characters are skipped …
SKIPPED = 2
#: … but none that ends a sentence or a line.
STOPS = frozenset("。！？；｡\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
SURROGATE = re.compile("[\ud800-\udfff]")


class Pattern(Protocol):
    """One thing to look for. ``literal`` is a squeezed string that every text it occurs in holds, or "" if unknown."""

    @property
    def literal(self) -> str: ...

    def occurrences(self, folded: Folded, raw: Folded) -> Iterator[Span]:
        """All occurrences by start, overlapping ones too (a regex: non-overlapping ones)."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A character to find. ``space`` tells what white space may ("any") or must ("some") stand before it; ``skip``
    that characters without meaning may."""

    character: str
    space: str = ""
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A term or phrase. ``raw`` looks at the text unfolded; ``prefix`` lets the last word go on."""

    pieces: tuple[Piece, ...]
    literal: str
    raw: bool = False
    prefix: bool = False

    def occurrences(self, folded: Folded, raw: Folded) -> Iterator[Span]:
        target = raw if self.raw else folded
        text, first = target.text, self.pieces[0].character
        at_word = is_word(first)
        start = text.find(first)
        while start >= 0:
            if not (at_word and start and is_word(text[start - 1])):
                end = self._end(target, start)
                if end:
                    yield target.span(start, end)
            start = text.find(first, start + 1)

    def _end(self, target: Folded, start: int) -> int:
        """One past the last folded character of the occurrence that begins at ``start``, or 0."""
        text, at = target.text, start + 1
        for piece in self.pieces[1:]:
            if piece.space or piece.skip:
                found = self._cross(target, at, piece)
                if found < 0:
                    return 0
                at = found
            if at >= len(text) or text[at] != piece.character:
                return 0
            at += 1
        if self.prefix:
            while at < len(text) and is_word(text[at]):
                at += 1
        elif is_word(text[at - 1]) and at < len(text) and is_word(text[at]):
            return 0
        return at

    def _cross(self, target: Folded, at: int, piece: Piece) -> int:
        """Where the gap before ``piece`` ends, or −1 where it holds what may not be skipped."""
        text, begin, skipped = target.text, at, 0
        counted = target.ends[at - 1]  # one character as given may fold to several ("…" to "...")
        while at < len(text) and text[at] != piece.character:
            if piece.space and text[at].isspace():
                counted = max(counted, target.ends[at])
            elif piece.skip and not text[at].isalnum() and STOPS.isdisjoint(self._given(target, at)):
                skipped += max(0, target.ends[at] - max(counted, target.starts[at]))
                counted = max(counted, target.ends[at])
                if skipped > SKIPPED:
                    return -1
            else:
                return -1
            at += 1
        return -1 if piece.space == "some" and at == begin else at

    @staticmethod
    def _given(target: Folded, at: int) -> str:
        return target.given[target.starts[at] : target.ends[at]]


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled linear-time expression; reads the text as it is."""

    compiled: Any
    source: str

    @property
    def literal(self) -> str:
        return ""

    def occurrences(self, folded: Folded, raw: Folded) -> Iterator[Span]:
        # The engine takes UTF-8, which has no lone surrogates; one replacement each keeps the offsets.
        for found in self.compiled.finditer(SURROGATE.sub("\ufffd", raw.given)):
            start, end = found.span()
            if end > start:
                yield start, end


def term(text: str, *, prefix: bool = False) -> Words:
    """A bare term: folded, with skipped characters between its Han characters."""
    folded = fold(text).text
    pieces = [Piece(folded[0])]
    for before, character in pairwise(folded):
        pieces.append(Piece(character, skip=is_han(before) and is_han(character)))
    return Words(tuple(pieces), squeeze(folded), prefix=prefix)


def exact(text: str) -> Words:
    """A term as written, unfolded. Its literal is unknown: folding may join its last letter to a mark."""
    return Words(tuple(Piece(character) for character in text), "", raw=True)


def phrase(text: str) -> Words | None:
    """A phrase, or None if it holds nothing but white space. White space between two Latin words means some; next to
    a Han character, which is not parted from its neighbours by spaces, any or none."""
    pieces: list[Piece] = []
    space = False
    before = ""
    for character in fold(text).text:
        if character.isspace():
            space = True
            continue
        han = bool(before) and is_han(before) and is_han(character)
        beside = bool(before) and (is_han(before) or is_han(character))
        wanted = "any" if han or (space and beside) else "some" if space and before else ""
        pieces.append(Piece(character, space=wanted, skip=han))
        space, before = False, character
    return Words(tuple(pieces), squeeze("".join(piece.character for piece in pieces))) if pieces else None
