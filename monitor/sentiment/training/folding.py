"""The folding table that is stored with the weights, so that a text means the same wherever it is scored."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from monitor.keywords.folding import simplified
from monitor.sentiment.default.codes import DROPPED, PLANES, SEPARATORS
from monitor.sentiment.default.scoring import folding_table

#: A version of Unicode that every Python carries: the table is the same on all of them.
_OLD = unicodedata.ucd_3_2_0
_SPACES = "\t\n\v\f\r\x85\u2028\u2029"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_SELECTORS = range(0xFE00, 0xFE10)
_ZERO_WIDTH = 0x200B  # a space in that version


def folding_pairs() -> NDArray[np.uint32]:
    """(code point, folded or 0) for each code point that does not stand for itself, ascending."""
    simple = simplified()
    pairs = []
    for code in range(PLANES):
        target = _folded(code, simple)
        if target != code:
            pairs.append((code, target))
    return np.array(pairs, dtype=np.uint32)


def table() -> NDArray[np.uint32]:
    return folding_table(folding_pairs())


def _folded(code: int, simple: dict[int, str]) -> int:
    if code in SEPARATORS:
        return code
    character = chr(code)
    if character in _SPACES:
        return ord(" ")
    if code in _SKIN_TONES or code in _SELECTORS or code == _ZERO_WIDTH:
        return DROPPED
    category = _OLD.category(character)
    if category in ("Cc", "Cf", "Cs"):
        return DROPPED
    if category == "Cn":
        return code
    plain = _OLD.normalize("NFKC", _OLD.normalize("NFKC", character).casefold()).translate(simple)
    if category == "Zs" or plain.isspace():
        return ord(" ")
    return ord(plain) if len(plain) == 1 and ord(plain) < PLANES else code
