"""A fetched page as discovery looks at it: its address, its text and the elements of its HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Elements whose text nobody reads.
UNREAD = frozenset({"script", "style", "noscript", "template", "head", "select", "textarea", "button", "svg"})
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, eq=False)
class Look:
    """``url`` is where the page came from in the end, ``asked`` what was asked for; header names in lower case."""

    url: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""

    @cached_property
    def root(self) -> HtmlElement | None:
        """The parsed page; ``None`` where there is nothing to parse."""
        from parsel import Selector

        text = self.text.replace("\0", "")
        if not text.strip():
            return None
        return Selector(text, type="html", base_url=self.url).root

    @cached_property
    def base(self) -> str:
        """What relative addresses of the page are relative to."""
        stated = self.attribute("//base[@href][1]/@href")
        return joined(self.url, stated) or self.url if stated else self.url

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def found(self, xpath: str) -> list[Any]:
        return [] if self.root is None else list(self.root.xpath(xpath))

    def attribute(self, xpath: str) -> str | None:
        """The first string that ``xpath`` selects."""
        return next((str(each) for each in self.found(xpath)), None)

    def address(self, href: str | None) -> str | None:
        """An absolute web address without its fragment, on this page's own host; else ``None``."""
        found = joined(self.base, href)
        return found if found and urlsplit(found).hostname == self.host else None


#: Fetches addresses politely; pages that could not be had are missing from the answer.
Fetch = Callable[[Sequence[str]], Sequence[Look]]


def joined(base: str, href: str | None) -> str | None:
    """``href`` made absolute, without fragment; ``None`` unless that is a web address."""
    if href is None or not href.strip():
        return None
    try:
        url = urldefrag(urljoin(base, href.strip())).url
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def words(element: HtmlElement) -> str:
    """The text that a reader sees of an element, in single spaces."""
    return SPACE.sub(" ", " ".join(pieces(element))).strip()


def pieces(element: HtmlElement) -> Iterator[str]:
    """The stretches of text of an element in their order, without those that nobody reads. Pages may be nested deeper
    than calls can be."""
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    walk = iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in UNREAD:
                walk.skip_subtree()
            elif node.text and node.text.strip():
                yield node.text
        elif node is not element and node.tail and node.tail.strip():
            yield node.tail


def reading_length(look: Look) -> int:
    """How much there is to read on the page."""
    return 0 if look.root is None else sum(len(words(body)) for body in look.found("//body"))
