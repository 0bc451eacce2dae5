"""What discovery proposes: a source entry with the reasons for it, before it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Proposal:
    """``source`` is the entry without its id. ``confidence`` is 0–1. ``tries`` are other forms of the entry, such as
    another address of the same site, for when the first brings nothing."""

    engine: str
    confidence: float
    source: Mapping[str, Any]
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    pagination: str | None = None
    tries: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def forms(self) -> tuple[Mapping[str, Any], ...]:
        return (self.source, *self.tries)
