"""The open part of an evidence row. It stands apart so that a page can show it without loading a cipher."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Binding:
    """What a payload is, and what its seal is bound to. ``sha256`` and ``size`` are of the untouched payload,
    ``captured_at`` is aware UTC, ``collector`` the program's version and the kind of source."""

    mention_id: int
    revision: int
    source_id: str
    external_id: str
    sha256: str
    size: int
    captured_at: datetime
    url: str | None
    collector: str

    def columns(self) -> dict[str, Any]:
        """In their order. ``dataclasses.asdict`` would copy each value, which takes longer than sealing it."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(Binding))
