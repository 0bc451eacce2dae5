"""Finds the links of a listing: those to topics, products or articles, and from these to all of their reviews. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawlers.discovery.author import PERSON
from crawlers.discovery.blocks import is_aside
from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression, document_ways
from crawlers.discovery.look import Look, words
from crawlers.discovery.probes import collapsed
from crawlers.discovery.published import OTHER

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

NO_TARGET = re.compile(
    r"log-?in|log-?out|sign-?(?:in|up)|regist|account|basket|cart|checkout|search|contact|about|privacy|terms|help|faq"
    r"|report|share|reply|quote|/tags?/|\.(?:jpe?g|png|gif|svg|webp|pdf|zip|css|js|xml|ico)$|/feed/?$|/rss/?$",
    re.IGNORECASE,
)
TITLED = re.compile(r"title|subject|topic|thread|product|item|post|article|name|xst|question", re.IGNORECASE)
ALL = re.compile(
    r"(?:all|more|see|read|view|show).{0,20}(?:reviews?|comments?|ratings?|replies)|(?:全部|所有|更多|查看).{0,8}(?:评[价论]|回复|留言)",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Links:
    """Links alike; ``targets`` are their addresses on this site, each once, in order."""

    expression: Expression
    targets: tuple[str, ...]
    rank: float

    def spread(self, most: int) -> tuple[str, ...]:
        """Some of the targets, from the beginning, the middle and the end."""
        if len(self.targets) <= most:
            return self.targets
        return tuple(self.targets[number * (len(self.targets) - 1) // (most - 1)] for number in range(most))


def link_groups(looks: Sequence[Look], reader: DateReader, beyond: Sequence[Look] = ()) -> list[Links]:
    """Groups of links that may lead to contents, best first; not those that also stand on the pages ``beyond``."""
    groups: dict[str, tuple[Expression, list[tuple[HtmlElement, str]]]] = {}
    known = {
        address for look in beyond for link in look.found("//a[@href]") if (address := look.address(link.get("href")))
    }
    for look in looks:
        for link in look.found("//body//a[@href]"):
            address = look.address(link.get("href"))
            if address is None or address in known or not is_target(address, look.url):
                continue
            for expression in document_ways(link):
                groups.setdefault(expression.xpath, (expression, []))[1].append((link, address))
    found: dict[frozenset[str], Links] = {}
    for expression, members in groups.values():
        each = ranked(expression, members, reader)
        if each and (frozenset(each.targets) not in found or found[frozenset(each.targets)].rank < each.rank):
            found[frozenset(each.targets)] = each
    return sorted(found.values(), key=lambda each: -each.rank)


def is_target(address: str, page: str) -> bool:
    parts, here = urlsplit(address), urlsplit(page)
    if (parts.path, parts.query) == (here.path, here.query) or (parts.path in {"", "/"} and not parts.query):
        return False
    readable = unquote(f"{parts.path}?{parts.query}")
    return not NO_TARGET.search(readable) and not PERSON.search(readable)


def ranked(expression: Expression, members: Sequence[tuple[HtmlElement, str]], reader: DateReader) -> Links | None:
    targets = tuple(dict.fromkeys(address for _, address in members))
    texts = [text for link, _ in members if (text := words(link)) and not text.isdecimal()]
    if len(targets) < 2 or len(texts) < 0.5 * len(members) or len(set(texts)) < 0.5 * len(texts):
        return None
    sample = [link for link, _ in members[:12]]
    length = sum(min(len(text), 30) for text in texts) / len(texts)
    numbered = sum(bool(re.search(r"\d", urlsplit(address).path + urlsplit(address).query)) for address in targets)
    listed = [link for link in sample if in_heading(link) or TITLED.search(hints(link))]
    dated = [link for link in sample if stands_by_date(link, reader)]
    aside = [link for link in sample if is_aside(link)]
    rank = length / 30 + 0.4 * numbered / len(targets) + 0.1 * math.log(len(targets))
    rank += (0.4 * len(listed) + 0.3 * len(dated) - 1.0 * len(aside)) / len(sample)
    rank -= 0.6 if sum("?" in address and "=" in address for address in targets) == 0 and same_path(targets) else 0.0
    return Links(expression, targets, rank)


def same_path(targets: Sequence[str]) -> bool:
    return len({urlsplit(target).path for target in targets}) == 1


def in_heading(link: HtmlElement) -> bool:
    return any(above.tag in {"h1", "h2", "h3", "h4", "h5", "dt"} for above in [*link.iterancestors()][:3])


def hints(link: HtmlElement) -> str:
    parent = link.getparent()
    return f"{link.get('class')} {parent.get('class') if parent is not None else ''}"


def stands_by_date(link: HtmlElement, reader: DateReader) -> bool:
    """Whether something near it, in its row, says a time."""
    for above in [*link.iterancestors()][:3]:
        if above.tag == "body" or len(words(above)) > 400:
            return False
        for element in above.iter():
            if not isinstance(element.tag, str):
                continue
            stated = [element.get("datetime"), element.get("title"), element.text, element.tail]
            if any(each and len(each) < 160 and not OTHER.match(each) and reader.read(each) for each in stated):
                return True
    return False


def all_link(look: Look) -> tuple[Expression, str] | None:
    """The link from a page with some reviews to the page with all of them."""
    for link in look.found("//body//a[@href]"):
        address = look.address(link.get("href"))
        text = collapsed(link.xpath("string(.)"))
        if address and address != look.url and len(text) < 40 and ALL.search(text):
            tail = urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]
            if tail and not re.search(r"\d", tail) and re.fullmatch(r"[A-Za-z_.-]+", tail):
                slash = "/" if urlsplit(address).path.endswith("/") else ""
                css = f'a[href$="/{tail}{slash}"]'
                ending = f"/{tail}{slash}"
                place = f"string-length(@href) - {len(ending) - 1}"
                return Expression(f"//a[substring(@href, {place}) = '{ending}']", css), address
            if "'" not in text:
                return Expression(f"//a[normalize-space(.) = '{text}']"), address
    return None
