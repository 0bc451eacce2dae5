"""How much more real counts scatter than coin flips do, learned for each series.

Mentions come in clumps: many within one step share a cause. Where any two of a step are correlated by ρ, n of them
tell as much as n / (1 + (n − 1)ρ) independent ones (the design effect; Kish 1965), which is how a beta-binomial
scatters. What is left over longer windows is a factor φ on their variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

HOUR = 3600

#: Hours until what was learned has half its weight.
HALF_LIFE = 28 * 24
MEMORY = 0.5 ** (1 / HALF_LIFE)

#: What a new series is taken for: ρ = 0.01 with the weight of 2,000, φ = 1.2 with the weight of 50 steps.
RHO, RHO_WEIGHT = 0.01, 2000.0
PHI, PHI_WEIGHT = 1.2, 50.0
HIGHEST_RHO = 0.2
LOWEST_PHI = 0.9

#: A squared deviation counts up to this: what lies further out is what the scan looks for, not scatter.
CLIP = 9.0

#: Below this variance a window says nothing of its scatter.
LEAST_VARIANCE = 0.5


class Scatter:
    """For one series and ``windows`` many windows. The state changes only with steps that have mentions."""

    def __init__(self, windows: int) -> None:
        self._excess = RHO * RHO_WEIGHT
        self._pairs = RHO_WEIGHT
        self._phi = [PHI] * windows
        self._weight = [PHI_WEIGHT] * windows

    @property
    def rho(self) -> float:
        return min(self._excess / self._pairs, HIGHEST_RHO)

    def phi(self, window: int) -> float:
        return self._phi[window]

    def effect(self, n: int) -> float:
        """By how much n mentions of one step count less than independent ones."""
        return 1 + (n - 1) * self.rho if n > 1 else 1.0

    def learn_step(self, n: int, k: int, ratio: float, steps: float) -> None:
        """From one step with the usual ``ratio``; ``steps`` are the hours since the last one."""
        if n < 2:
            return
        variance = n * ratio * (1 - ratio)
        scattered = variance * self.effect(n)
        excess = min((k - n * ratio) ** 2, CLIP * scattered) - variance
        pairs = variance * (n - 1)
        precision = pairs / (scattered * scattered)
        memory = MEMORY**steps
        self._excess = max(self._excess * memory + precision * excess, 0.0)
        self._pairs = self._pairs * memory + precision * pairs

    def learn_window(self, window: int, k: float, expected: float, variance: float) -> None:
        """From the window that ends with a step: its ``k``, the ``expected`` one and the binomial ``variance``."""
        if variance <= LEAST_VARIANCE:
            return
        weight = min(self._weight[window] * MEMORY + 1, 1 / (1 - MEMORY))
        self._weight[window] = weight
        phi = self._phi[window]
        squared = min((k - expected) ** 2 / variance, CLIP)
        self._phi[window] = max(phi + (squared - phi) / weight, LOWEST_PHI)

    def state(self) -> list[Any]:
        return [self._excess, self._pairs, list(self._phi), list(self._weight)]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> Self:
        scatter = cls(len(state[2]))
        scatter._excess, scatter._pairs = state[0], state[1]
        scatter._phi, scatter._weight = list(state[2]), list(state[3])
        return scatter
