"""Engines, feeds, markup and comment servers by the marks of their pages."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.discovery.dates import DateReader
from crawlers.discovery.engines import engine_proposals, store_proposals
from crawlers.discovery.interfaces import interface_proposals, nodeinfo_address
from crawlers.discovery.look import Look
from crawlers.discovery.markup import comment_server, embeds, feed_links, is_feed, review_proposal
from crawlers.registry import SOURCES
from tests.unit.crawlers.discovery.layouts import NOW, SHANGHAI, posts

READER = DateReader(SHANGHAI, NOW)

DISCOURSE = '<meta name="generator" content="Discourse 3.2.1 - https://github.com/discourse">'
NODEBB = (
    '<script>window.config={"relative_path":"/forum","x":1}</script><script src="/forum/assets/nodebb.min.js"></script>'
)
MISAGO = '<div id="misago-container"></div><script src="/static/misago/js/misago.js"></script>'
FLARUM = '<div id="flarum-loading"></div><script>"baseUrl":"https:\\/\\/site.example\\/forum"</script>'
DISCUZ = """<meta name="generator" content="Discuz! X3.4" /><script>discuz_uid = '0'</script>"""
PAGES = {
    "discourse": (DISCOURSE, "/forum/t/name/12/3"),
    "nodebb": (NODEBB, "/forum/topic/7/x"),
    "misago": (MISAGO, "/forum/t/x/7/"),
    "flarum": (FLARUM, "/forum/d/3-x"),
    "phpbb": ('<body id="phpbb" class="nojs"><a>Powered by phpBB</a>', "/forum/viewtopic.php?t=3"),
    "discuz": (DISCUZ, "/forum/thread-3-1-1.html"),
    "xenforo": ('<html id="XF" lang="en" data-app="public">', "/forum/threads/x.12/"),
}


def look(text: str, path: str = "/", **headers: str) -> Look:
    return Look(f"https://site.example{path}", text, headers)


@pytest.mark.parametrize("kind", PAGES)
def test_engine_is_recognised_with_its_front_page(kind: str) -> None:
    text, path = PAGES[kind]
    (found,) = engine_proposals(look(text, path), SOURCES)
    assert found.source["kind"] == kind
    assert str(found.source["url"]).rstrip("/") == "https://site.example/forum"
    assert found.confidence > 0.85
    SOURCES[kind].model.model_validate({"id": "x", **found.source})


def test_only_registered_kinds_are_offered() -> None:
    text, path = PAGES["discourse"]
    assert list(engine_proposals(look(text, path), {})) == []


def test_one_board_stays_one_board() -> None:
    text, _ = PAGES["discuz"]
    (found,) = engine_proposals(look(text, "/forum.php?mod=forumdisplay&fid=2"), SOURCES)
    assert found.source["url"] == "https://site.example/forum.php?mod=forumdisplay&fid=2"
    assert found.tries[0]["url"] == "https://site.example/"


def test_category_of_an_engine_with_an_interface() -> None:
    text, _ = PAGES["nodebb"]
    (found,) = engine_proposals(look(text, "/forum/category/4/phones"), SOURCES)
    assert found.source["category"] == 4


def test_wordpress_with_plain_links_by_its_header_alone() -> None:
    header = (
        '<https://site.example/index.php?rest_route=/>; rel="https://api.w.org/", <https://site.example/?p=1>; rel=x'
    )
    (found,) = engine_proposals(look("", "/?p=1", link=header), SOURCES)
    assert found.source == {"kind": "wordpress", "url": "https://site.example/", "plain_links": True}


def test_page_that_only_talks_about_an_engine_is_none() -> None:
    assert (
        list(engine_proposals(look("<p>We moved from phpBB to Discourse, and wp-content is gone.</p>"), SOURCES)) == []
    )


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://apps.apple.com/cn/app/weixin/id414478124", {"kind": "appstore", "app": 414478124, "country": "cn"}),
        ("https://store.steampowered.com/app/730/CS2/", {"kind": "steam", "app": 730}),
        ("https://www.taptap.cn/app/165287/review", {"kind": "taptap", "app": 165287}),
    ],
)
def test_apps_by_their_address(url: str, source: dict[str, Any]) -> None:
    assert [each.source for each in store_proposals(url, SOURCES)] == [source]


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff<?xml version="1.0"?><!-- x --><rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_feeds_of_all_forms(text: str) -> None:
    assert is_feed(look(text))


def test_feeds_that_a_page_names_comments_first() -> None:
    page = (
        '<link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="alternate" '
        'type="application/rss+xml" href="/comments/feed/"><link rel="alternate" hreflang="en" href="/en/">'
    )
    found = [(each.source["url"], each.source["item_kind"]) for each in feed_links(look(page))]
    assert found == [("https://site.example/comments/feed/", "comment"), ("https://site.example/feed/", "article")]


def test_isso_and_waline_in_a_page() -> None:
    isso = (
        '<section id="isso-thread"></section><script data-isso="//comments.example/" src="//x/embed.min.js"></script>'
    )
    waline = "<script>import {init} from '/@waline/client'; init({el: '#w', serverURL: 'https://w.example/'})</script>"
    found = [next(iter(embeds(look(text, "/posts/x5/"), SOURCES))).source for text in (isso, waline)]
    site = "https://site.example"
    assert found == [
        {"kind": "isso", "url": "https://comments.example", "uris": ["/posts/x5/"], "site": site},
        {"kind": "waline", "url": "https://w.example", "paths": ["/posts/x5/"], "site": site},
    ]


def test_address_of_a_comment_server() -> None:
    page = Look("https://c.example/?uri=%2Fp1", '{"total_replies": 1, "replies": []}', {})
    assert [each.source for each in comment_server(page, SOURCES)] == [
        {"kind": "isso", "url": "https://c.example", "uris": ["/p1"]}
    ]


def test_reviews_in_markup_with_the_next_page() -> None:
    page = look(
        '<script type="application/ld+json">{"@type": "Review"}</script><a rel="next" href="/r?page=2">2</a>', "/r"
    )
    found = review_proposal(page, [(page, ())], READER)
    assert found is not None
    assert found.source == {"kind": "schema-org", "url": "https://site.example/r", "next": "a[rel~=next]"}


def test_markup_of_some_reviews_is_left_for_the_page_that_shows_all() -> None:
    shown = "".join(
        f'<li class="review"><b class="author">{each.author}</b> <i class="stars">{"★" * each.stars}</i> '
        f"<time datetime='{each.at.isoformat()}'></time><p>{each.text}</p></li>"
        for each in posts(9)
    )

    def with_markup(count: int) -> Look:
        stated = ", ".join('{"@type": "Review", "reviewBody": "x"}' for _ in range(count))
        return look(f'<script type="application/ld+json">[{stated}]</script><ol>{shown}</ol>', "/p/1")

    few, all_of_them = with_markup(5), with_markup(9)
    assert review_proposal(few, [(few, ())], READER) is None
    assert review_proposal(all_of_them, [(all_of_them, ())], READER) is not None


def test_server_without_a_page_is_known_by_what_it_tells_machines() -> None:
    links = Look(
        "https://m.example/.well-known/nodeinfo",
        '{"links": [{"rel": "x", "href": "https://m.example/nodeinfo/2.0"}]}',
        {},
    )
    elsewhere = Look("https://m.example/.well-known/nodeinfo", '{"links": [{"href": "http://10.0.0.1/"}, 1]}', {})
    assert nodeinfo_address([links]) == "https://m.example/nodeinfo/2.0"
    assert nodeinfo_address([elsewhere, Look("https://m.example/info", "<html>", {})]) is None
    told = Look("https://m.example/nodeinfo/2.0", '{"software": {"name": "gotosocial"}}', {})
    isso = Look("https://c.example/info", '{"version": "0.14", "host": "x", "origin": "x", "moderation": false}', {})
    assert [each.source for each in interface_proposals([links, told, isso], SOURCES)] == [
        {"kind": "mastodon", "url": "https://m.example", "local": True},
        {"kind": "isso", "url": "https://c.example"},
    ]
