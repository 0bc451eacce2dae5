"""Hashed character n-grams of a whole batch: rolling 32-bit arithmetic, no Python per text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.default.codes import GAP, Codes

#: n-grams of 1 … ORDERS characters.
ORDERS = GAP + 1
_STEP = np.uint32(0x9E3779B1)  # 2³²/φ, Knuth's multiplicative hash
_MIX = np.uint32(0x85EBCA6B)  # a multiplier of MurmurHash3's finaliser
_SALT = np.array([[0x3C6EF372], [0xDAA66D2B], [0x78DDE6E4], [0x1715609D]], dtype=np.uint32)
_FOLD = np.uint32(15)


def buckets(codes: Codes, bits: int) -> NDArray[np.uint32]:
    """By order and code the bucket (0 … 2^bits − 1) of the n-gram of that order that begins at the code: a polynomial
    in the codes, mixed. The last n − 1 of order n lack characters; no text of a batch comes that near to its end."""
    scaled = codes * _STEP
    mixed = np.empty((ORDERS, len(codes)), np.uint32)
    mixed[0] = scaled
    for order in range(1, ORDERS):
        np.multiply(mixed[order - 1], _STEP, out=mixed[order])
        mixed[order, :-order] += scaled[order:]
    mixed += _SALT
    mixed ^= mixed >> _FOLD
    mixed *= _MIX
    mixed >>= np.uint32(32 - bits)
    return mixed


def sums(codes: Codes, table: NDArray[np.int8]) -> NDArray[np.int16]:
    """For each code the summed weights of the n-grams that begin at it; ``table`` has a power of two buckets."""
    found = table.take(buckets(codes, len(table).bit_length() - 1))
    total: NDArray[np.int16] = found.sum(axis=0, dtype=np.int16)
    return total
