"""Which link of a page leads to its next part, and which one only looks so."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawlers.paging import next_part


def found(body: str, url: str = "https://a.example/p/1", **headers: str) -> str | None:
    address = next_part(HtmlResponse(url, body=body.encode(), encoding="utf-8", headers=headers))
    return address.removeprefix("https://a.example") if address else None


@pytest.mark.parametrize(
    ("body", "url", "expected"),
    [
        ('<link rel="next" href="?page=2">', "/p/1", "/p/1?page=2"),
        ('<a rel="nofollow next" href="/p/1/page/2/">weiter</a>', "/p/1/", "/p/1/page/2/"),
        ('<a href="/p/1?cursor=abc">加载更多</a>', "/p/1", "/p/1?cursor=abc"),
        ('<a href="/p/1/reviews">查看全部评价</a>', "/p/1", "/p/1/reviews"),
        ('<a href="/p/1/reviews?page=1">See all 1204 reviews »</a>', "/p/1", "/p/1/reviews?page=1"),
        ('<a href="/list-2.html">x</a><a href="/list-page-2.html">下一页 ›</a>', "/list.html", "/list-page-2.html"),
        (
            '<a href="?page=1">1</a><b>2</b><a href="?page=3&amp;sort=new">3</a>',
            "/p/1?sort=new&page=2",
            "/p/1?page=3&sort=new",
        ),
        ('<a href="?pn=0">1</a><a href="?pageNo=2">2</a>', "/p/1", "/p/1?pageNo=2"),
        ('<a href="?page=2#reviews" aria-label="Next"><i></i></a>', "/p/1", "/p/1?page=2"),
    ],
)
def test_a_page_goes_on(body: str, url: str, expected: str | None) -> None:
    assert found(body, f"https://a.example{url}") == expected


@pytest.mark.parametrize(
    "body",
    [
        '<a rel="next" href="/p/2">next product</a>',
        '<link rel="next" href="/another-post/">',
        '<a href="https://other.example/p/1?page=2">下一页</a>',
        '<a href="javascript:more()">加载更多</a><a href="#">more</a><a>下一页</a>',
        '<a href="/news">更多</a>',
        '<a href="/p/1">下一页</a>',
        '<a href="http://[::1">next</a>',
        '<a href="?page=4">4</a><a href="?page=2">three</a>',
        '<a href="?size=2">2</a>',
        '<a href="?page=2&amp;sort=old">2</a>',
    ],
)
def test_other_links_are_left_alone(body: str) -> None:
    assert found(body) is None


def test_a_part_that_was_reached_from_its_listing_goes_on_below_it() -> None:
    page = HtmlResponse("https://a.example/reviews/2", body=b'<a rel="next" href="/reviews/3">next</a>')
    assert next_part(page) is None
    assert next_part(page, "https://a.example/reviews") == "https://a.example/reviews/3"
    assert next_part(page, "https://a.example/posts") is None


def test_a_header_names_the_next_part_too() -> None:
    assert found("", Link='</p/1?page=2>; rel="next"') == "/p/1?page=2"
