"""Many documents as one array of characters, folded all at once, with a way back to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.keywords.automaton import Ints
from monitor.keywords.characters import (
    CHARACTERS,
    CJK_UNIT,
    HAN,
    JOINED,
    KEPT,
    MANY,
    SEVERAL,
    SIZE,
    SPACE,
    STOP,
    WORD,
    Codes,
    codes_of,
)
from monitor.keywords.document import Document, Reading
from monitor.keywords.folding import fold_character
from monitor.keywords.patterns import SKIPPED, Forms
from monitor.keywords.sounds import sound_of

#: Between two texts, before the first and behind the last: no word, and nothing reaches across it.
BORDER: Final = "。"
Bools = NDArray[np.bool_]


class Batch:
    """The texts of documents: text i belongs to document i, text ``len(documents)`` + i is its title."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.size = len(documents)
        texts = [document.text for document in documents]
        self.titled = any(document.title for document in documents)
        if self.titled:
            texts += [document.title or "" for document in documents]
        joined = BORDER.join(("", *texts, ""))
        #: Where each text begins in the array.
        self.starts: Ints = np.cumsum([1, *map(len, texts)])[:-1] + np.arange(len(texts))
        self.given = codes_of(joined)
        self.flags = CHARACTERS.flags_of(self.given)

    @cached_property
    def kept(self) -> Ints:
        """The places of letters and digits: a squeezed text."""
        return np.flatnonzero(self.flags & KEPT)

    @cached_property
    def letters(self) -> Codes:
        """The squeezed texts, folded."""
        return CHARACTERS.folded[self.given[self.kept]]

    @property
    def inside(self) -> Codes:
        return self.letters

    @cached_property
    def entries(self) -> Bools:
        """Which letters of the squeezed texts are not inside a Latin word or a number: a word that begins with such
        stands at a boundary."""
        return ~(self.words[self.kept] & self.words[self.kept - 1])

    @cached_property
    def sounds(self) -> Codes:
        """The squeezed texts by their sounds."""
        table = np.zeros(SIZE, np.uint32)
        met = np.unique(self.letters)
        table[met] = [ord(sound_of(chr(code))) for code in met.tolist()]
        return table[self.letters]

    @cached_property
    def signs(self) -> Codes:
        """The texts, folded, with all that is in them."""
        folded: Codes = CHARACTERS.folded[self.given]
        folded[self.starts - 1] = folded[-1] = SEVERAL  # the borders are in no text
        return folded

    @cached_property
    def words(self) -> Bools:
        found: Bools = (self.flags & WORD) != 0
        return found

    @cached_property
    def ends_of_words(self) -> Ints:
        """Places that hold no letter of a word."""
        return np.flatnonzero(~self.words)

    def text_at(self, places: Ints) -> Ints:
        return np.searchsorted(self.starts, places, "right") - 1

    def apart(self, signs: frozenset[str]) -> frozenset[int]:
        """The documents whose characters do not fold one by one, or to several of ``signs``: they have to be read
        alone."""
        places = np.flatnonzero(self.flags & JOINED)
        if signs:
            several = np.flatnonzero(self.flags & MANY)
            shared = [not signs.isdisjoint(fold_character(chr(code)) or "") for code in self.given[several].tolist()]
            places = np.concatenate([places, several[np.array(shared, bool)]])
        return frozenset((np.unique(self.text_at(places)) % self.size).tolist()) if len(places) else frozenset()

    @cached_property
    def _gaps(self) -> tuple[Ints, Ints, Bools]:
        """Behind which kept characters the next one does not follow at once, the width of these gaps, and whether
        they are between Han characters."""
        steps = np.diff(self.kept)
        behind = np.flatnonzero(steps > 1)
        flags = self.flags[self.kept[behind]] & self.flags[self.kept[behind + 1]]
        return behind, steps[behind] - 1, (flags & HAN) != 0

    @cached_property
    def term_barriers(self) -> tuple[Ints, Ints]:
        """The kept characters behind which no term goes on: for the width of the gap or what is on its sides, and for
        a stop. Sorted."""
        behind, widths, between_han = self._gaps
        stops = self._behind(np.flatnonzero(self.flags & STOP))
        return behind[~between_han | (widths > SKIPPED)], stops

    @cached_property
    def phrase_barriers(self) -> tuple[Ints, Ints, Ints]:
        """The same for phrases, which pass over white space between Han characters."""
        behind, _, between_han = self._gaps
        solid = (self.flags & (KEPT | SPACE)) == 0
        stops = self._behind(np.flatnonzero(solid & ((self.flags & STOP) != 0)))
        numbers = np.bincount(self._behind(np.flatnonzero(solid)))
        return behind[~between_han], np.flatnonzero(numbers > SKIPPED), stops

    def _behind(self, places: Ints) -> Ints:
        """The kept characters that the places come after, where any does."""
        behind = np.searchsorted(self.kept, places) - 1
        return behind[behind >= 0]

    @cached_property
    def _units(self) -> tuple[list[int], list[int]]:
        """How many units began before, and ended up to, each place."""
        kinds = CHARACTERS.units[self.given]
        single = kinds == CJK_UNIT
        change = kinds[1:] != kinds[:-1]
        begins = (kinds != 0) & (single | np.concatenate(([True], change)))
        ends = (kinds != 0) & (single | np.concatenate((change, [True])))
        return counted(begins).tolist(), counted(ends).tolist()

    def between(self, text: int) -> Callable[[int, int], int]:
        """Counts the units from one offset of a text to another."""
        began, ended = self._units
        start = int(self.starts[text])
        return lambda after, before: max(0, ended[start + before] - began[start + after])

    def forms(self, text: int) -> Forms:
        reading = self.reading(text % self.size)
        return reading.text if text < self.size else reading.title

    def reading(self, document: int) -> Reading:
        if document not in self._readings:
            self._readings[document] = Reading(self.documents[document])
        return self._readings[document]

    @cached_property
    def _readings(self) -> dict[int, Reading]:
        return {}


def counted(flags: Bools) -> Ints:
    """How many are set before each place, and at the end how many there are."""
    return np.concatenate(([0], np.cumsum(flags)))
