"""Arithmetic that gives the same bits on every x86-64 machine, whatever its vector width and core count.

Elementwise ``+ − × ÷ √`` and rounding are exact by IEEE 754 wherever they run. Sums are not: their order differs
between machines. Here everything that is summed is a multiple of a power of two and small enough that each partial sum
is exactly a double, so that every order gives the same sum. No BLAS, no ``exp`` of the library.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Summands are rounded to multiples of this: sums stay exact up to 2^53 / 2^24 = 5·10⁸.
GRAIN = 2.0**-24
_LN2 = math.log(2)
_TERMS = [1 / math.factorial(power) for power in range(14, -1, -1)]


def grained(values: Floats) -> Floats:
    """To the nearest multiple of ``GRAIN``."""
    rounded: Floats = np.rint(values / GRAIN) * GRAIN
    return rounded


def exponential(values: Floats) -> Floats:
    """e^x by its Taylor series on ±ln 2 / 2 (error below 10⁻¹⁶), then a power of two."""
    powers = np.rint(values / _LN2)
    rest = values - powers * _LN2
    total = np.full_like(rest, _TERMS[0])
    for term in _TERMS[1:]:
        total = total * rest + term
    scaled: Floats = np.ldexp(total, powers.astype(np.int32))
    return scaled


def sigmoid(values: Floats) -> Floats:
    """1 / (1 + e^−x)."""
    odds: Floats = 1 / (1 + exponential(-np.clip(values, -30, 30)))
    return odds


def segment_sums(values: Floats, ends: NDArray[np.intp]) -> Floats:
    """Sums of consecutive runs that end (exclusive) at ``ends``; ``values`` are multiples of ``GRAIN``."""
    running = np.concatenate(([0.0], np.cumsum(values)))[ends]
    sums: Floats = np.diff(running, prepend=0.0)
    return sums
