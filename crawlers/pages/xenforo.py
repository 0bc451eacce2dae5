"""A XenForo 2 forum by its own pages: lists of forums, of threads, and the posts of a thread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

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
    from parsel import Selector
    from scrapy.http import TextResponse

#: A thread's address, and what may follow it.
THREAD = re.compile(r"^(.*[/?]threads/[^/?#]+/)")
PAGE = re.compile(r"[/=]page-(\d{1,6})|[?&]page=(\d{1,6})")
POST = re.compile(r"^(?:js-)?post-(\d{1,12})$")
QUOTED = re.compile(r"post: ?(\d{1,12})")
NOT_SAID = (
    ".bbCodeBlock--quote, .bbCodeBlock--attribution, .js-selectToQuoteEnd, .bbCodeBlock-expandLink, .attachmentList, "
    ".message-lastEdit, .bbMediaWrapper, .lbContainer"
)


class XenforoSource(ForumSource):
    """``url``: the forum's front page (all its forums are read) or one forum (``/forums/name.2/``), whose sub-forums
    are read too."""

    kind: Literal["xenforo"] = "xenforo"
    url: WebUrl


class XenforoPage(ForumPage[XenforoSource]):
    """The classes of the default style, which other styles keep for the forum's own scripts."""

    def refusal(self, page: TextResponse) -> str | None:
        template = page.css("html::attr(data-template)").get("")
        if template.startswith("login"):
            return "login required"
        if not template.startswith("error") or page.css("article.message, .structItem--thread"):
            return None
        message = words(shown(page.selector, ".blockMessage")) or ""
        gone = re.search("could not be found|找不到", message)
        return "not found" if gone else error_answer(message.replace("permission", "unauthor"), page.url).reason

    def forums(self, page: TextResponse) -> Iterator[Follow]:
        for node in page.css(".node--forum"):
            link = shown(node, ".node-title a, a.node-title")
            if link is not None and (url := joined(page, link.root.get("href"))):
                counts = " ".join(node.css(".node-statsMeta dd::text, .node-meta dd::text").getall())
                last = node.css("time::attr(datetime)").get()
                yield Follow(url, version=" ".join(filter(None, [*counts.split(), last])) or None)

    def topics(self, page: TextResponse) -> Iterator[TopicLink]:
        for row in page.css(".structItem--thread"):
            links = row.css(".structItem-title a[data-tp-primary], .structItem-title a:not(.labelLink)")
            found = next((each for each in links if THREAD.search(each.root.get("href", ""))), None)
            url = joined(page, found.root.get("href")) if found is not None else None
            if url and (thread := THREAD.search(url)):
                replies = row.css(".structItem-cell--meta dd::text").get()
                last = row.css("time.structItem-latestDate::attr(datetime)").get()
                yield TopicLink(thread[1], words(found), " ".join(filter(None, [replies, last])) or None)

    def next_listing(self, page: TextResponse) -> str | None:
        return page.css("a.pageNav-jump--next::attr(href)").get()

    def is_empty(self, page: TextResponse) -> bool:
        return bool(page.css("html[data-template='forum_view']")) and not page.css(
            ".structItem, .p-body a[href*='/post-']"
        )

    def pager(self, page: TextResponse) -> Pager:
        thread = THREAD.search(page.url) or THREAD.search(page.css("link[rel=canonical]::attr(href)").get(""))
        links = page.css(".pageNav a::attr(href)").getall()
        found = [number for link in links if (each := PAGE.search(link)) for number in each.groups() if number]
        here = PAGE.search(page.url)
        shown_page = page.css(".pageNav-page--current a::text, .pageNav-page--current::text").getall()
        current = max(numbers([*shown_page, *(here.groups("") if here else ())]), default=1)
        base = thread[1] if thread else ""
        last = max([*numbers(found), current]) if base else current
        return Pager(current, last, lambda n: f"{base}page-{n}" if n > 1 else base)

    def title(self, page: TextResponse) -> str | None:
        heading = shown(page.selector, "h1.p-title-value")
        if heading is None:
            return None
        # The prefix of a thread stands in elements of its own before the title.
        return " ".join(" ".join(heading.xpath("text()").getall()).split()) or words(heading)

    def posts(self, page: TextResponse) -> Sequence[Post]:
        found = {}
        for message in page.css("article.message")[:MOST_POSTS]:
            names = (message.root.get("data-content", ""), message.root.get("id", ""))
            number = next((each[1] for name in names if (each := POST.search(name))), None)
            if number and number not in found:
                found[number] = post_of(message, number, page)
        return list(found.values())


def post_of(message: Selector, number: str, page: TextResponse) -> Post:
    content = shown(message, ".message-body .bbWrapper, .message-content .bbWrapper, .bbWrapper")
    board, thread, _ = page.url.partition("threads/")
    quotes = message.css(".bbWrapper .bbCodeBlock--quote::attr(data-source)").re_first(QUOTED)
    return Post(
        number=number,
        url=f"{board}posts/{number}/" if thread else page.url,
        text=body(content, NOT_SAID),
        author=message.root.get("data-author") or words(shown(message, ".message-name")),
        published=message.css(".message-attribution time::attr(datetime), time.u-dt::attr(datetime)").get(),
        quotes=quotes,
        deleted="message--deleted" in message.root.get("class", "").split(),
    )
