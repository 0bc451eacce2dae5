"""A Discuz! X board by its own pages: forums, topics by last reply, and the posts of a topic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

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

#: A message instead of the page: which words say what.
REFUSALS = (
    (re.compile("登录|登錄|没有权限|沒有權限|阅读权限|閱讀權限|log ?in|permission", re.IGNORECASE), "login required"),
    (re.compile("过于频繁|過於頻繁|稍候|稍后|秒内只能|too (?:often|fast|many)", re.IGNORECASE), "too many requests"),
    (re.compile("不存在|已被删除|已被刪除|正在被审核|not exist|deleted", re.IGNORECASE), "not found"),
    (re.compile("关闭|關閉|维护|維護|closed", re.IGNORECASE), "site closed"),
)
TOPIC = re.compile(r"[?&]p?tid=(\d{1,12})")
#: Addresses as the board's own rewriting writes them: ``thread-{topic}-{page}-{page of the list}.html``.
REWRITTEN = re.compile(r"thread-(\d{1,12})-(\d{1,6})-\d{1,6}\.html")
PAGE = re.compile(r"[?&]page=(\d{1,6})")
FORUM = re.compile(r"[?&]fid=(\d{1,9})|forum-([\w-]{1,40})-\d{1,6}\.html")
POST = re.compile(r"(?:postmessage_|pid)\d+")
QUOTED = re.compile(r"[?&]pid=(\d{1,12})")
TAKEN_AWAY = re.compile("屏蔽|banned", re.IGNORECASE)
#: The names of forums, in both layouts of a front page.
FORUM_LINKS = "td.fl_g dt a, .fl_tb h2 a"
#: Quotes, edit notes, attachments with their tips, hidden letters against copying, and locked parts.
NOT_SAID = (
    ".quote, .pstatus, .attach_nopermission, .attach_tips, ignore_js_op, .aimg_tip, .tip, .pattl, .locked, .showhide, "
    ".jammer, [style*='display:none'], [style*='display: none']"
)


class DiscuzSource(ForumSource):
    """``url``: the board's front page (all its forums are read), one forum (``forum.php?mod=forumdisplay&fid=2``), or
    the newest topics of the whole board (``forum.php?mod=guide&view=new``). Its times state no zone: set ``timezone``
    where the board's is not yours."""

    kind: Literal["discuz"] = "discuz"
    url: WebUrl


class DiscuzPage(ForumPage[DiscuzSource]):
    """The default template and its descendants: ids and the classes that the board's own scripts need."""

    def refusal(self, page: TextResponse) -> str | None:
        message = words(shown(page.selector, "#messagetext"))
        if message is None:
            return None
        return next((reason for pattern, reason in REFUSALS if pattern.search(message)), "error answer")

    def forums(self, page: TextResponse) -> Iterator[Follow]:
        """Those of a front page, and a forum's sub-forums."""
        seen = set()
        for link in page.css(FORUM_LINKS):
            url = joined(page, link.root.get("href"))
            if url and FORUM.search(url) and url not in seen:
                seen.add(url)
                yield Follow(url, version=forum_state(link))

    def topics(self, page: TextResponse) -> Iterator[TopicLink]:
        links = list(page.css("a.xst, #waterfall h3 a"))
        if not links and not page.css(FORUM_LINKS):  # another template: whatever leads to a topic by its title
            links = [
                each
                for each in page.css("a[href*='mod=viewthread'], a[href*='thread-']")
                if not (words(each) or "0").isdecimal()
            ]
        for link in links:
            url = joined(page, link.root.get("href"))
            if url and words(link) and (address := address_of(url)):
                row = link.xpath("ancestor::*[self::tbody or self::li][1]")
                yield TopicLink(topic_page(url, address, 1), words(link), state_of(row))

    def next_listing(self, page: TextResponse) -> str | None:
        return page.css(".pg a.nxt::attr(href), #pgbtn a::attr(href)").get()

    def is_empty(self, page: TextResponse) -> bool:
        return bool(page.css("#threadlisttableid .emp"))

    def pager(self, page: TextResponse) -> Pager:
        links = page.css(".pg a::attr(href)").getall()
        found = [each[1] for link in links if (each := PAGE.search(link))]
        found += [each[2] for link in links if (each := REWRITTEN.search(link))]
        found += page.css(".pg label span::attr(title)").re(r"\d{1,6}")
        current = max(numbers(page.css(".pg strong::text").getall()[:1]), default=1)
        links = [page.url, *page.css("[id^=postnum]::attr(href)").getall()]
        number = next((address for link in links if (address := address_of(link))), "")
        last = max([*numbers(found), current]) if number else current
        return Pager(current, last, lambda n: topic_page(page.url, number, n))

    def title(self, page: TextResponse) -> str | None:
        return words(shown(page.selector, "#thread_subject"))

    def posts(self, page: TextResponse) -> Sequence[Post]:
        parts: dict[str, Selector] = {}
        for each in page.xpath("//*[@id]"):
            parts.setdefault(each.root.get("id", ""), each)
        names = (name.removeprefix("postmessage_").removeprefix("pid") for name in parts if POST.fullmatch(name))
        return [post_of(number, parts, page.url) for number in list(dict.fromkeys(names))[:MOST_POSTS]]


def post_of(number: str, parts: Mapping[str, Selector], url: str) -> Post:
    """The post whose elements carry ``number`` in their ids; one that was taken away has a notice in place of words."""
    frame = parts.get(f"post_{number}", parts.get(f"pid{number}"))
    content, time = parts.get(f"postmessage_{number}"), parts.get(f"authorposton{number}")
    quotes = content.css(".quote a::attr(href)").re_first(QUOTED) if content is not None else None
    locked = words(shown(frame, ".pcb .locked")) if frame is not None and content is None else None
    return Post(
        number=number,
        url=urljoin(url, f"forum.php?mod=redirect&goto=findpost&pid={number}"),
        text=body(content, NOT_SAID),
        author=words(author_of(frame)) if frame is not None else None,
        # Where "3 小时前" is shown, the time in full stands in a title.
        published=None if time is None else time.css("[title]::attr(title)").get() or words(time),
        quotes=quotes,
        deleted=bool(TAKEN_AWAY.search(locked or "")),
    )


def author_of(post: Selector) -> Selector | None:
    """A link to a member, beside the post or above it; nobody for a guest or an anonymous post."""
    return shown(post, ".authi a[href*='mod=space'], .authi a[href*='space-uid'], .authi a.xw1, .authi a.xi2")


def address_of(url: str) -> str | None:
    """A topic's number, with a mark for addresses that the board rewrites."""
    if found := REWRITTEN.search(url):
        return f"thread-{found[1]}"
    found = TOPIC.search(url)
    return found[1] if found else None


def topic_page(base: str, address: str, page: int) -> str:
    """One and the same address for a page of a topic, wherever it was named: links carry the page of their list."""
    if address.startswith("thread-"):
        return urljoin(base, f"{address}-{page}-1.html")
    return urljoin(base, f"forum.php?mod=viewthread&tid={address}" + (f"&page={page}" if page > 1 else ""))


def state_of(row: SelectorList[Selector]) -> str | None:
    """Number of replies and time of the last one; of a time only what does not grow older."""
    replies = row.css("td.num a::text, cite.xg1 a::text").get()
    last = row.css("td.by")[-1:].css("em")
    time = last.css("span::attr(title)").get() or words(last[0] if last else None) or ""
    fixed = time if re.search(r"\d{4}", time) else ""
    return f"{replies} {fixed}".strip() if replies else None


def forum_state(link: Selector) -> str | None:
    """The numbers of topics and posts beside a forum's name."""
    beside = link.xpath("ancestor::*[self::tr or self::td[contains(@class,'fl_g')]][1]")
    counts = beside.css(".fl_i [title]::attr(title), .fl_i ::text, dd em [title]::attr(title), dd em::text").getall()
    return " ".join(number for each in counts for number in re.findall(r"\d+", each)) or None
