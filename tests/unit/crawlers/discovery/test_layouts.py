"""Sites of many styles, each proposed without help and then read with the proposal alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.discovery.dates import DateReader
from crawlers.discovery.layout import explore, proposal_of
from crawlers.discovery.look import Look
from crawlers.page import Follow
from crawlers.pages.selectors import SelectorsPage, SelectorsSource
from monitor.mention import Normalised, RawMention
from monitor.normalise.item import SourceContext, normalise
from tests.unit.crawlers.discovery.layouts import NOW, SHANGHAI, Site, deep_forum, table_forum
from tests.unit.crawlers.discovery.more_layouts import LAYOUTS

HOST = "http://site.example"


def proposed(site: Site) -> dict[str, Any]:
    def fetch(urls: Sequence[str]) -> list[Look]:
        found = [(url, site.pages.get(url.removeprefix(HOST))) for url in urls]
        return [Look(url, text, {}, url) for url, text in found if text is not None]

    (start,) = fetch([HOST + next(iter(site.pages))])
    reader = DateReader(SHANGHAI, NOW)
    layout = explore(start, fetch, reader).layout
    assert layout is not None
    return {"id": "s", **proposal_of(layout, start.url, reader).source}


def crawled(site: Site, fields: dict[str, Any]) -> list[Any]:
    """What a crawl with the proposal brings: each page once, links followed."""
    page = SelectorsPage(SelectorsSource.model_validate(fields))
    waiting, seen = [fields["url"]], set[str]()
    found: list[Any] = []
    while waiting:
        url = waiting.pop(0)
        text = site.pages.get(url.removeprefix(HOST))
        if url in seen or text is None:
            continue
        seen.add(url)
        response = HtmlResponse(url, body=text.encode(), encoding="utf-8", request=Request(url))
        for parsed in page.parse(response):
            if isinstance(parsed, Follow):
                waiting.append(parsed.url)
            elif isinstance(parsed, RawMention):
                found.append(normalise(parsed, SourceContext("s", "Asia/Shanghai"), NOW))
            else:
                found.append(parsed)
    return found


def test_list_whose_times_fall_need_not_be_read_to_its_end() -> None:
    assert proposed(table_forum())["newest_first"] is True
    assert "newest_first" not in proposed(deep_forum())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_every_post_comes_in_with_its_author_time_and_stars(layout: Callable[[], Site]) -> None:
    site = layout()
    fields = proposed(site)
    found = crawled(site, fields)
    assert [each for each in found if not isinstance(each, Normalised)] == [], fields
    assert len({each.external_id for each in found}) == len(found)
    known = {post.text.split("（第")[1]: post for post in site.posts}
    shown = {each.text.split("（第")[-1]: each for each in found}
    assert set(shown) == set(known), fields
    assert len(found) == len(site.posts), fields
    for key, post in known.items():
        mention = shown[key]
        assert mention.text == post.text, fields
        assert mention.author == post.author, fields
        assert mention.published_at is not None, fields
        if site.minutes:
            assert abs((mention.published_at - post.at).total_seconds()) < 60, fields
        if "rating" in site.has:
            assert mention.rating == (post.stars - 1) / 4, fields
        if "title" in site.has:
            assert mention.title == post.title, fields
