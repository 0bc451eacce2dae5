"""Which sources are looked at, and how their items come. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.config.schema import Source
from monitor.health.measures import Way


@dataclass(frozen=True, slots=True)
class Watched:
    """A source and the way in which its items come."""

    source: Source
    way: Way


def way_of(source: Source) -> Way:
    """Of a source of keywords.yaml."""
    if source.crawled:
        return "crawled"
    return "brought" if source.kind == "import" else "sent"
