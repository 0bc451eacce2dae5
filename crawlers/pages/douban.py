"""Topics of Douban groups and their replies, by the pages that are shown without signing in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urljoin

from pydantic import Field, StringConstraints

from crawlers.forum_page import ForumPage, Pager, Post, TopicLink, body, joined, numbers, shown, words
from crawlers.page import Follow
from crawlers.weburl import WebUrl
from monitor.config.schema import Source, TimeZone

if TYPE_CHECKING:
    from parsel import Selector
    from scrapy.http import TextResponse

#: Replies on a page of a topic.
PAGE_SIZE = 100
#: What stands in place of a page, and in the first part of its text.
REFUSALS = (
    (re.compile("异常请求|机器人程序|安全验证|验证码"), "challenge"),
    (re.compile("登录跳转|请先登录|需要登录|私密小组|只允许小组成员|加入小组后"), "login required"),
    (re.compile("页面不存在|已被删除|话题不存在|小组不存在|已解散"), "not found"),
)
TOPIC = re.compile(r"/group/topic/(\d{1,12})")
START = re.compile(r"[?&]start=(\d{1,5})(?!\d)")
TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?")
TAKEN_AWAY = re.compile("(?:回应|评论|内容).{0,8}删除")
NOT_SAID = ".reply-quote, .image-caption, .operation_div"

Group = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{2,40}$")]


class DoubanSource(Source):
    """``groups``: as their addresses name them (``douban.com/group/NAME/``), read from the last reply backwards. Douban
    shows visitors some 500 topics of a group and soon stops answering quick visits: keep ``delay`` high. Its times
    are those of Beijing. ``base`` is the site."""

    kind: Literal["douban"] = "douban"
    groups: tuple[Group, ...] = Field(min_length=1, max_length=25)
    timezone: TimeZone | None = "Asia/Shanghai"
    delay: float = Field(default=5.0, ge=0, le=60)
    max_pages: int = Field(default=30, ge=1, le=10_000)
    base: WebUrl = "https://www.douban.com"


class DoubanPage(ForumPage[DoubanSource]):
    """A topic shows its replies from the oldest, a hundred to a page."""

    def start(self) -> Iterable[Follow]:
        for group in self.source.groups:
            yield Follow(f"{self.source.base.rstrip('/')}/group/{group}/discussion?start=0&type=new")

    def refusal(self, page: TextResponse) -> str | None:
        if page.css("table.olt, #topic-content, .topic-content, ul#comments"):
            return None
        said = " ".join(page.css("title::text, h1::text, body ::text").getall())[:3000]
        return next((reason for pattern, reason in REFUSALS if pattern.search(said)), None)

    def forums(self, page: TextResponse) -> Iterator[Follow]:
        return iter(())

    def topics(self, page: TextResponse) -> Iterator[TopicLink]:
        for row in page.css("table.olt tr"):
            link = next(iter(row.css("td.title a[href*='/group/topic/']")), None)
            url = joined(page, link.root.get("href")) if link is not None else None
            number = TOPIC.search(url or "")
            if link is not None and number:
                title = " ".join(link.root.get("title", "").split()) or words(link)
                yield TopicLink(urljoin(page.url, f"/group/topic/{number[1]}/"), title, state_of(row))

    def next_listing(self, page: TextResponse) -> str | None:
        return page.css(".paginator .next a::attr(href)").get()

    def is_empty(self, page: TextResponse) -> bool:
        return bool(page.css("table.olt"))

    def pager(self, page: TextResponse) -> Pager:
        starts = numbers(START.findall(" ".join(page.css(".paginator a::attr(href)").getall())))
        current = max(numbers(page.css(".paginator .thispage::text").getall()), default=1)
        last = max([start // PAGE_SIZE + 1 for start in starts] + [current])
        address = page.url.partition("?")[0]
        return Pager(current, last, lambda n: f"{address}?start={(n - 1) * PAGE_SIZE}" if n > 1 else address)

    def title(self, page: TextResponse) -> str | None:
        return words(shown(page.selector, "#content h1, h1"))

    def posts(self, page: TextResponse) -> Sequence[Post]:
        number = TOPIC.search(page.url)
        found = [opening(page, number[1])] if number else []
        # Popular replies stand in a list of their own, and again in this one.
        replies = [each for reply in page.css("ul#comments > li") if (each := reply_of(reply, page.url))]
        return [each for each in found if each] + replies


def opening(page: TextResponse, number: str) -> Post | None:
    """The topic's own post, which only its first page shows. Replies are numbered apart, so that it gets a mark."""
    content = page.css(".topic-richtext") or page.css(".topic-content .rich-content, #link-report .topic-content")
    if not content:
        return None
    frame = page.css("#topic-content, .topic-doc")
    whole = frame[0] if frame else page.selector
    author = words(shown(whole, ".from a")) or whole.css(".user-face img::attr(alt)").get()
    return Post(
        number=f"t{number}",
        url=urljoin(page.url, f"/group/topic/{number}/"),
        text=body(content[0], NOT_SAID),
        author=author,
        published=time_in(whole, ".create-time, .topic-doc h3 span"),
    )


def reply_of(reply: Selector, url: str) -> Post | None:
    number = reply.root.get("data-cid") or reply.root.get("id", "")
    if not number.isdecimal():
        return None
    content, author = shown(reply, ".reply-content"), shown(reply, ".reply-doc h4 a, h4 a")
    return Post(
        number=number,
        url=f"{url.partition('#')[0]}#{number}",
        text=body(content, NOT_SAID),
        author=words(author) or reply.css(".user-face img::attr(alt)").get(),
        published=time_in(reply, ".pubtime"),
        deleted=author is None and bool(TAKEN_AWAY.search(words(reply) or "")),
    )


def time_in(scope: Selector, query: str) -> str | None:
    """The time of a post; the place that its author wrote from, which stands beside it, is left out."""
    found = TIME.search(" ".join(scope.css(query).xpath("string(.)").getall()))
    return found[0] if found else None


def state_of(row: Selector) -> str | None:
    """Number of replies, empty for none, and the time of the last one."""
    count, last = words(shown(row, "td.r-count")) or "0", words(shown(row, "td.time"))
    return f"{count} {last}" if last else None
