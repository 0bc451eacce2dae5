"""Hashed character n-grams of a whole batch: rolling 32-bit arithmetic, no Python per text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.codes import GAP, Codes

#: n-grams of 1 … ORDERS characters.
ORDERS = GAP + 1
_STEP = np.uint32(0x9E3779B1)  # 2³²/φ, Knuth's multiplicative hash
_MIX = np.uint32(0x85EBCA6B)  # a multiplier of MurmurHash3's finaliser
_SALT = (np.uint32(0x3C6EF372), np.uint32(0xDAA66D2B), np.uint32(0x78DDE6E4), np.uint32(0x1715609D))


def buckets(codes: Codes, bits: int) -> Iterator[NDArray[np.uint32]]:
    """For each order n the bucket (0 … 2^bits − 1) of the n-gram that begins at each code; n − 1 shorter at the end."""
    shift = np.uint32(32 - bits)
    rolling = codes * _STEP
    scaled = rolling
    for order in range(ORDERS):
        if order:
            rolling = rolling[:-1] * _STEP + scaled[order:]
        mixed = rolling + _SALT[order]
        mixed ^= mixed >> np.uint32(15)
        mixed *= _MIX
        yield mixed >> shift


def sums(codes: Codes, table: NDArray[np.int8]) -> NDArray[np.int16]:
    """For each code the summed weights of the n-grams that begin at it; ``table`` has a power of two buckets."""
    bits = len(table).bit_length() - 1
    total = np.zeros(len(codes), np.int16)
    for order, places in enumerate(buckets(codes, bits)):
        total[: len(codes) - order] += table[places]
    return total
