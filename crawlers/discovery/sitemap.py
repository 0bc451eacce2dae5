"""Sites that name their pages in a sitemap alone: a front page that is a picture, a catalogue behind a search. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from crawlers.discovery.expressions import Expression
from crawlers.discovery.links import NO_TARGET, Links
from crawlers.discovery.look import Look, joined

SITEMAP = re.compile(r"<(?:\w+:)?(urlset|sitemapindex)\b")
LOCATION = re.compile(r"<(?:\w+:)?loc\s*>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc\s*>")
#: Where what people write about things is likely to stand.
THINGS = re.compile(
    r"(?<![a-z])(?:products?|goods|items?|catalog|reviews?|topics?|threads?|questions?|posts?)(?![a-z])|商品",
    re.IGNORECASE,
)
#: Groups of addresses that are tried, pages of each, and sitemaps of an index.
GROUPS, PAGES, PARTS = 3, 3, 2
#: Addresses of one sitemap that are looked at.
MOST = 5000


def kind_of(look: Look) -> str | None:
    """``urlset`` or ``sitemapindex`` (sitemaps.org); ``None`` for other pages."""
    found = SITEMAP.search(look.text[:4000])
    return found[1] if found else None


def locations(look: Look) -> list[str]:
    """The addresses on the sitemap's own host, each once, in order."""
    found = (joined(look.url, html.unescape(each[1])) for each in LOCATION.finditer(look.text))
    own = (each for each in found if each and urlsplit(each).hostname == look.host)
    return list(dict.fromkeys(own))[:MOST]


def named_in_robots(look: Look) -> list[str]:
    """The sitemaps that a robots.txt names (RFC 9309, section 2.2.4)."""
    lines = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", look.text)
    found = (joined(look.url, line) for line in lines)
    return [each for each in dict.fromkeys(found) if each and urlsplit(each).hostname == look.host]


def parts(look: Look) -> list[str]:
    """The sitemaps of an index, those of things first."""
    return sorted(locations(look), key=lambda each: not THINGS.search(urlsplit(each).path))[:PARTS]


def groups(look: Look) -> Iterator[Links]:
    """The addresses of a sitemap by how they begin, the likeliest first, each with the expression that selects them."""
    shapes: dict[str, list[str]] = {}
    addresses = locations(look)
    for address in addresses:
        if not NO_TARGET.search(urlsplit(address).path):
            shapes.setdefault(shape(address), []).append(address)
    ranked = sorted(shapes.values(), key=lambda each: (not THINGS.search(urlsplit(each[0]).path), -len(each)))
    for members in ranked[:GROUPS]:
        if expression := selecting(members, addresses):
            yield Links(expression, tuple(members), float(len(members)))


def shape(address: str) -> str:
    """Addresses of one kind of page have the same: folders as they are, names and numbers left out."""
    path = urlsplit(address).path
    folders, _, name = re.sub(r"\d+", "#", path.rstrip("/")).rpartition("/")
    lead = re.match(r"[A-Za-z]+(?=[-_#])", name) if "#" in name else None
    return f"{folders}/{lead[0] if lead else ''}*{ending_of(path)}"


def ending_of(path: str) -> str:
    found = re.search(r"\.\w{2,5}$", path)
    return found[0] if found else ""


def selecting(members: Sequence[str], addresses: Sequence[str]) -> Expression | None:
    """All ``loc`` elements with these addresses, by what they alone have in common."""
    place = "//*[local-name() = 'loc']"
    if len(members) == len(addresses):
        return Expression(place)
    paths = [urlsplit(each).path for each in members]
    chosen = set(members)
    common = beginning(min(paths), max(paths))
    tests = [part for part in (common, ending_of(paths[0])) if len(part) > 2 and "'" not in part]
    alone = [part for part in tests if not any(part in each for each in addresses if each not in chosen)]
    return Expression(f"{place}[contains(., '{(alone or tests)[0]}')]") if tests else None


def beginning(one: str, other: str) -> str:
    """What both begin with; of the first and the last of many, sorted, what all begin with."""
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
