"""Texts as folded code points: one array for a whole batch, each character knowing where it stood.

Folding is character by character (NFKC, case, traditional → simplified), so that positions survive; what carries no
words is dropped: controls, zero-width and direction characters, variation selectors, skin tones, lone surrogates, HTML
tags, URLs and @names. A run of one character counts twice at most, except digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Places = NDArray[np.intp]

#: The table covers the basic plane and the plane of emoji; what lies beyond stays as it is.
PLANES = 0x20000
DROPPED = 0
#: Stands between two texts. No text holds it: control characters are dropped.
SEPARATOR = 2
#: One less than the longest n-gram, so that no n-gram sees two texts.
GAP = 3
_GAP = "\x02" * GAP
_SPACE = ord(" ")

#: What is looked at only where one of these stands in the batch.
_NOISY = re.compile(r"[@<]|://|www\.")
#: Every repetition is bounded or runs over a class that the next element cannot match: linear in the text.
_NOISE = re.compile(
    r"(?:https?://|www\.)[A-Za-z0-9./?=&_%#:~+,;!*'()-]{1,2000}"
    r"|//@[^\s:：@\x02]{1,40}[:：]?"
    r"|@[\w-]{1,40}"
    r"|</?[A-Za-z!][^<>\x02\u0100-\U0010ffff]{0,300}>"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """``codes`` holds ``GAP`` separators, then each text followed by ``GAP`` separators; text i is
    ``codes[starts[i]:ends[i]]``. ``places`` gives for every code its offset in the joined texts, of which text i begins
    at ``offsets[i]``."""

    codes: Codes
    starts: Places
    ends: Places
    places: Places
    offsets: Places


def encode(texts: Sequence[str], table: Codes) -> Batch:
    """The batch of at least one text. ``table`` maps each code point below ``PLANES`` to its folded form, 0 to drop."""
    joined = _GAP + _GAP.join(texts) + _GAP
    if _NOISY.search(joined):
        joined = _NOISE.sub(_blank, joined)
    given = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    offsets = np.cumsum(lengths + GAP) - lengths
    codes = folded(given, table)
    for step in range(GAP):
        codes[offsets - 1 - step] = SEPARATOR
        codes[len(codes) - 1 - step] = SEPARATOR
    kept = codes != DROPPED
    if not kept.all():
        codes, places = codes[kept], np.flatnonzero(kept)
        codes, again = squeezed(codes)
        places = places[again]
    else:
        codes, places = squeezed(codes)
    starts = np.searchsorted(places, offsets)
    ends = np.searchsorted(places, offsets + lengths)
    return Batch(codes, starts, ends, places, offsets)


def folded(given: Codes, table: Codes) -> Codes:
    """A fresh array of the folded code points."""
    if len(given) and int(given.max()) >= PLANES:
        return np.where(given < PLANES, table[np.minimum(given, PLANES - 1)], given).astype(np.uint32)
    return table[given]


def squeezed(codes: Codes) -> tuple[Codes, Places]:
    """Without the third and later of a run, and where the others stood."""
    same = codes[1:] == codes[:-1]
    third = same[1:] & same[:-1]
    if not third.any():
        return codes, np.arange(len(codes))
    run = codes[2:]
    third &= (run != SEPARATOR) & ((run < 0x30) | (run > 0x39))
    kept = np.ones(len(codes), dtype=bool)
    kept[2:] = ~third
    return codes[kept], np.flatnonzero(kept)


def text_of(codes: Codes) -> str:
    """The folded characters; always valid Unicode, since the table drops surrogates."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def fold_text(text: str, table: Codes) -> str:
    """One text as the engine sees it."""
    batch = encode([text], table)
    return text_of(batch.codes[batch.starts[0] : batch.ends[0]])


def _blank(found: re.Match[str]) -> str:
    """As long as what it replaces, and a space where it began."""
    return " " + "\x00" * (len(found[0]) - 1)
