"""Paging of the public APIs: what each page class asks for next, and when it stops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from scrapy import Request
from scrapy.http import TextResponse

from crawlers.page import Follow, Page, Parsed
from crawlers.registry import SOURCES
from monitor.mention import RawMention, Rejection

DAY, HOUR = 86_400, 3_600


def page_of(kind: str, cursor: Mapping[str, Any] | None = None, **fields: Any) -> Page[Any]:
    model = SOURCES[kind].model.model_validate({"id": "s", "kind": kind, **fields})
    return SOURCES[kind].page_class()(model, cursor)


def read(page: Page[Any], data: Any, follow: Follow | None = None) -> list[Parsed]:
    """What the page class makes of ``data`` as the answer to ``follow``, by default to its first request."""
    asked = follow or next(iter(page.start()))
    request = Request(asked.url, meta={"context": dict(asked.context)})
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return list(page.parse(TextResponse(request.url, body=body, encoding="utf-8", request=request)))


def follows(found: list[Parsed]) -> list[Follow]:
    return [each for each in found if isinstance(each, Follow)]


def reasons(found: list[Parsed]) -> list[str]:
    return [each.reason for each in found if isinstance(each, Rejection)]


def hits(count: int, oldest: int, step: int = 1) -> dict[str, Any]:
    times = range(oldest + (count - 1) * step, oldest - 1, -step) if step else [oldest] * count
    return {"hits": [{"objectID": str(i), "comment_text": "x", "created_at_i": time} for i, time in enumerate(times)]}


def test_hacker_news_goes_on_below_the_oldest_hit_of_a_full_page() -> None:
    page = page_of("hacker-news", query="x")
    (further,) = follows(read(page, hits(100, 1_795_000_000)))
    assert further.next
    assert further.url.endswith("&numericFilters=created_at_i%3C%3D1795000000")
    assert follows(read(page, hits(100, 1_795_000_000, step=0), further)) == []
    assert follows(read(page, hits(99, 1_794_000_000), further)) == []


def articles(count: int, last: str) -> dict[str, Any]:
    seen = ["20261120T000000Z"] * (count - 1) + [last]
    return {"articles": [{"url": f"https://n.example/{i}", "title": "x", "seendate": at} for i, at in enumerate(seen)]}


def test_gdelt_goes_on_below_the_oldest_article_of_a_full_page() -> None:
    page = page_of("gdelt", query="xinghe")
    (further,) = follows(read(page, articles(250, "20261101T101500Z")))
    assert further.next
    assert further.url.endswith("&enddatetime=20261101101500")
    assert follows(read(page, articles(250, "20261101T101500Z"), further)) == []
    assert follows(read(page, articles(249, "20261001T101500Z"), further)) == []


def reviews(count: int, cursor: str | None) -> dict[str, Any]:
    made = [{"recommendationid": str(i), "review": "x"} for i in range(count)]
    return {"success": 1, "reviews": made, "cursor": cursor}


def test_steam_ends_at_its_own_cursor_and_not_at_a_short_page() -> None:
    page = page_of("steam", app=10)
    (further,) = follows(read(page, reviews(1, "Ab+/=")))
    assert further.next
    assert further.url.endswith("&cursor=Ab%2B%2F%3D")
    assert follows(read(page, reviews(100, "Ab+/="), further)) == []
    assert follows(read(page, reviews(100, None), further)) == []
    assert follows(read(page, reviews(0, "other"), further)) == []
    assert len(follows(read(page, reviews(7, "other"), further))) == 1


@pytest.mark.parametrize(("voted_up", "rating"), [(True, "1"), (False, "0"), (None, None), (1, None)])
def test_steam_rates_with_two_values(voted_up: Any, rating: str | None) -> None:
    data = {"success": 1, "reviews": [{"recommendationid": "1", "review": "x", "voted_up": voted_up}]}
    (mention,) = read(page_of("steam", app=10), data)
    assert isinstance(mention, RawMention)
    assert (mention.rating, mention.rating_worst, mention.rating_best) == (rating, "0", "1")


def listed(count: int, next_page: str | None) -> dict[str, Any]:
    made = [{"moment": {"review": {"id": i + 1, "contents": {"text": "x"}}}} for i in range(count)]
    return {"success": True, "data": {"list": made, "next_page": next_page}}


def test_taptap_follows_the_part_that_is_named_or_counts_on() -> None:
    page = page_of("taptap", app=1)
    list_path = "/webapiv2/review/v2/list-by-app"
    (named,) = follows(read(page, listed(3, f"{list_path}?app_id=1&from=13&X-UA=else")))
    assert named.next
    assert named.url.startswith(f"https://www.taptap.cn{list_path}?app_id=1&from=13&X-UA=V%3D1%26PN%3DWebApp")
    (counted,) = follows(read(page, listed(10, "")))
    assert "&from=10&" in counted.url
    assert "&from=20&" in follows(read(page, listed(10, None), counted))[0].url
    assert follows(read(page, listed(9, "https://elsewhere.example/a?from=1"))) == []


def test_v2ex_names_all_parts_of_a_topic_and_only_the_last_by_its_state() -> None:
    page = page_of("v2ex")
    topic = {"id": 7, "title": "x", "replies": 250, "last_touched": 99}
    (first,) = follows(read(page, [topic]))
    assert first.version == "250 99"
    replies = [{"id": i, "content": "x"} for i in range(100)]
    parts = follows(read(page, replies, first))
    assert [(part.url.rsplit("=", 1)[1], part.version) for part in parts] == [("2", "full"), ("3", "250 99")]
    assert follows(read(page, replies[:50], parts[1])) == []
    assert follows(read(page, replies * 3, first)) == []
    assert follows(read(page, [], first)) == []


def entries(count: int) -> dict[str, Any]:
    made = [{"id": {"label": str(i)}, "im:rating": {"label": "5"}, "content": {"label": "x"}} for i in range(count)]
    return {"feed": {"entry": made} if made else {}}


def test_app_store_reads_ten_pages_and_tries_an_empty_one_in_the_other_spelling() -> None:
    page = page_of("appstore", app=1)
    asked = list(page.start())
    while further := follows(read(page, entries(50), asked[-1])):
        asked += further
    assert [follow.url.split("/page=")[1].split("/")[0] for follow in asked] == [str(n) for n in range(1, 11)]
    assert [follow.next for follow in asked] == [False] + [True] * 9
    (other,) = follows(read(page, entries(0)))
    assert other.url.endswith("/page=1/id=1/sortBy=mostRecent/json")
    assert not other.next
    assert follows(read(page, entries(0), other)) == []
    assert follows(read(page, entries(50), other))[0].url.endswith("/page=2/id=1/sortBy=mostRecent/json")


def questions(**wrapper: Any) -> dict[str, Any]:
    item = {"question_id": 5, "title": "t", "body": "x", "answer_count": 1, "last_activity_date": 9}
    return {"items": [item], "has_more": True, "quota_remaining": 200, **wrapper}


@pytest.mark.parametrize("pause", [{"backoff": 10}, {"quota_remaining": 0}])
def test_stack_exchange_stops_when_asked_to_and_goes_on_there_in_the_next_crawl(pause: dict[str, int]) -> None:
    page = page_of("stack-exchange", site="superuser", query="x")
    found = read(page, questions(**pause))
    assert reasons(found) == ["too many requests"]
    assert follows(found) == []
    assert sum(isinstance(each, RawMention) for each in found) == 1

    later = page_of("stack-exchange", page.cursor, site="superuser", query="x")
    held = [follow.url for follow in later.start()]
    assert held == [next(iter(page.start())).url] * 2
    answers, further = follows(read(later, questions()))
    assert (answers.version, answers.next, further.next) == ("9 1", False, True)
    assert "&page=2" in further.url
    assert later.cursor == {}


def test_stack_exchange_holds_nothing_where_nothing_follows() -> None:
    page = page_of("stack-exchange", site="superuser", tags=["x"], answers=False)
    assert reasons(read(page, questions(has_more=False, backoff=3))) == ["too many requests"]
    assert page.cursor == {}


def test_stack_exchange_needs_words_or_tags() -> None:
    with pytest.raises(ValidationError, match="needs a query or tags"):
        page_of("stack-exchange", site="superuser")


@pytest.mark.parametrize(
    ("kind", "fields", "answer", "reason"),
    [
        ("gdelt", {"query": "xxx"}, b"Please limit requests to one every 5 seconds", "too many requests"),
        ("gdelt", {"query": "xxx"}, b"Your query was too short or too long.", "error answer"),
        ("gdelt", {"query": "xxx"}, b"<html></html>", "bad json"),
        ("gdelt", {"query": "xxx"}, b"", "bad json"),
        ("steam", {"app": 1}, {"success": 2}, "error answer"),
        ("steam", {"app": 1}, None, "error answer"),
        ("taptap", {"app": 1}, {"success": False, "data": {"msg": "请先登录"}}, "login required"),
        ("v2ex", {}, {"status": "error", "message": "Object Not Found"}, "error answer"),
        ("hacker-news", {"query": "x"}, {"message": "Rate limit exceeded"}, "too many requests"),
        (
            "stack-exchange",
            {"site": "superuser", "query": "x"},
            {"error_id": 403, "error_name": "access_denied", "items": []},
            "login required",
        ),
        ("appstore", {"app": 1}, {"feed": "gone"}, "bad json"),
    ],
)
def test_an_error_in_an_answer_is_never_silence(kind: str, fields: Any, answer: Any, reason: str) -> None:
    found = read(page_of(kind, **fields), answer)
    assert reasons(found) == [reason]
    assert len(found) == 1


def test_defaults_stay_within_what_each_api_allows() -> None:
    v2ex = page_of("v2ex").source
    assert v2ex.max_pages * HOUR / v2ex.every.total_seconds() <= 120
    exchange = page_of("stack-exchange", site="superuser", query="x").source
    assert exchange.max_pages * DAY / exchange.every.total_seconds() <= 300
    # Scrapy waits between half the delay and one and a half.
    assert page_of("gdelt", query="xxx").source.delay / 2 >= 5
