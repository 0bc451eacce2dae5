"""discover as people call it: a local site, the real crawl, and the entry in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.crawlers.conftest import Answer, Site
from tests.unit.crawlers.discovery.layouts import deep_forum, table_forum
from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

OPERATOR = "local: [127.0.0.1]\nchannels: {console: {kind: console}}\n"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


@pytest.fixture
def ready(tingfeng: Run, home: Path) -> Path:
    assert tingfeng("init").returncode == 0
    (home / "operator.yaml").write_text(OPERATOR, encoding="utf-8")
    return home


def test_forum_in_gbk_is_proposed_written_and_crawled(tingfeng: Run, ready: Path, site: Site) -> None:
    wanted = table_forum()
    for path, text in wanted.pages.items():
        body = text.replace("charset='utf-8'", "charset='gbk'").encode("gb18030")
        site.pages[path] = Answer(body, headers={"Content-Type": "text/html"})
    keywords = ready / "keywords.yaml"
    before = keywords.read_text(encoding="utf-8")

    done = tingfeng("discover", site.url("/topic.php?id=5&page=1"), "--id", "board", "--write")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["engine"] == "unknown layout"
    assert answer["confidence"] > 0.8
    assert answer["source"]["id"] == "board"
    assert len(answer["samples"]) == 5
    assert all(each["author"] and each["published_at"] and each["text"] for each in answer["samples"])
    assert [line for line in before.splitlines() if line not in keywords.read_text(encoding="utf-8").splitlines()] == []
    assert tingfeng("check").stdout == "valid\n"

    crawled = json.loads(tingfeng("crawl", "board").stdout)
    assert (crawled["new"], crawled["rejected"]) == (len(wanted.posts), {})
    again = tingfeng("discover", site.url("/topic.php?id=5&page=1"), "--id", "board", "--write")
    assert (again.returncode, again.stdout) == (1, "")
    assert "in use" in again.stderr


def test_front_page_of_a_forum_leads_to_its_posts(tingfeng: Run, ready: Path, site: Site) -> None:
    site.pages |= {path: Answer(text.encode()) for path, text in deep_forum().pages.items()}
    answer = json.loads(tingfeng("discover", site.url("/")).stdout)
    assert answer["source"]["follow"]
    assert all(each["author"] and each["published_at"] for each in answer["samples"])


def test_what_cannot_be_proposed_says_why(tingfeng: Run, ready: Path, site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private\n", headers={"Content-Type": "text/plain"})
    site.pages["/empty"] = Answer("<html><body><p>你好</p></body></html>".encode())
    site.pages["/private"] = Answer(b"<p>x</p>")
    found = {path: tingfeng("discover", site.url(path)) for path in ("/empty", "/private", "/gone")}
    assert [each.returncode for each in found.values()] == [1, 1, 1]
    assert "no repeated blocks" in found["/empty"].stderr
    assert "robots.txt" in found["/private"].stderr
    assert "http 404" in found["/gone"].stderr
    assert tingfeng("discover", "not-an-address").returncode == 2


def test_private_address_is_unreachable_unless_listed(tingfeng: Run, ready: Path, site: Site) -> None:
    (ready / "operator.yaml").write_text(OPERATOR.replace("[127.0.0.1]", "[]"), encoding="utf-8")
    refused = tingfeng("discover", site.url("/"))
    assert refused.returncode == 3
    assert "private address" in refused.stderr
    assert site.seen == []
