"""What an element of a page says as the value of a property, in microdata and RDFa alike."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from lxml.etree import tostring  # type: ignore[import-untyped]

from monitor.normalise.markup import html_to_text

#: Where its address is what an element means.
ADDRESSES = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src", "img": "src",
    "source": "src", "track": "src", "video": "src", "object": "data",
}  # fmt: skip
#: Properties that are addresses. Of another the words of a link are meant, not where it leads (`author`).
LINKS = frozenset({"url", "sameAs", "mainEntityOfPage", "image", "discussionUrl", "contentUrl", "additionalType"})
#: Characters of markup turned into text for one page; what is nested without end is not read without end.
BUDGET = 4_000_000


class Values:
    """Reads the values of one page at ``base``."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.left = BUDGET

    def of(self, element: Any, name: str) -> str:
        """Stated (``content``, ``datetime``, ``value``), linked to, or shown."""
        for attribute in ("content", "datetime", *(("value",) if element.tag in {"data", "meter"} else ())):
            if (stated := element.get(attribute)) is not None and stated.strip():
                return str(stated).strip()
        target = element.get(ADDRESSES[element.tag]) if element.tag in ADDRESSES else None
        if target and name in LINKS:
            return self.address(target)
        return self.text(element) or (self.address(target) if target else "")

    def address(self, link: str) -> str:
        try:
            return urljoin(self.base, link.strip())
        except ValueError:
            return ""

    def text(self, element: Any) -> str:
        """Its words, with the line breaks that a reader sees."""
        if len(element) == 0:
            return (element.text or "").strip()
        if self.left <= 0:
            return ""
        markup = tostring(element, encoding="unicode", with_tail=False)
        self.left -= len(markup)
        return html_to_text(markup)
