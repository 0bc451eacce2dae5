"""What every character is to a query, as tables over all of Unicode, so that whole batches are folded at once.

The tables fill as characters are met: a few thousand make up nearly all of every text. Two threads that meet one at
the same time write the same.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.keywords.folding import fold_character, is_han, unit_class
from monitor.keywords.patterns import STOPS

Codes = NDArray[np.uint32]
Flags = NDArray[np.uint8]

SIZE: Final = 0x110000
#: Folds to several characters, none of which a squeezed text keeps. No text holds this one to any purpose.
SEVERAL: Final = 0x10FFFF

KNOWN, KEPT, JOINED, MANY, WORD, HAN, STOP, SPACE = (np.uint8(1 << bit) for bit in range(8))
"""``KEPT``: a letter or digit. ``JOINED``: its folded form depends on its neighbours, or is several characters and
letters among them: a text that holds one is read character by character. ``MANY``: folds to several signs. ``WORD``:
a Latin letter or a digit. ``STOP``: no term reaches across it. ``SPACE``: white space, to a phrase."""

UNIT_CODES: Final = {"": 0, "c": 1, "w": 2, "l": 3}
CJK_UNIT: Final = 1


class Characters:
    """``folded[code]`` is the folded character where that is one; ``flags[code]`` what it is; ``units[code]`` what it
    counts as in a distance (``UNIT_CODES``)."""

    def __init__(self) -> None:
        self.folded = np.zeros(SIZE, np.uint32)
        self.flags = np.zeros(SIZE, np.uint8)
        self.units = np.zeros(SIZE, np.uint8)

    def flags_of(self, codes: Codes) -> Flags:
        """The flags of each character of a text; characters not met before are learnt."""
        found: Flags = self.flags[codes]
        # The smallest is zero where one is not known.
        if len(found) and not found.min():
            for code in np.unique(codes[found == 0]).tolist():
                self._learn(code)
            found = self.flags[codes]
        return found

    def _learn(self, code: int) -> None:
        character = chr(code)
        folded = fold_character(character)
        flags = KNOWN | (STOP if character in STOPS else 0)
        if folded is not None and len(folded) == 1:
            kind = unit_class(folded)
            self.folded[code] = ord(folded)
            self.units[code] = UNIT_CODES[kind]
            flags |= KEPT if folded.isalnum() else 0
            flags |= WORD if kind == "w" else 0
            flags |= HAN if is_han(folded) else 0
            flags |= SPACE if folded.isspace() else 0
        elif folded is None or any(each.isalnum() for each in folded):
            flags |= JOINED
        else:
            self.folded[code] = SEVERAL
            # As reading goes, which counts a character with its first sign: U+00B4 folds to a space and an accent.
            flags |= MANY | (SPACE if folded[0].isspace() else 0)
        # Last, so that another thread never finds a character known of which nothing is.
        self.flags[code] = flags


def codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


CHARACTERS: Final = Characters()
