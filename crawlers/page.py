"""The contract of a page class: one response in, mentions and further pages out. A new source is a subclass of Page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

S = TypeVar("S", bound=Source)


@dataclass(frozen=True, slots=True)
class Follow:
    """A further page to fetch. ``url`` is absolute; ``headers`` are added to the request (for conditional fetching)."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


Parsed = RawMention | Rejection | Follow


class Page(ABC, Generic[S]):
    """Reads the pages of one source during one crawl.

    ``cursor`` is what :meth:`state` answered at the end of an earlier crawl, empty at the first; the page decides what
    it means. ``known`` counts items left out because an earlier crawl had them, so that "nothing new" is told from
    "nothing there".
    """

    known: int = 0

    def __init__(self, source: S, cursor: Mapping[str, Any]) -> None:
        self.source = source
        self.cursor = dict(cursor)

    def start(self) -> Iterable[Follow]:
        """The first pages to fetch; by default the source's ``url``."""
        yield Follow(getattr(self.source, "url"))  # noqa: B009 - every kind with pages has a url; the base model has not

    @abstractmethod
    def parse(self, response: TextResponse) -> Iterable[Parsed]:
        """Everything found in one response with status 200. Unusable input is a :class:`Rejection`, never an exception.

        ``self.cursor`` may be changed only after the items that it stands for were yielded.
        """

    def state(self) -> dict[str, Any]:
        """The cursor that stands for everything yielded so far; JSON values only."""
        return self.cursor
