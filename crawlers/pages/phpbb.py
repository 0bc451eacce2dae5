"""A phpBB board by its own pages: index, viewforum.php and viewtopic.php."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import gcd
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from crawlers.error_answer import error_answer
from crawlers.forum_page import (
    MOST_POSTS,
    ForumPage,
    ForumSource,
    Pager,
    Post,
    TopicLink,
    body,
    joined,
    numbers,
    shown,
    words,
)
from crawlers.page import Follow
from crawlers.weburl import WebUrl

if TYPE_CHECKING:
    from parsel import Selector, SelectorList
    from scrapy.http import TextResponse

TOPIC = re.compile(r"[?&]t=(\d{1,12})")
START = re.compile(r"[?&]start=(\d{1,9})")
LAST_POST = re.compile(r"[?&]p=(\d{1,12})")
#: The session of a visitor without cookies; it makes another address of every link.
SESSION = re.compile(r"(?<=[?&])sid=[0-9a-zA-Z]*&?")
NOT_SAID = "blockquote, .inline-attachment, .attachbox, dl.file, .notice, .signature"


class PhpbbSource(ForumSource):
    """``url``: the board's front page (all its forums are read) or one forum (``viewforum.php?f=2``), whose sub-forums
    are read too. Boards before 3.3 print times without a zone: set ``timezone`` where theirs is not yours."""

    kind: Literal["phpbb"] = "phpbb"
    url: WebUrl


class PhpbbPage(ForumPage[PhpbbSource]):
    """The theme prosilver, 3.0 to 3.3, and its descendants."""

    def refusal(self, page: TextResponse) -> str | None:
        if page.css(".post, .topictitle, .forumtitle"):
            return None
        if message := words(shown(page.selector, "#message p")):
            gone = re.search("does not exist|不存在", message)
            return "not found" if gone else error_answer(message.replace("authorised", "unauthor"), page.url).reason
        return "login required" if page.css("form[action*='mode=login'] input[type=password]") else None

    def forums(self, page: TextResponse) -> Iterator[Follow]:
        for link in page.css("a.forumtitle"):
            row = link.xpath("ancestor::dl[1]")
            if not row.css("dd.redirect") and (url := address_of(page, link)):
                yield Follow(url, version=state_of(row, "dd.topics, dd.posts"))

    def topics(self, page: TextResponse) -> Iterator[TopicLink]:
        for link in page.css("a.topictitle"):
            if url := address_of(page, link):
                topic = TOPIC.search(url)
                row = link.xpath("ancestor::dl[1]")
                yield TopicLink(topic_page(url, topic[1], 0) if topic else url, words(link), state_of(row, "dd.posts"))

    def next_listing(self, page: TextResponse) -> str | None:
        link = page.css(".pagination a[rel=next]::attr(href), .pagination .next a::attr(href), a.right-box::attr(href)")
        return SESSION.sub("", link.get("")) or None

    def is_empty(self, page: TextResponse) -> bool:
        return bool(page.css(".forum-title")) and not page.css("a[href*='viewtopic']")

    def pager(self, page: TextResponse) -> Pager:
        links = [page.url, *page.css(".topic-title a::attr(href), .pagination a::attr(href)").getall()]
        topic = next((found[1] for link in links if (found := TOPIC.search(link))), None)
        own = [link for link in links if f"t={topic}" in re.split("[?&]", link)]
        starts = [int(found[1]) for link in own if (found := START.search(link))]
        step = max(numbers(page.css("[data-per-page]::attr(data-per-page)").getall()), default=0) or gcd(*starts) or 1
        here = START.search(page.url)
        current = int(here[1]) // step + 1 if here else 1
        last = max(starts, default=0) // step + 1 if topic else current
        return Pager(current, last, lambda n: topic_page(page.url, topic or "", (n - 1) * step))

    def title(self, page: TextResponse) -> str | None:
        return words(shown(page.selector, ".topic-title, h2 a[href*='viewtopic']"))

    def posts(self, page: TextResponse) -> Sequence[Post]:
        found = [each for each in page.css(".post[id^=p]") if each.root.get("id", "")[1:].isdecimal()]
        return [post_of(each, page) for each in found[:MOST_POSTS]]


def post_of(post: Selector, page: TextResponse) -> Post:
    number = post.root.get("id", "")[1:]
    # The first link of a quote's head is its author's.
    quotes = post.css(".content cite a[href*='viewtopic']::attr(href)").re(LAST_POST)
    line = shown(post, ".author")
    # "by name » Mon Jan 06, 2020 10:00 am"; since 3.3 there is a <time>.
    printed = (words(line) or "").rpartition("»")[2].strip()
    return Post(
        number=number,
        url=urljoin(page.url, f"viewtopic.php?p={number}"),
        text=body(shown(post, ".content"), NOT_SAID),
        author=words(shown(post, ".author .username, .author .username-coloured, .author strong, .postprofile dt a")),
        published=post.css(".author time::attr(datetime)").get() or printed or None,
        quotes=next(iter(quotes), None),
    )


def address_of(page: TextResponse, link: Selector) -> str | None:
    """The address of a link without the visitor's session."""
    url = joined(page, link.root.get("href"))
    return SESSION.sub("", url).rstrip("?&") if url else None


def topic_page(base: str, topic: str, start: int) -> str:
    """One and the same address for a page of a topic, whatever forum it was named in."""
    return urljoin(base, f"viewtopic.php?t={topic}" + (f"&start={start}" if start else ""))


def state_of(row: SelectorList[Selector], counts: str) -> str | None:
    """The counts of a row with the number or the time of its last post."""
    shown_counts = " ".join(re.findall(r"\d[\d.,]*", " ".join(row.css(counts).xpath("text()").getall())))
    last = row.css("dd.lastpost a::attr(href)").re_first(LAST_POST)
    time = row.css("dd.lastpost time::attr(datetime)").get()
    return " ".join(filter(None, [shown_counts, last or time])) or None
