"""A source's cursor: everything that one crawl leaves to the next, in JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.frontier import Frontier, digest
from monitor.config.schema import Source

#: Fields that change when or for whom a source is read, not what is found there.
BESIDE_THE_READING = {"enabled", "every", "brand", "product", "delay", "max_pages", "timezone", "lang"}

#: Validators kept, for first pages only.
VALIDATORS = 100


def fingerprint(source: Source) -> str:
    """Stands for how the source is read. A cursor of another reading is worth nothing: other selectors find other
    items on pages that have not changed."""
    return digest(source.model_dump_json(exclude=BESIDE_THE_READING))


@dataclass
class CrawlState:
    """``page`` is the page class's own part; ``validators`` are what each first page answered as ETag and
    Last-Modified, keyed by address."""

    page: dict[str, Any] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)
    validators: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def restored(cls, cursor: Mapping[str, Any], source: Source, *, thorough: bool = False) -> CrawlState:
        """The state that :meth:`as_json` gave; an empty one where the source is read differently now."""
        if cursor.get("reading") != fingerprint(source):
            return cls(frontier=Frontier(thorough=thorough))
        return cls(
            page=dict(cursor.get("page", {})),
            frontier=Frontier.restored(cursor.get("frontier", {}), thorough=thorough),
            validators={} if thorough else dict(cursor.get("validators", {})),
        )

    def as_json(self, source: Source) -> dict[str, Any]:
        kept = dict(list(self.validators.items())[-VALIDATORS:])
        return {
            "reading": fingerprint(source),
            "page": dict(self.page),
            "frontier": self.frontier.state(),
            "validators": kept,
        }
