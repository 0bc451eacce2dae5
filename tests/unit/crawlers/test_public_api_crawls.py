"""Two public APIs as whole crawls over a real site: everything once, then only what is new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.events import Cursor, Finished, Found, Gone
from crawlers.job import CrawlJob
from crawlers.registry import SOURCES
from crawlers.run import crawl
from tests.unit.crawlers.conftest import Answer, Route, Site

pytestmark = pytest.mark.slow

PART = 4


class Pages(dict[str, Route]):
    """Answers by path alone; the query is the route's business."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key.partition("?")[0], default)


def query_of(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}


def as_json(data: Any) -> Answer:
    return Answer(json.dumps(data).encode(), headers={"Content-Type": "application/json"})


def run(site: Site, kind: str, cursor: Mapping[str, Any], **fields: Any) -> tuple[list[str], list[str], dict[str, Any]]:
    """The ids that a crawl brought, the pages that it asked for, and its cursor."""
    before = len(site.paths())
    own = {"id": "s", "kind": kind, "base": site.url(""), "delay": 0, **fields}
    source = SOURCES[kind].model.model_validate(own)
    events = list(crawl(CrawlJob(source=source, cursor=cursor, local=("127.0.0.1",))))
    assert isinstance(events[-1], Finished)
    assert events[-1].outcome == "done", events[-1].reason
    ids = [event.mention.external_id or "" for event in events if isinstance(event, Found)]
    gone = [f"-{event.external_id}" for event in events if isinstance(event, Gone)]
    asked = [path for path in site.paths()[before:] if path != "/robots.txt"]
    return ids + gone, asked, [event.state for event in events if isinstance(event, Cursor)][-1]


def test_steam_is_read_once_and_then_to_the_first_page_without_news(site: Site) -> None:
    numbers = list(range(30))

    def reviews(handler: BaseHTTPRequestHandler) -> Answer:
        cursor = query_of(handler)["cursor"]
        last = numbers[-1] + 1 if cursor == "*" else int(cursor.removeprefix("+/"))
        shown = [n for n in reversed(numbers) if n < last][:PART]
        made = [{"recommendationid": str(n), "review": f"text {n}", "voted_up": n % 2 == 0} for n in shown]
        return as_json({"success": 1, "reviews": made, "cursor": f"+/{shown[-1]}" if shown else cursor})

    site.pages = Pages({"/appreviews/10": reviews})
    ids, _, state = run(site, "steam", {}, app=10)
    assert sorted(map(int, ids)) == numbers
    assert len(run(site, "steam", state, app=10)[1]) == 1
    numbers += range(30, 36)
    ids, asked, _ = run(site, "steam", state, app=10)
    # Six new reviews lie on two pages; the third brings nothing and is the last.
    assert len(asked) == 3
    assert set(map(int, ids)) >= set(range(30, 36))


def test_v2ex_reads_the_replies_of_topics_that_moved(site: Site) -> None:
    replies = {7: 10, 8: 0, 9: 3}
    deleted: set[int] = set()

    def latest(_handler: BaseHTTPRequestHandler) -> Answer:
        made = [
            {"id": n, "title": f"topic {n}", "replies": count, "last_touched": count, "deleted": int(n in deleted)}
            for n, count in replies.items()
        ]
        return as_json(made)

    def show(handler: BaseHTTPRequestHandler) -> Answer:
        query = query_of(handler)
        topic, part = int(query["topic_id"]), int(query.get("page", "1"))
        shown = range(replies[topic])[(part - 1) * PART : part * PART]
        return as_json([{"id": topic * 100 + n, "content": f"reply {n}"} for n in shown])

    site.pages = Pages({"/api/topics/latest.json": latest, "/api/replies/show.json": show})
    ids, asked, state = run(site, "v2ex", {})
    assert sorted(ids) == sorted(
        [f"t{n}" for n in replies] + [f"r{topic * 100 + n}" for topic, count in replies.items() for n in range(count)]
    )
    assert len(asked) == 1 + 3 + 1
    ids, asked, state = run(site, "v2ex", state)
    assert asked == ["/api/topics/latest.json"]
    replies[7] += 1
    deleted.add(9)
    ids, asked, state = run(site, "v2ex", state)
    # The first part, which tells how many there are, and the last, which changed; the full one between them is known.
    assert asked[1:] == ["/api/replies/show.json?topic_id=7", "/api/replies/show.json?topic_id=7&page=3"]
    assert {"r710", "-t9"} <= set(ids)
