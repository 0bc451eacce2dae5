from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import httpx
import pytest

from dashboard.demo.pages import FRESH, NOTICE, answer
from dashboard.demo.site import page_number, serve
from dashboard.demo.story import Story

STARTED = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
STORY = Story(1, STARTED)
NOW = STARTED + timedelta(seconds=120)
PATHS = [
    "/", "/robots.txt", "/shop/xinghe", "/shop/tianqiong", "/shop/xinghe/archive", "/shop/tianqiong/archive",
    "/forum", "/forum/latest.json", "/microblog", "/microblog/posts.json", "/news.atom", "/items/1000003", "/nothing",
]  # fmt: skip


@pytest.fixture
def site() -> Iterator[httpx.Client]:
    server = serve(0, STORY, lambda: NOW)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        yield client
    server.shutdown()
    server.server_close()


def text_of(path: str, now: datetime = NOW, page: int = 0) -> str:
    return answer(path, page, STORY, now).body.decode()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_says_that_it_is_demo_data(path: str) -> None:
    assert NOTICE in text_of(path)


def reviews_of(text: str) -> list[dict[str, object]]:
    data = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    return [review for product in json.loads(data) for review in product["review"]]


def test_shop_and_archive_share_no_review_and_miss_none() -> None:
    fresh = {review["identifier"] for review in reviews_of(text_of("/shop/xinghe", STARTED))}
    old: set[object] = set()
    page = 0
    while True:
        text = text_of("/shop/xinghe/archive", page=page)
        old |= {review["identifier"] for review in reviews_of(text)}
        if 'class="next"' not in text:
            break
        page += 1
    assert page >= 1
    assert not fresh & old
    expected = {
        f"r{item.number}" for item in STORY.published(STARTED) if (item.place, item.brand) == ("shop", "xinghe")
    }
    assert fresh | old == expected


@pytest.mark.slow
def test_two_visits_of_a_shop_ten_seconds_apart_see_every_review() -> None:
    for seconds in range(0, 9000, 10):
        now = STARTED + timedelta(seconds=seconds)
        shown = {review["identifier"] for review in reviews_of(text_of("/shop/xinghe", now))}
        new = STORY.published(now, now - timedelta(seconds=10))
        assert {f"r{item.number}" for item in new if (item.place, item.brand) == ("shop", "xinghe")} <= shown


def test_forum_topics_hold_what_the_list_announces() -> None:
    listed = json.loads(text_of("/forum/latest.json"))["topic_list"]
    bumped = [topic["bumped_at"] for topic in listed["topics"]]
    assert bumped == sorted(bumped, reverse=True)
    for topic in listed["topics"]:
        posts = json.loads(text_of(f"/forum/t/{topic['id']}.json"))["post_stream"]["posts"]
        assert len(posts) == topic["posts_count"]
        assert posts[-1]["created_at"] == topic["bumped_at"]


def test_live_topics_stay_whole_on_a_long_run() -> None:
    now = STARTED + timedelta(hours=9)
    every = [item for item in STORY.published(now) if item.topic is not None and item.published_at > now - FRESH]
    for number in {item.topic for item in every}:
        posts = json.loads(text_of(f"/forum/t/{number}.json", now))["post_stream"]["posts"]
        assert [post["id"] for post in posts] == [item.number for item in STORY.published(now) if item.topic == number]


def test_microblog_posts_are_not_in_the_page_itself() -> None:
    post = json.loads(text_of("/microblog/posts.json"))["posts"][0]["text"]
    assert post not in text_of("/microblog")


def test_feed_is_well_formed() -> None:
    root = ElementTree.fromstring(text_of("/news.atom"))  # noqa: S314 - our own text
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) > 20


@pytest.mark.parametrize(
    ("query", "number"), [("", 0), ("page=2", 2), ("page=-1", 0), ("page=x", 0), ("page=99999999", 0), ("page=²", 0)]
)
def test_page_number(query: str, number: int) -> None:
    assert page_number(query) == number


def test_over_http(site: httpx.Client) -> None:
    found = site.get("/news.atom")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("application/atom+xml")
    again = site.get("/news.atom", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert site.get("/shop/nobody").status_code == 404
    assert site.post("/forum/latest.json").status_code == 405
    assert site.get("/items/1000003").status_code == 200
