"""A chosen field: how an entry of kind ``selectors`` writes it, and what it gives on the pages seen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Rule:
    """``nodes`` are the elements that hold the field, so that other fields leave them alone; ``score`` is 0–1 and more
    with strong hints; ``coverage`` is the share of items that have it; ``path`` is the element's XPath from the item.
    ``partial``: the field is an attribute or a loose text of its elements, whose other contents are not part of it.
    """

    select: str
    score: float
    coverage: float
    nodes: frozenset[HtmlElement] = frozenset()
    regex: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    path: str = ""
    partial: bool = False

    def entry(self) -> Any:
        """A plain string where nothing but the place has to be said."""
        if not self.regex and not self.map:
            return self.select
        found: dict[str, Any] = {"select": self.select}
        if self.regex:
            found["regex"] = self.regex
        if self.map:
            found["map"] = dict(self.map)
        return found
