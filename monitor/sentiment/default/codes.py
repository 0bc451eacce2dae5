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

#: The table covers the basic plane and the plane of emoji; all that lies beyond counts as one character.
PLANES = 0x20000
DROPPED = 0
#: Stand between two texts, in turn. No text holds them: control characters are dropped.
SEPARATORS = (2, 3)
#: One less than the longest n-gram, so that no n-gram sees two texts.
GAP = 3
_GAP = "\x02\x03\x02"

#: What is looked at only where one of these stands in the batch.
_NOISY = re.compile(r"[@<]|://|www\.")
#: Every repetition is bounded or runs over a class that the next element cannot match: linear in the text.
_NOISE = re.compile(
    r"(?:https?://|www\.)[A-Za-z0-9./?=&_%#:~+,;!*'()-]{1,2000}"
    r"|//@[^\s:：@\x02\x03]{1,40}[:：]?"
    r"|@[\w-]{1,40}"
    r"|</?[A-Za-z!][^<>\x02\x03\u0100-\U0010ffff]{0,300}>"
)


#: Given separators are dropped, in their place: lengths stay.
_FORGED = dict.fromkeys(SEPARATORS, "\x00")


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
    joined = f"{_GAP}{_GAP.join(texts)}{_GAP}"
    if joined.count("\x02") != 2 * (len(texts) + 1) or joined.count("\x03") != len(texts) + 1:
        joined = f"{_GAP}{_GAP.join(text.translate(_FORGED) for text in texts)}{_GAP}"
    if _NOISY.search(joined):
        joined = _NOISE.sub(_blank, joined)
    given = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = table.take(given, mode="clip")
    lengths = np.array([len(text) for text in texts])
    offsets = (lengths + GAP).cumsum() - lengths
    ends = offsets + lengths
    kept = wanted(codes)
    if kept is None:
        return Batch(codes, offsets, ends, np.arange(len(codes)), offsets)
    places = kept.nonzero()[0]
    return Batch(codes[places], places.searchsorted(offsets), places.searchsorted(ends), places, offsets)


def wanted(codes: Codes) -> NDArray[np.bool_] | None:
    """Which codes stay: not what is dropped, nor the third and later of a run; ``None`` for all of them."""
    kept: NDArray[np.bool_] = codes != DROPPED
    dense, places = codes, None
    if not kept.all():
        places = kept.nonzero()[0]
        dense = codes[places]
    same = dense[1:] == dense[:-1]
    third = (same[1:] & same[:-1]).nonzero()[0] + 2
    if len(third):
        run = dense[third]
        third = third[(run < 0x30) | (run > 0x39)]
    if not len(third):
        return None if places is None else kept
    kept[third if places is None else places[third]] = False
    return kept


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
