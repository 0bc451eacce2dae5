"""The contract of a detector: one closed step at a time in, one finding out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Status = Literal["ok", "warm_up", "few", "no_data"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector says about the window that ends with a step.

    ``active`` means that the condition is true, and is only ever true with status "ok". ``n`` mentions, ``k`` of them
    negative, were in the window of ``window_seconds``; ``expected`` is the k that the baseline foretells; the
    condition compares ``score`` with ``threshold``; these three are ``None`` where they could not be computed. An
    ``urgent`` finding is active and so far out that a rule need not wait for a second one.
    """

    status: Status
    active: bool
    n: int
    k: int
    expected: float | None
    score: float | None
    threshold: float | None
    window_seconds: int
    urgent: bool = False


class Detector(Protocol):
    """Pure and deterministic. One instance follows one series."""

    def update(self, end: int, n: int, k: int) -> Finding:
        """Takes the step that ended at ``end`` (epoch s): ``n`` mentions, ``k`` negative.

        Steps come in time order; a step that is missing had no mentions, and leaving out empty steps changes no
        later finding. Raises ``ValueError`` for a step that is not after the last one.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Everything needed to go on later, as JSON types; the detector's ``from_state`` takes it back."""
        ...
