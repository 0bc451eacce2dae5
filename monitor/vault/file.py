"""A file that somebody enclosed, and what kinds of them there are. It stands apart so that nothing has to load a store
or a cipher to name one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """``media_type`` is what ``data`` was found to be."""

    media_type: str
    data: bytes = field(repr=False)


def kinds_of(media_types: Iterable[str]) -> dict[str, int]:
    """How many ``pictures`` and ``voice`` recordings; none is left out."""
    found = {"pictures": 0, "voice": 0}
    for media_type in media_types:
        found["pictures" if media_type.startswith("image/") else "voice"] += 1
    return {name: number for name, number in found.items() if number}
