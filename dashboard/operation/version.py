"""Which program this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def product() -> str:
    """Name and version, as evidence names what collected it."""
    return f"tingfeng {version('tingfeng')}"
