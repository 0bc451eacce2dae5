"""Reviews, questions and comments in schema.org markup, which most shop engines write: JSON-LD, microdata, RDFa."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from crawlers.link_header import joined
from crawlers.page import Follow, Page, Parsed, context_of
from crawlers.paging import next_part
from crawlers.selection import Css
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import Kind, RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

    from crawlers.schema.node import Node

#: Type attributes of scripts are written in any case, with parameters.
SCRIPTS = (
    "//script[starts-with(translate(normalize-space(@type), 'ACDIJLNOPST', 'acdijlnopst'), 'application/ld+json')]"
)


class SchemaOrgSource(Source):
    """``follow``: CSS of the links to product pages, such as ``article a``. ``next``: CSS of the links to further
    parts; by default what a page itself calls its next part (:mod:`crawlers.paging`), ``false``: none. ``kinds``: what
    is read of reviews, posts (questions, postings) and comments (answers)."""

    kind: Literal["schema-org"] = "schema-org"
    url: WebUrl
    follow: Css | None = None
    next: Css | Literal[False] | None = None
    kinds: tuple[Kind, ...] = ("review", "post", "comment")


class SchemaOrgPage(Page[SchemaOrgSource]):
    """Everything that people wrote and a page states, and the links that lead on."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        if not response.text.strip():
            return
        place = str(context_of(response).get("listing") or response.url)
        from crawlers.schema.writing import mentions_of

        seen = Seen()
        stated, broken = read(response)
        for problem in broken:
            yield Rejection(problem, "", response.url)
        for nodes in stated:
            for found in mentions_of(nodes, response.url, place):
                if isinstance(found, Rejection) or (found.kind in self.source.kinds and seen.is_new(found)):
                    yield found
            seen.close()
        if is_html(response):
            yield from self.links(response, place)

    def links(self, response: TextResponse, place: str) -> Iterator[Follow]:
        further: list[str] = []
        if self.source.next:
            further = response.css(self.source.next).xpath("@href").getall()
        elif self.source.next is None and (found := next_part(response, context_of(response).get("listing"))):
            further = [found]
        addresses = [joined(response, link) for link in further]
        yield from (Follow(each, context={"listing": place}) for each in addresses if each)
        for link in response.css(self.source.follow).xpath("@href").getall() if self.source.follow else ():
            if (address := joined(response, link)) and address not in addresses:
                yield Follow(address)


def is_html(response: TextResponse) -> bool:
    return response.selector.type == "html"


def read(response: TextResponse) -> tuple[list[list[Node]], list[str]]:
    """The nodes of each syntax, and a stable reason for each script that could not be read."""
    from crawlers.schema import json_ld, microdata, rdfa

    linked: list[Node] = []
    broken: list[str] = []
    root: Any = response.selector.root
    html = is_html(response)
    for script in response.selector.xpath(SCRIPTS).xpath("string()").getall() if html else [response.text]:
        try:
            linked += [node for document in json_ld.documents(script) for node in json_ld.nodes(document)]
        except (ValueError, RecursionError):
            broken.append("bad json-ld")
    if not html:
        return [linked], broken
    return [linked, microdata.nodes(root, response.url), rdfa.nodes(root, response.url)], broken


class Seen:
    """Knows what was said before: the same words in the same syntax only if everything else is the same too, in another
    syntax if they begin alike and nobody else is said to have written them."""

    def __init__(self) -> None:
        self._whole: set[RawMention] = set()
        self._open: list[RawMention] = []
        self._before: dict[tuple[str, str], set[str | None]] = {}

    def is_new(self, found: RawMention) -> bool:
        authors = self._before.get(beginning(found))
        if found in self._whole or (authors and (found.author in authors or None in authors or not found.author)):
            return False
        self._whole.add(found)
        self._open.append(found)
        return True

    def close(self) -> None:
        """The next mentions come from another syntax."""
        for each in self._open:
            self._before.setdefault(beginning(each), set()).add(each.author)
        self._open.clear()


def beginning(found: RawMention) -> tuple[str, str]:
    return found.kind, "".join(found.text.split())[:40].casefold()
