"""The base of page classes that read a forum's own HTML: lists of forums, lists of topics, and topics of many pages."""

from __future__ import annotations

import html
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from crawlers.page import Deleted, Follow, Page, Parsed, S, context_of
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from parsel import Selector
    from scrapy.http import TextResponse

#: Pages of one topic that are followed: the newest ones of a topic that has more.
MOST_PAGES = 2000

#: Posts read on one page. No forum shows so many; a page made to cost us time does.
MOST_POSTS = 500

#: What is never an author's own words.
NO_WORDS = "script, style, noscript, template"


class ForumSource(Source):
    """A forum: each topic is a page of its own, so that a first crawl may read as many as its time allows at one a
    second. Later ones read what moved."""

    max_pages: int = Field(default=200, ge=1, le=10_000)


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A topic as a list names it. ``version`` shows its state: replies and last activity, in words that stay the same
    while nothing happens (never "3 minutes ago"); ``None`` where the list shows none."""

    url: str
    title: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a topic a page stands, both from 1, and the addresses of the others."""

    current: int
    last: int
    address: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as found. ``text`` is HTML, empty where nothing but a quote or a picture was posted."""

    number: str
    url: str
    text: str
    author: str | None = None
    published: str | None = None
    quotes: str | None = None
    deleted: bool = False


class ForumPage(Page[S]):
    """An engine says where the parts of its pages stand; the order of reading is the same for all of them."""

    def parse(self, page: TextResponse) -> Iterator[Parsed]:
        if not page.text.strip() or page.selector.type != "html":
            yield Rejection("not a page", page.selector.type, page.url)
        elif reason := self.refusal(page):
            yield Rejection(reason, page.css("title::text").get("").strip()[:200], page.url)
        elif posts := self.posts(page):
            yield from self.topic(page, posts)
        else:
            found = [*self.forums(page), *self.listing(page)]
            yield from found
            if not found and not self.is_empty(page):
                yield Rejection("layout not recognised", page.css("title::text").get("").strip()[:200], page.url)

    def listing(self, page: TextResponse) -> Iterator[Follow]:
        seen = set()
        for topic in self.topics(page):
            if topic.url not in seen:
                seen.add(topic.url)
                context = {"title": topic.title, "version": topic.version}
                yield Follow(topic.url, context=context, version=topic.version)
        if seen and (further := joined(page, self.next_listing(page))):
            yield Follow(further, next=True)

    def topic(self, page: TextResponse, posts: Sequence[Post]) -> Iterator[Parsed]:
        """The posts of one page, and from a topic's first page the addresses of all later ones."""
        context, pager = context_of(page), self.pager(page)
        first = context.get("first") or (posts[0].number if pager.current == 1 else None)
        for post in posts:
            yield self.item(post, first, context.get("title") or self.title(page), page.url)
        if "first" not in context:
            yield from later_pages(
                pager.address, pager.current, pager.last, version=context.get("version"), context={"first": first}
            )

    def item(self, post: Post, first: str | None, title: str | None, url: str) -> Parsed:
        if post.deleted:
            return Deleted(post.number)
        if not post.text:
            return Rejection("no text", "", post.url or url)
        opening = post.number == first
        return RawMention(
            text=post.text,
            external_id=post.number,
            url=post.url,
            kind="post" if opening else "comment",
            title=html.escape(title, quote=False) if opening and title else None,
            author=post.author,
            published=post.published,
            parent_id=None if opening else post.quotes or first,
            markup="html",
        )

    @abstractmethod
    def refusal(self, page: TextResponse) -> str | None:
        """The stable reason why this page shows nothing ("login required"), if it is such a page."""

    @abstractmethod
    def posts(self, page: TextResponse) -> Sequence[Post]:
        """The posts of a topic's page, in their order."""

    @abstractmethod
    def forums(self, page: TextResponse) -> Iterable[Follow]:
        """The forums that a front page (or a forum, of its sub-forums) lists."""

    @abstractmethod
    def topics(self, page: TextResponse) -> Iterable[TopicLink]:
        """The topics that a list shows."""

    @abstractmethod
    def next_listing(self, page: TextResponse) -> str | None:
        """The link to the further part of a list of topics."""

    @abstractmethod
    def pager(self, page: TextResponse) -> Pager:
        """Where a topic's page stands in it."""

    @abstractmethod
    def title(self, page: TextResponse) -> str | None:
        """A topic's title as its own page shows it."""

    def is_empty(self, page: TextResponse) -> bool:
        """Whether the engine itself says that there are no topics."""
        return False


def later_pages(
    address: Callable[[int], str], current: int, last: int, *, version: str | None, context: Mapping[str, Any]
) -> Iterator[Follow]:
    """The pages after ``current`` of something that begins with the oldest. A page that another one follows is full
    and stays as it is; the last one changes with the ``version`` of the whole. So a reply costs two pages."""
    for number in range(max(current + 1, last - MOST_PAGES + 1), last + 1):
        yield Follow(address(number), context=context, version="full" if number < last else version)


def joined(page: TextResponse, link: str | None) -> str | None:
    """The address that ``link`` on ``page`` means, without its fragment; ``None`` for what is no web address."""
    try:
        address = page.urljoin(link.strip()).partition("#")[0] if link else ""
    except ValueError:  # a bracket that opens no IPv6 address
        return None
    return address if address.startswith(("http://", "https://")) else None


def words(found: Selector | None) -> str | None:
    """The text of an element in one line; ``None`` where there is none."""
    return " ".join(found.xpath("string(.)").get("").split()) or None if found is not None else None


def shown(scope: Selector, query: str) -> Selector | None:
    """The first element below ``scope`` that the CSS ``query`` finds and that has text."""
    return next((each for each in scope.css(query) if words(each)), None)


def body(content: Selector | None, leave_out: str) -> str:
    """The HTML of a post without what is not its author's (CSS ``leave_out``), empty where no words are left.

    The elements go from the page itself: whatever is to be read from a quote has to be read before.
    """
    if content is None:
        return ""
    for each in content.css(f"{NO_WORDS}, {leave_out}"):
        if each.root.getparent() is not None:  # a part of something that is gone already keeps its parent
            leave_out_element(each)
    return content.get() if words(content) else ""


def leave_out_element(found: Selector) -> None:
    try:
        found.drop()
    except ValueError:  # lxml reads control characters in what follows the element, and refuses to write them
        found.root.clear(keep_tail=True)


def numbers(texts: Iterable[str]) -> list[int]:
    """Those of the ``texts`` that are page numbers."""
    return [int(each) for text in texts if (each := text.strip()).isdecimal() and len(each) < 10]
