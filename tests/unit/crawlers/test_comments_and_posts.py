"""Comment servers and social networks: the parts of their paging that a saved page cannot show."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from scrapy.http import TextResponse

from crawlers.events import Cursor, Finished, Found, Gone
from crawlers.job import CrawlJob
from crawlers.link_header import linked
from crawlers.registry import SOURCES
from crawlers.run import crawl
from tests.unit.crawlers.conftest import Answer, Site

JSON = {"Content-Type": "application/json"}


def model(kind: str, **fields: Any) -> Any:
    return SOURCES[kind].model.model_validate({"id": "s", "kind": kind, "delay": 0, **fields})


def crawled(source: Any, cursor: dict[str, Any] | None = None) -> tuple[set[str], dict[str, Any], list[Any]]:
    """The ids that came, the cursor left, and all events."""
    found = list(crawl(CrawlJob(source, cursor=cursor or {}, local=("127.0.0.1",))))
    assert isinstance(found[-1], Finished)
    ids = {str(event.mention.external_id) for event in found if isinstance(event, Found)}
    return ids, [event for event in found if isinstance(event, Cursor)][-1].state, found


def parts_read(site: Site) -> list[str]:
    asked = [parse_qs(urlsplit(path).query).get("page", []) for path in site.paths()]
    return [number for numbers in asked for number in numbers]


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<https://a.example/2>; rel="next"', "https://a.example/2"),
        ('<https://a.example/0>; rel="prev", </x?page=2>; rel=next', "https://a.example/x?page=2"),
        ('<https://a.example/2>; title="rel=next"; rel="last next"', "https://a.example/2"),
        ('<https://a.example/2>; rel="nextish"', None),
        ('<http://[broken>; rel="next"', None),
        ("no link at all", None),
    ],
)
def test_link_header(header: str, address: str | None) -> None:
    assert linked(TextResponse("https://a.example/1", headers={"Link": header}), "next") == address


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"rsshub": "/zhihu/hot"}, "https://rsshub.app/zhihu/hot"),
        ({"rsshub": "/a?format=json", "base": "http://127.0.0.1:1200/"}, "http://127.0.0.1:1200/a?format=json"),
    ],
)
def test_a_route_of_rsshub_is_an_address(fields: dict[str, str], url: str) -> None:
    source = model("feed", **fields)
    assert source.url == url
    assert type(source).model_validate(source.model_dump()) == source


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("feed", {"rsshub": "/a", "url": "https://b.example/"}, "either `url` or `rsshub`"),
        ("feed", {"rsshub": "no slash"}, "rsshub"),
        ("feed", {}, "url"),
        ("mastodon", {"url": "https://m.example"}, "nothing to look for"),
        ("mastodon", {"url": "https://m.example", "tags": ["a/../b"]}, "not a hashtag"),
        ("bluesky", {}, "query"),
    ],
)
def test_sources_that_cannot_work_are_refused(kind: str, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        model(kind, **fields)


def wordpress(site: Site, comments: list[int]) -> None:
    """A site without readable addresses, two comments in a part whatever is asked for, the newest first."""

    def part(handler: BaseHTTPRequestHandler) -> Answer:
        number = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        shown = sorted(comments, reverse=True)[(number - 1) * 2 : number * 2]
        body = [{"id": each, "parent": 0, "content": {"rendered": f"<p>{each}</p>"}} for each in shown]
        return Answer(json.dumps(body).encode(), headers=JSON | {"X-WP-TotalPages": str(-(-len(comments) // 2))})

    site.pages["/"] = Answer(
        b"<html>", headers={"Link": f'<{site.url("/i.php?rest_route=/")}>; rel="https://api.w.org/"'}
    )
    for number in range(1, 9):
        fields = "id%2Cparent%2Cauthor_name%2Cdate_gmt%2Ccontent%2Clink"
        query = f"&per_page=100&orderby=date_gmt&order=desc&page={number}&_fields={fields}"
        site.pages[f"/i.php?rest_route=/wp/v2/comments{query}"] = part


@pytest.mark.slow
def test_wordpress_is_read_to_its_end_once_and_then_to_the_first_known_part(site: Site) -> None:
    comments = list(range(1, 6))
    wordpress(site, comments)
    source = model("wordpress", url=site.url())
    ids, cursor, _ = crawled(source)
    assert ids == {"1", "2", "3", "4", "5"}

    site.seen.clear()
    _, cursor, _ = crawled(source, cursor)
    assert parts_read(site) == ["1"]

    comments += [6, 7, 8]
    ids, _, _ = crawled(source, cursor)
    assert {"6", "7", "8"} <= ids


def waline(site: Site, threads: list[int], *, count: int) -> None:
    """One thread in a part, and ``count`` comments in all."""
    for number, thread in enumerate(threads, start=1):
        replies = count - len(threads) if number == len(threads) else 0
        children = [{"objectId": f"{thread}-{each}", "comment": "x"} for each in range(replies)]
        data = [{"objectId": str(thread), "comment": "x", "children": children}]
        body = {"totalPages": len(threads), "count": count, "data": data}
        site.pages[f"/api/comment?path=%2Fx&pageSize=100&page={number}&sortBy=insertedAt_desc"] = Answer(
            json.dumps({"errno": 0, "data": body}).encode(), headers=JSON
        )


@pytest.mark.slow
def test_a_reply_to_an_old_thread_of_waline_is_found_by_the_number_of_comments(site: Site) -> None:
    waline(site, [3, 2, 1], count=3)
    source = model("waline", url=site.url(), paths=["/x"])
    ids, cursor, _ = crawled(source)
    assert ids == {"1", "2", "3"}

    site.seen.clear()
    _, cursor, _ = crawled(source, cursor)
    assert parts_read(site) == ["1"]

    waline(site, [3, 2, 1], count=4)
    ids, _, _ = crawled(source, cursor)
    assert "1-0" in ids


@pytest.mark.slow
def test_search_of_bluesky_goes_on_by_its_cursor_and_tells_what_was_taken_down(site: Site) -> None:
    def posts(*keys: int, **more: Any) -> Answer:
        shown = [
            {"uri": f"at://did:plc:a/app.bsky.feed.post/{key}", "record": {"text": f"{key}"},
             "labels": [{"val": "!takedown"}] if key == 2 else []} for key in keys]  # fmt: skip
        return Answer(json.dumps({"posts": shown, **more}).encode(), headers=JSON)

    search = "/xrpc/app.bsky.feed.searchPosts?q=x&sort=latest&limit=100"
    site.pages[search] = posts(4, 3, cursor="a")
    site.pages[f"{search}&cursor=a"] = posts(2, 1, cursor="b")
    site.pages[f"{search}&cursor=b"] = posts(cursor="c")
    ids, _, found = crawled(model("bluesky", query="x", base=site.url("")))
    assert {each.rsplit("/", 1)[1] for each in ids} == {"4", "3", "1"}
    assert [event for event in found if isinstance(event, Gone)] == [Gone("at://did:plc:a/app.bsky.feed.post/2")]
    assert found[-1] == Finished("done")
