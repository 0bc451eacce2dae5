"""A forum over several crawls and several pages of its list: what is read again, and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers.events import Cursor, Finished, Found
from tests.unit.crawlers.conftest import Answer, Site
from tests.unit.crawlers.test_run import job, of, run

pytestmark = pytest.mark.slow

FIRST = "/latest.json?order=activity"
FURTHER = "/latest.json?order=activity&page={}"


def as_json(value: object) -> Answer:
    return Answer(json.dumps(value).encode(), headers={"Content-Type": "application/json"})


def publish(site: Site, *pages: list[tuple[int, int]]) -> None:
    """A list of topics in several pages, newest activity first; a topic is (id, minute of its last activity)."""
    for number, topics in enumerate(pages):
        shown: dict[str, Any] = {
            "topics": [{"id": topic, "bumped_at": f"2026-11-23T11:{minute:02d}:00Z"} for topic, minute in topics]
        }
        if number + 1 < len(pages):
            shown["more_topics_url"] = f"/latest?order=activity&page={number + 1}"
        site.pages[FURTHER.format(number) if number else FIRST] = as_json({"topic_list": shown})
        for topic, minute in topics:
            post = {"id": topic * 100 + minute, "post_number": 1, "cooked": f"<p>{topic} {minute}</p>"}
            site.pages[f"/t/{topic}.json"] = as_json({"title": f"t{topic}", "post_stream": {"posts": [post]}})


def crawled(site: Site, cursor: dict[str, Any]) -> tuple[set[str], set[str], Finished, dict[str, Any]]:
    """What was asked for (robots.txt apart) and found in one crawl, its end, and the cursor after it."""
    before = len(site.seen)
    found = run(job(site, "discourse", "/", cursor=cursor))
    assert isinstance(found[-1], Finished)
    cursors = of(found, Cursor)
    ids = {str(event.mention.external_id) for event in of(found, Found)}
    asked = set(site.paths()[before:]) - {"/robots.txt"}
    return asked, ids, found[-1], dict(cursors[-1].state) if cursors else cursor


def test_listing_pages_are_read_until_one_brings_no_news(site: Site) -> None:
    publish(site, [(6, 50), (5, 49)], [(4, 40), (3, 39)], [(2, 30), (1, 29)])
    asked, found, end, cursor = crawled(site, {})
    assert asked == {FIRST, FURTHER.format(1), FURTHER.format(2), *(f"/t/{topic}.json" for topic in range(1, 7))}
    assert found == {"650", "549", "440", "339", "230", "129"}
    assert end == Finished("done")

    # A topic of the second page moved to the top, which pushes another one down to it.
    publish(site, [(3, 55), (6, 50)], [(5, 49), (4, 40)], [(2, 30), (1, 29)])
    asked, found, end, cursor = crawled(site, cursor)
    assert asked == {FIRST, "/t/3.json", FURTHER.format(1)}
    assert found == {"355"}

    asked, found, end, _ = crawled(site, cursor)
    assert asked == {FIRST}
    assert (found, end) == (set(), Finished("done", "nothing new"))


def test_a_topic_that_failed_on_a_later_page_is_read_at_the_next_crawl(site: Site) -> None:
    publish(site, [(4, 50), (3, 49)], [(2, 40), (1, 39)])
    whole = site.pages["/t/2.json"]
    site.pages["/t/2.json"] = Answer(status=500)
    _, found, end, cursor = crawled(site, {})
    assert found == {"450", "349", "139"}
    assert end == Finished("done", "http 500")

    # The list shows nothing new, so that only what is left over leads there.
    site.pages["/t/2.json"] = whole
    asked, found, end, _ = crawled(site, cursor)
    assert "/t/2.json" in asked
    assert asked <= {FIRST, FURTHER.format(1), "/t/2.json"}
    assert found == {"240"}
