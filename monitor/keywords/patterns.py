"""Finding one term, phrase or regex in a text: every occurrence as a span of the text as given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, Protocol

from monitor.keywords.folding import Folded, Span, fold, folded_text, is_han, is_word, squeeze, unfolded
from monitor.keywords.sounds import sounded, sounded_text

#: Between two Han characters of a term up to this many characters are skipped …
SKIPPED = 2
#: … but none that ends a sentence or a line.
STOPS = frozenset("。！？；｡\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
SURROGATE = re.compile("[\ud800-\udfff]")

#: What may stand before a character of a term or phrase: nothing; what a term or a phrase skips between two Han
#: characters; white space or nothing; white space.
CLOSE, TERM_GAP, PHRASE_GAP, SPACED, PARTED = "-tpsw"
Form = Literal["folded", "given", "sound"]


class Forms:
    """A text in the forms that patterns read, each made once, when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def given(self) -> Folded:
        return unfolded(self.text)

    @cached_property
    def sound(self) -> Folded:
        return sounded(self.folded)


class Pattern(Protocol):
    """One thing to look for. ``literal`` is a squeezed string that every text it occurs in holds, or "" if unknown."""

    @property
    def literal(self) -> str: ...

    def occurrences(self, forms: Forms) -> Iterator[Span]:
        """All occurrences by start, overlapping ones too (a regex: non-overlapping ones)."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A term or phrase: the characters of ``text`` in ``form``, before each what ``gaps`` says at its place.
    ``prefix`` lets the last word go on."""

    text: str
    gaps: str
    form: Form = "folded"
    prefix: bool = False

    @property
    def literal(self) -> str:
        # As written it is unknown: folding may join its last letter to a mark. Nor is a sound a string of the text.
        return squeeze(self.text) if self.form == "folded" else ""

    def occurrences(self, forms: Forms) -> Iterator[Span]:
        target: Folded = getattr(forms, self.form)
        text, first = target.text, self.text[0]
        at_word = is_word(first)
        start = text.find(first)
        while start >= 0:
            if not (at_word and start and is_word(text[start - 1])):
                end = self._end(target, start)
                if end:
                    yield target.span(start, end)
            start = text.find(first, start + 1)

    def _end(self, target: Folded, start: int) -> int:
        """One past the last character of the occurrence that begins at ``start``, or 0."""
        text, at = target.text, start + 1
        for character, gap in zip(self.text[1:], self.gaps[1:], strict=True):
            if gap != CLOSE:
                at = cross(target, at, character, gap)
                if at < 0:
                    return 0
            if at >= len(text) or text[at] != character:
                return 0
            at += 1
        if self.prefix:
            while at < len(text) and is_word(text[at]):
                at += 1
        elif is_word(text[at - 1]) and at < len(text) and is_word(text[at]):
            return 0
        return at


def cross(target: Folded, at: int, character: str, gap: str) -> int:
    """Where the gap before ``character`` ends, or −1 where it holds what may not be skipped."""
    text, begin, skipped = target.text, at, 0
    space, skip = gap != TERM_GAP, gap in (TERM_GAP, PHRASE_GAP)
    counted = target.ends[at - 1]  # one character as given may fold to several ("…" to "...")
    while at < len(text) and text[at] != character:
        if space and text[at].isspace():
            counted = max(counted, target.ends[at])
        elif skip and not text[at].isalnum() and STOPS.isdisjoint(target.given[target.starts[at] : target.ends[at]]):
            skipped += max(0, target.ends[at] - max(counted, target.starts[at]))
            counted = max(counted, target.ends[at])
            if skipped > SKIPPED:
                return -1
        else:
            return -1
        at += 1
    return -1 if gap == PARTED and at == begin else at


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled linear-time expression; reads the text as it is."""

    compiled: Any
    source: str

    @property
    def literal(self) -> str:
        return ""

    def occurrences(self, forms: Forms) -> Iterator[Span]:
        # The engine takes UTF-8, which has no lone surrogates; one replacement each keeps the offsets.
        for found in self.compiled.finditer(SURROGATE.sub("\ufffd", forms.text)):
            start, end = found.span()
            if end > start:
                yield start, end


def term(text: str, *, prefix: bool = False, sound: bool = False) -> Words:
    """A bare term: folded, with skipped characters between its Han characters."""
    folded = sounded_text(text) if sound else folded_text(text)
    gaps = CLOSE + "".join(TERM_GAP if is_han(a) and is_han(b) else CLOSE for a, b in pairwise(folded))
    return Words(folded, gaps, "sound" if sound else "folded", prefix)


def exact(text: str) -> Words:
    """A term as written, unfolded."""
    return Words(text, CLOSE * len(text), "given")


def phrase(text: str, *, sound: bool = False) -> Words | None:
    """A phrase, or None if it holds nothing but white space. White space between two Latin words means some; next to
    a Han character, which is not parted from its neighbours by spaces, any or none."""
    kept: list[str] = []
    gaps: list[str] = []
    space = False
    for character in sounded_text(text) if sound else folded_text(text):
        if character.isspace():
            space = True
            continue
        gaps.append(phrase_gap(kept[-1], character, space) if kept else CLOSE)
        kept.append(character)
        space = False
    return Words("".join(kept), "".join(gaps), "sound" if sound else "folded") if kept else None


def phrase_gap(before: str, character: str, space: bool) -> str:
    if is_han(before) and is_han(character):
        return PHRASE_GAP
    if not space:
        return CLOSE
    return SPACED if is_han(before) or is_han(character) else PARTED
