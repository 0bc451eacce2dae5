"""The link by which a page goes on: what it calls its next part, "load more", or the number after its own. Pure.

Only plain links are read, and only those that lead on from the same thing on the same site: the next post of a blog and
the next product of a shop are called "next" too. robots.txt holds for them as for every address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.link_header import linked

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Parameters that say which part of a listing an address shows.
PARTS = re.compile(
    r"(?:(?:[a-z]+[_-]?)?(?:page|paged|offset|cursor)(?:[_-]?(?:no|num|number|index|token|id))?|p|pg|pn|pi|start|from|after|before)",
    re.IGNORECASE,
)
#: The end of a path that says it.
PART_OF_PATH = re.compile(
    r"/(?:(?:comment-|reviews-)?page|pg)[/_-]?\d{1,6}/?$|/p\d{1,6}/?$|[-_](?:page|p)[-_]?\d{1,6}(?=\.html?$)",
    re.IGNORECASE,
)
NEXT = re.compile(
    r"(?:[下后後]一?[页頁]|更早的?(?:评论|评价|帖子)?|次へ|next(?: page)?|older(?: (?:posts|comments|reviews))?)"
    r"[ »›>→]*|[›>→»]",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:(?:load|show|view|see|read) )?(?:all|more)(?: \d{1,6})?(?: customer)?(?: (?:reviews|comments|ratings))?"
    r"[ .…»›>→]*"
    r"|(?:(?:点击|點擊)?(?:加载|加載|载入|載入|查看|显示|顯示|展开))?(?:全部|所有|更多)的?(?:\d{1,6}条)?"
    r"(?:评[价论]|評[價論]|回复|留言|点评)?[ .…»›>→]*",
    re.IGNORECASE,
)
#: Links looked at on one page.
MOST = 3000


def next_part(page: TextResponse, listing: str | None = None) -> str | None:
    """The absolute address of the part after this one, without its fragment; ``None`` where no link leads on.

    ``listing`` is the first part, where ``page`` was reached from it part by part: what lies below it is a part, too
    (``/reviews`` goes on with ``/reviews/2``, and that with ``/reviews/3``).
    """

    def leads(found: str) -> bool:
        return leads_on(page.url, found) or (listing is not None and below(listing, found))

    if stated := linked(page, "next"):
        return stated if leads(stated) else None
    root: Any = page.selector
    relation = "contains(concat(' ', normalize-space(@rel), ' '), ' next ')"
    for found in addresses(page, root.xpath(f"//link[{relation}]/@href | //a[{relation}]/@href").getall()):
        if leads(found):
            return found
    links = [(words, link) for link in root.xpath("//a[@href]")[:MOST] if len(words := words_of(link)) < 40]
    for pattern in (NEXT, MORE):
        named = [link.root.get("href", "") for words, link in links if words and pattern.fullmatch(words)]
        for found in addresses(page, named):
            if leads(found) and (pattern is NEXT or part_of(found) or below(page.url, found)):
                return found
    wanted = number_of(page.url) + 1
    numbered = [link.root.get("href", "") for words, link in links if words == str(wanted)]
    return next((found for found in addresses(page, numbered) if same_but_part(page.url, found, wanted)), None)


def words_of(link: Any) -> str:
    shown = " ".join(link.xpath("string(.)").get("").split())
    return shown or " ".join((link.root.get("aria-label") or link.root.get("title") or "").split())


def addresses(page: TextResponse, hrefs: list[str]) -> Iterator[str]:
    """Other pages of this host that the links lead to."""
    for href in hrefs:
        try:
            address = page.urljoin(href.strip()).partition("#")[0]
            same = urlsplit(address).netloc == urlsplit(page.url).netloc
        except ValueError:
            continue
        if same and address.startswith(("http://", "https://")) and address != page.url.partition("#")[0]:
            yield address


def stem(url: str) -> str:
    """The path without what says which part it is."""
    return PART_OF_PATH.sub("", urlsplit(url).path).rstrip("/")


def leads_on(url: str, found: str) -> bool:
    """Whether ``found`` is a part of what ``url`` is a part of, or lies below it."""
    return stem(found) == stem(url) or below(url, found)


def below(url: str, found: str) -> bool:
    return bool(stem(url)) and stem(found).startswith(f"{stem(url)}/")


def parts_of(url: str) -> dict[str, str]:
    return {name: value for name, value in parse_qsl(urlsplit(url).query) if PARTS.fullmatch(name)}


def part_of(url: str) -> bool:
    return bool(parts_of(url) or PART_OF_PATH.search(urlsplit(url).path))


def number_of(url: str) -> int:
    """The number of the part that an address shows, 1 where it says none."""
    stated = [*parts_of(url).values(), *re.findall(r"\d+", "".join(PART_OF_PATH.findall(urlsplit(url).path)))]
    return next((int(each) for each in stated if each.isascii() and each.isdecimal() and len(each) < 7), 1)


def same_but_part(url: str, found: str, number: int) -> bool:
    """Whether ``found`` differs from ``url`` in nothing but that it is part ``number``."""

    def rest(address: str) -> str:
        query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
        return urlencode(sorted((name, value) for name, value in query if not PARTS.fullmatch(name)))

    return stem(url) == stem(found) and rest(url) == rest(found) and part_of(found) and number_of(found) == number
