"""Which pages of a topic are named, and how."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from crawlers.forum_page import MOST_PAGES, joined, later_pages
from crawlers.pages.discuz import DiscuzPage, DiscuzSource
from crawlers.pages.phpbb import PhpbbPage, PhpbbSource
from crawlers.pages.xenforo import XenforoPage, XenforoSource


def versions(current: int, last: int) -> dict[str, str | None]:
    found = later_pages(str, current, last, version="state", context={})
    return {follow.url: follow.version for follow in found}


def test_a_page_that_another_follows_stays_as_it_is() -> None:
    assert versions(1, 1) == {}
    assert versions(1, 4) == {"2": "full", "3": "full", "4": "state"}
    assert versions(3, 4) == {"4": "state"}


@given(current=st.integers(1, 10**9), last=st.integers(1, 10**9))
def test_at_most_so_many_and_the_newest_of_them(current: int, last: int) -> None:
    named = [int(url) for url in versions(current, last)]
    assert len(named) <= MOST_PAGES
    assert all(later == earlier + 1 for earlier, later in pairwise(named))
    assert not named or (named[-1] == last and named[0] > current)


@pytest.mark.parametrize("link", [None, "", "javascript:void(0)", "http://[/", "//[::1/x", "mailto:a@a.example"])
def test_what_is_no_address_is_not_followed(link: str | None) -> None:
    page = HtmlResponse("https://a.example/", body=b"<p>x</p>")
    assert (joined(page, link) or "https://a.example/") == "https://a.example/"


@pytest.mark.parametrize(
    ("page", "url", "body", "expected"),
    [
        (
            PhpbbPage(PhpbbSource(id="s", url="https://a.example/")),
            "https://a.example/viewtopic.php?t=5",
            '<div class="pagination"><a data-per-page="15" href="?t=5&start=15">2</a><a href="?t=5&start=90">7</a>'
            '<a href="?t=6&start=7">another topic</a></div>',
            (1, 7, "https://a.example/viewtopic.php?t=5&start=30"),
        ),
        (
            PhpbbPage(PhpbbSource(id="s", url="https://a.example/")),
            "https://a.example/viewtopic.php?t=5&start=20",
            '<p class="pagination"><a href="?t=5">1</a><a href="?t=5&start=10">2</a><a href="?t=5&start=30">4</a></p>',
            (3, 4, "https://a.example/viewtopic.php?t=5&start=20"),
        ),
        (
            DiscuzPage(DiscuzSource(id="s", url="https://a.example/")),
            "https://a.example/bbs/thread-5-2-1.html",
            '<p class="pg"><a href="thread-5-1-1.html">1</a><strong>2</strong><a href="thread-5-9-1.html">9</a></p>',
            (2, 9, "https://a.example/bbs/thread-5-3-1.html"),
        ),
        (
            DiscuzPage(DiscuzSource(id="s", url="https://a.example/")),
            "https://a.example/hot/a-name-of-its-own",
            '<a id="postnum7" href="/forum.php?mod=redirect&goto=findpost&ptid=5&pid=7">1#</a>'
            '<div class="pg"><strong>1</strong><label><span title="共 4 页"> / 4 页</span></label></div>',
            (1, 4, "https://a.example/hot/forum.php?mod=viewthread&tid=5&page=3"),
        ),
        (
            XenforoPage(XenforoSource(id="s", url="https://a.example/")),
            "https://a.example/index.php?threads/x.5/page-2",
            '<ul class="pageNav"><li class="pageNav-page--current"><a>2</a></li>'
            '<li><a href="/index.php?threads/x.5/page-6">6</a></li></ul>',
            (2, 6, "https://a.example/index.php?threads/x.5/page-3"),
        ),
    ],
)
def test_a_pager_is_read_from_numbers_and_links(
    page: PhpbbPage | DiscuzPage | XenforoPage, url: str, body: str, expected: tuple[int, int, str]
) -> None:
    found = page.pager(HtmlResponse(url, body=body.encode(), encoding="utf-8"))
    assert (found.current, found.last, found.address(3)) == expected
