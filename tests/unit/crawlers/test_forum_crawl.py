"""Whole crawls of small forums: every post once, and a new reply costs the list and two pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crawlers.events import CrawlEvent, Cursor, Finished, Found, Rejected
from crawlers.job import CrawlJob
from crawlers.registry import SOURCES
from crawlers.run import crawl
from tests.unit.crawlers.conftest import Answer, Site

pytestmark = pytest.mark.slow

#: Posts on a page of a topic.
SIZE = 3
Pages = dict[str, Answer]


def parts(posts: int) -> list[range]:
    return [range(start, min(start + SIZE, posts)) for start in range(0, posts, SIZE)]


def discuz(posts: int) -> Pages:
    """In GBK under a header that says UTF-8; a topic of one post beside the long one."""

    def page(body: str) -> Answer:
        return Answer(f"<html><head><meta charset=gbk></head><body>{body}</body></html>".encode("gb18030"))

    def row(topic: int, replies: int) -> str:
        return (
            f'<tbody id="normalthread_{topic}"><tr><th><a class="s xst" href="forum.php?mod=viewthread&amp;tid={topic}'
            f'&amp;extra=page%3D1">电池发烫</a></th><td class="num"><a>{replies}</a></td></tr></tbody>'
        )

    def post(number: int) -> str:
        return (
            f'<div id="post_{number}"><table id="pid{number}"><tr><td><div class="authi">'
            f'<a href="home.php?mod=space&amp;uid=1">老王</a><em id="authorposton{number}">发表于 2026-11-7 15:32</em>'
            f'</div></td><td id="postmessage_{number}">第{number}楼</td></tr></table></div>'
        )

    numbered = parts(posts)
    found = {"/forum.php?mod=forumdisplay&fid=2": page(f"<table>{row(1, posts - 1)}{row(9, 0)}</table>")}
    for number, part in enumerate(numbered, 1):
        pager = (
            f'<div class="pg"><strong>{number}</strong><label><span title="共 {len(numbered)} 页"></span></label></div>'
        )
        address = "/forum.php?mod=viewthread&tid=1" + (f"&page={number}" if number > 1 else "")
        found[address] = page("".join(post(100 + each) for each in part) + pager)
    found["/forum.php?mod=viewthread&tid=9"] = page(post(900))
    return found


def nodebb(posts: int) -> Pages:
    def answer(**data: Any) -> Answer:
        return Answer(json.dumps(data).encode(), headers={"Content-Type": "application/json"})

    def state(topic: int, count: int) -> dict[str, Any]:
        return {"tid": topic, "title": "t", "postcount": count, "lastposttime": count, "mainPid": topic * 100}

    def post(number: int) -> dict[str, Any]:
        return {"pid": number, "content": f"<p>{number}</p>", "timestampISO": "2026-11-07T07:32:00Z", "user": {}}

    numbered = parts(posts)
    found = {"/api/recent?page=1": answer(topics=[state(1, posts), state(9, 1)], pagination={})}
    for number, part in enumerate(numbered, 1):
        pager = {"currentPage": number, "pageCount": len(numbered)}
        found[f"/api/topic/1?sort=oldest_to_newest&page={number}"] = answer(
            **state(1, posts), posts=[post(100 + each) for each in part], pagination=pager
        )
    found["/api/topic/9?sort=oldest_to_newest&page=1"] = answer(**state(9, 1), posts=[post(900)], pagination={})
    return found


FORUMS: dict[str, tuple[Callable[[int], Pages], str]] = {
    "discuz": (discuz, "/forum.php?mod=forumdisplay&fid=2"),
    "nodebb": (nodebb, "/"),
}


def visit(site: Site, kind: str, state: dict[str, Any]) -> tuple[list[str], list[str], dict[str, Any]]:
    """The posts found, the pages asked for, and what is left to the next crawl."""
    source = SOURCES[kind].model.model_validate({"id": "s", "kind": kind, "url": site.url(FORUMS[kind][1]), "delay": 0})
    before = len(site.paths())
    found: list[CrawlEvent] = list(crawl(CrawlJob(source=source, cursor=state, local=("127.0.0.1",))))
    assert found[-1] in (Finished("done"), Finished("done", "nothing new"))
    assert not [event for event in found if isinstance(event, Rejected)]
    posts = [str(event.mention.external_id) for event in found if isinstance(event, Found)]
    left = [event.state for event in found if isinstance(event, Cursor)][-1]
    return posts, [path for path in site.paths()[before:] if path != "/robots.txt"], left


@pytest.mark.parametrize("kind", sorted(FORUMS))
def test_a_long_topic_is_read_once_and_a_reply_costs_two_pages(site: Site, kind: str) -> None:
    forum = FORUMS[kind][0]
    site.pages |= forum(29)
    posts, asked, state = visit(site, kind, {})
    assert sorted(posts) == [*(str(100 + each) for each in range(29)), "900"]
    assert len(asked) == len(set(asked)) == 1 + 10 + 1

    posts, asked, state = visit(site, kind, state)
    assert (posts, len(asked)) == ([], 1)

    site.pages |= forum(30)
    posts, asked, state = visit(site, kind, state)
    assert "129" in posts
    assert len(asked) == 1 + 2

    # The page that was the last one is now followed by another: it is read once more, for it may have got replies too.
    site.pages |= forum(31)
    posts, asked, state = visit(site, kind, state)
    assert "130" in posts
    assert len(asked) == 1 + 3

    posts, asked, state = visit(site, kind, state)
    assert (posts, len(asked)) == ([], 1)
