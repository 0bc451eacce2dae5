"""The contract of a page class: one response in, mentions and further pages out. A new source is a subclass of Page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from crawlers.access import Access
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

S = TypeVar("S", bound=Source)


@dataclass(frozen=True, slots=True)
class Follow:
    """A further page to fetch. ``url`` is absolute; ``headers`` are added to the request and never kept.

    ``context`` (JSON values) comes back with the response, see :func:`context_of`; it is kept with a page that could
    not be fetched before the crawl ended, which the next crawl goes on with.

    ``version``: what the page showed of the other's state (last activity, number of replies). A page that an earlier
    crawl read in the same version is not fetched again. Without a version it is fetched whenever it is named.

    ``next``: the further part of a listing that begins with the newest. It is fetched only while the part before it
    brought news; a part without news means that all later ones are known.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None
    next: bool = False


@dataclass(frozen=True, slots=True)
class Deleted:
    """An item that its author or the platform took away: what is stored of it has to go. With ``prefix`` all items
    whose external id begins so, such as those of an account."""

    external_id: str
    prefix: bool = False


Parsed = RawMention | Rejection | Follow | Deleted


def context_of(response: TextResponse) -> Mapping[str, Any]:
    """What the :class:`Follow` of this response carried; empty for a first page."""
    return response.meta.get("context", {}) if response.request else {}


class Page(ABC, Generic[S]):
    """Reads the pages of one source during one crawl, without any memory of its own from one crawl to the next: which
    pages and items are known, what is still to be read and how to ask conditionally is the crawl's business
    (:mod:`crawlers.frontier`). A page class that does need a memory (the position in a stream) keeps JSON values in
    ``cursor``; they are changed only after the items that they stand for were yielded.
    """

    def __init__(
        self, source: S, cursor: Mapping[str, Any] | None = None, credential: Credential | None = None
    ) -> None:
        self.source = source
        self.cursor = dict(cursor or {})
        self.credential: Any = credential

    def start(self) -> Iterable[Follow]:
        """The first pages to fetch; by default the source's ``url``."""
        yield Follow(getattr(self.source, "url"))  # noqa: B009 - every kind with pages has a url; the base model has not

    def access(self) -> Access | None:
        """How its requests prove who asks; ``None`` for what anyone may read. No address or header of a
        :class:`Follow` holds a secret."""
        return None

    def refusal(self, response: TextResponse) -> str | None:
        """Why an answer with an error's status (400 or more) is a refusal, where its body says more than the status.
        A reason that begins with "too many requests" ends the crawl; ``None`` leaves it with what the status says."""
        return None

    @abstractmethod
    def parse(self, response: TextResponse) -> Iterable[Parsed]:
        """Everything found in one response with status 200, whose ``text`` is decoded by the rule of
        :mod:`crawlers.charset`, whatever it calls itself. Unusable input is a :class:`Rejection`, never an
        exception."""
