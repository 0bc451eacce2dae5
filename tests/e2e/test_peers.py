"""Other people's software, crawled by configuration alone: a django-oscar shop and an isso comment server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crawlers.events import CrawlEvent, Cursor, Finished, Found, Rejected
from crawlers.job import CrawlJob
from crawlers.registry import SOURCES
from crawlers.run import crawl

SHARED = os.environ.get("TINGFENG_SHARED")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not SHARED, reason="TINGFENG_SHARED does not name the folder with the peers"),
]

OSCAR = {
    "id": "oscar",
    "kind": "selectors",
    "url": "http://127.0.0.1:18010/catalogue/",
    "delay": 0,
    "follow": "article.product_pod h3 a, #reviews a[href$='/reviews/']",
    "next": "//ul[contains(@class, 'pagination')]//a[contains(., 'next')]",
    "item": "article.review",
    "fields": {
        "text": "./p[1]",
        "title": "header a::text",
        "author": "small strong::text",
        "published": {"select": "small", "regex": r" on (.+?[ap]\.m\.|.+?midnight|.+?noon)"},
        "rating": {"select": "h3::attr(class)", "regex": r"star-rating (\w+)"},
        "url": "header a::attr(href)",
        "id": {"select": "header a::attr(href)", "regex": r"reviews/(\d+)"},
    },
}
ISSO = {
    "id": "isso",
    "kind": "feed",
    "url": "http://127.0.0.1:18023/feed?uri=/p1",
    "delay": 0,
    "item_kind": "comment",
}


@contextmanager
def peer(name: str, scratch: Path) -> Iterator[Path]:
    """Starts one peer with its state in a scratch folder and stops what it started; gives the peer's own folder."""
    folder = Path(SHARED or "") / "peers"
    environ = {**os.environ, "TB": os.environ.get("TB") or str(scratch)}
    subprocess.run(["bash", str(folder / name / "start.sh")], env=environ, check=True, timeout=300)
    try:
        yield folder / name
    finally:
        script = f". {folder / 'lib.sh'}; tb_stop {name}"
        subprocess.run(["bash", "-c", script], env=environ, check=True, timeout=60)


@pytest.fixture
def oscar(tmp_path: Path) -> Iterator[None]:
    with peer("oscar", tmp_path):
        yield


@pytest.fixture
def isso(tmp_path: Path) -> Iterator[None]:
    with peer("isso", tmp_path) as folder:
        subprocess.run([sys.executable, str(folder / "populate.py")], check=True, timeout=60)
        yield


def run(fields: Mapping[str, Any], cursor: Mapping[str, Any] | None = None) -> list[CrawlEvent]:
    source = SOURCES[fields["kind"]].model.model_validate(fields)
    return list(crawl(CrawlJob(source=source, cursor=cursor or {}, local=("127.0.0.1",))))


@pytest.mark.usefixtures("oscar")
def test_every_review_of_the_shop_comes_in() -> None:
    found = run(OSCAR)
    mentions = {event.mention.external_id: event.mention for event in found if isinstance(event, Found)}
    assert found[-1] == Finished("done")
    assert not [event for event in found if isinstance(event, Rejected)]
    assert len(mentions) == 80
    assert all(each.author and each.published and each.title for each in mentions.values())
    ratings = Counter(each.rating for each in mentions.values())
    assert set(ratings) <= {"One", "Two", "Three", "Four", "Five"}
    assert sum(ratings.values()) == 80


@pytest.mark.usefixtures("isso")
def test_comment_feed_comes_in() -> None:
    found = run(ISSO)
    mentions = [event.mention for event in found if isinstance(event, Found)]
    assert found[-1] == Finished("done")
    # The server's feed holds the newest 20, whatever there is.
    assert len(mentions) == 20
    assert len({each.external_id for each in mentions}) == 20
    assert all(each.published and each.text.startswith("<p>") for each in mentions)
    states = [event.state for event in found if isinstance(event, Cursor)]
    if states:
        assert run(ISSO, states[-1])[-1] == Finished("done", "not modified")
