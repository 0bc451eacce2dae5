"""What a query is asked about, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from monitor.keywords.folding import Span
from monitor.keywords.patterns import Forms


@dataclass(frozen=True, slots=True)
class Document:
    """A mention as queries see it. ``rating`` is on the 1–5 scale. A stored mention has no plain author name any more
    and gives ``author_hash`` instead."""

    text: str
    title: str | None = None
    author: str | None = None
    site: str | None = None
    source: str | None = None
    lang: str | None = None
    rating: float | None = None
    author_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a query matched: half-open code-point spans of text and title as given, sorted, not overlapping.
    Both are empty where only fields matched."""

    spans: tuple[Span, ...] = ()
    title_spans: tuple[Span, ...] = ()


class Reading:
    """A document being read by many queries: each form of its texts is made once, when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = Forms(document.text)
        self.title = Forms(document.title or "")

    @cached_property
    def squeezed(self) -> str:
        # A line break never stands in a squeezed text, so no literal matches across the two.
        return self.title.folded.squeezed + "\n" + self.text.folded.squeezed
