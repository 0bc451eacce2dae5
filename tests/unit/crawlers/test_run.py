"""Whole crawls over a real site: what comes in, what is refused, and how each crawl ends."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from crawlers.backfill import Backfill
from crawlers.events import Blocked, CrawlEvent, Cursor, Failed, Fetched, Finished, Found, Rejected
from crawlers.job import CrawlJob, CrawlLimits, to_line
from crawlers.registry import SOURCES
from crawlers.run import crawl
from tests.unit.crawlers.conftest import Answer, Site

pytestmark = pytest.mark.slow

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>http://x.example</link>
<item><guid isPermaLink="false">a</guid><title>坏了</title><description>电池发烫</description></item>
<item><guid isPermaLink="false">b</guid><title>好</title><description>不错</description></item></channel></rss>"""
RSS = {"Content-Type": "application/rss+xml"}
LISTING = '<div class="r"><p>{}</p></div>'


def job(site: Site, kind: str = "feed", path: str = "/feed", **changes: Any) -> CrawlJob:
    own = {"selectors": {"item": ".r", "fields": {"text": "p::text"}}}.get(kind, {})
    fields = {"id": "s", "kind": kind, "url": site.url(path), "delay": 0} | own | changes.pop("source", {})
    fields = {name: value for name, value in fields.items() if value is not None}
    source = SOURCES[kind].model.model_validate(fields)
    return CrawlJob(**{"source": source, "local": ("127.0.0.1",), **changes})


def run(asked: CrawlJob) -> list[CrawlEvent]:
    found = list(crawl(asked))
    assert isinstance(found[-1], Finished)
    assert sum(isinstance(event, Finished) for event in found) == 1
    return found


def of(found: list[CrawlEvent], kind: type[Any]) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


def test_feed_arrives_with_its_cursor_after_the_items(site: Site) -> None:
    site.pages["/feed"] = Answer(FEED.encode(), headers=RSS | {"ETag": '"7"'})
    found = run(job(site))
    assert [type(event) for event in found] == [Fetched, Found, Found, Cursor, Finished]
    assert [event.mention.external_id for event in of(found, Found)] == ["a", "b"]
    assert found[-1] == Finished("done")
    asked = dict(site.seen)["/feed"]
    assert asked["User-Agent"] == "Tingfeng/0.1 (+self-hosted review monitor)"
    assert "Cookie" not in asked


def test_unchanged_feed_is_asked_for_conditionally(site: Site) -> None:
    site.pages["/feed"] = Answer(FEED.encode(), headers=RSS | {"ETag": '"7"', "Last-Modified": "yesterday"})
    left = of(run(job(site)), Cursor)[-1].state
    site.pages["/feed"] = Answer(status=304)
    found = run(job(site, cursor=left))
    asked = dict(site.seen)["/feed"]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"7"', "yesterday")
    assert found[-1] == Finished("done", "not modified")


def test_another_reading_of_the_page_is_not_asked_for_conditionally(site: Site) -> None:
    site.pages["/feed"] = Answer(FEED.encode(), headers=RSS | {"ETag": '"7"'})
    left = of(run(job(site)), Cursor)[-1].state
    run(job(site, source={"item_kind": "comment"}, cursor=left))
    assert "If-None-Match" not in dict(site.seen)["/feed"]


def listing_of(numbers: range, size: int = 3) -> dict[str, Answer]:
    """A listing that begins with the newest, in pages of ``size``."""
    newest_first, pages = list(reversed(numbers)), {}
    for start in range(0, len(newest_first), size):
        items = "".join(LISTING.format(f"text {n}") for n in newest_first[start : start + size])
        more = f'<a href="/feed?page={start // size + 2}">older</a>' if start + size < len(newest_first) else ""
        pages["/feed" + (f"?page={start // size + 1}" if start else "")] = Answer((items + more).encode())
    return pages


def test_a_listing_is_read_until_it_brings_no_news(site: Site) -> None:
    newest_first = {"next": "a", "newest_first": True}
    site.pages |= listing_of(range(30))
    first = run(job(site, "selectors", source=newest_first))
    assert len(of(first, Found)) == 30
    site.pages |= listing_of(range(34))
    before = len(site.paths())
    second = run(job(site, "selectors", source=newest_first, cursor=of(first, Cursor)[-1].state))
    asked = [path for path in site.paths()[before:] if path != "/robots.txt"]
    # Four new items lie on two pages; the third brings nothing and is the last.
    assert asked == ["/feed", "/feed?page=2", "/feed?page=3"]
    assert {f"text {n}" for n in range(30, 34)} <= {event.mention.text for event in of(second, Found)}


def test_a_crawl_that_ended_early_is_gone_on_with(site: Site) -> None:
    limited = {"next": "a", "newest_first": True, "max_pages": 4}
    site.pages |= listing_of(range(30))
    texts: set[str] = set()
    state: dict[str, Any] = {}
    for _ in range(4):
        found = run(job(site, "selectors", source=limited, cursor=state))
        state = of(found, Cursor)[-1].state
        texts |= {event.mention.text for event in of(found, Found)}
    assert texts == {f"text {n}" for n in range(30)}
    before = len(site.paths())
    run(job(site, "selectors", source=limited, cursor=state))
    assert [path for path in site.paths()[before:] if path != "/robots.txt"] == ["/feed"]


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /feed", headers={"Content-Type": "text/plain"})
    site.pages["/feed"] = Answer(FEED.encode(), headers=RSS)
    assert run(job(site))[-1] == Finished("blocked", "robots.txt")
    assert site.paths() == ["/robots.txt"]
    assert run(job(site, robots_exceptions=("127.0.0.1",)))[-1] == Finished("done")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=404), Finished("failed", "http 404")),
        (Answer(status=403), Finished("blocked", "forbidden")),
        (Answer(status=401), Finished("blocked", "login required")),
        (Answer(status=432), Finished("blocked", "challenge")),
        (Answer(status=429), Finished("blocked", "too many requests")),
        (
            Answer(status=429, headers={"Retry-After": "120"}),
            Finished("blocked", "too many requests (Retry-After: 120)", 120),
        ),
        (
            Answer(status=503, headers={"Retry-After": "120"}),
            Finished("failed", "http 503 (Retry-After: 120)", 120),
        ),
        (Answer(b"<form><input type=password></form>"), Finished("blocked", "login required")),
        (Answer("<p>请输入验证码</p>".encode()), Finished("blocked", "challenge")),
        (Answer(b"<p>no reviews yet</p>"), Finished("empty", "no items on the page")),
        (Answer(b""), Finished("empty", "no items on the page")),
        (
            Answer(gzip.compress(b"0" * 3_000_000), headers={"Content-Encoding": "gzip"}),
            Finished("failed", "response too large"),
        ),
        (Answer(b"0" * 3_000_000), Finished("failed", "response too large")),
        (Answer(status=302, headers={"Location": "/feed"}), Finished("failed", "too many redirects")),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), Finished("failed", "not a web address")),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/"}), Finished("failed", "private address")),
        (Answer(status=302, headers={"Location": "http://[::1]:1/"}), Finished("failed", "private address")),
        (Answer(status=302, headers={"Location": "http://2130706433/"}), Finished("failed", "private address")),
    ],
    ids=lambda value: f"{value.outcome}:{value.reason}" if isinstance(value, Finished) else str(value.status),
)
def test_bad_answers_end_with_their_reason(site: Site, answer: Answer, outcome: Finished) -> None:
    site.pages["/feed"] = answer
    limits = CrawlLimits(bytes_per_response=1_000_000)
    assert run(job(site, "selectors", limits=limits))[-1] == outcome


def test_a_short_pause_that_a_site_asks_for_is_waited_out_and_a_third_one_ends_the_crawl(site: Site) -> None:
    busy = Answer(status=429, headers={"Retry-After": "1"})
    answers = [busy, Answer(FEED.encode(), headers=RSS)]
    site.pages["/feed"] = lambda _: answers.pop(0) if answers else busy
    found = run(job(site))
    assert found[-1] == Finished("done")
    assert of(found, Found)
    first, second = (time for (path, _), time in zip(site.seen, site.times, strict=True) if path == "/feed")
    assert second - first >= 1
    assert run(job(site))[-1] == Finished("blocked", "too many requests (Retry-After: 1)", 1)
    assert site.paths().count("/feed") == 5


def test_redirect_to_a_sign_in_page_is_blocked(site: Site) -> None:
    site.pages["/feed"] = Answer(status=302, headers={"Location": "/login?next=/feed"})
    site.pages["/login?next=/feed"] = Answer(LISTING.format("sign in").encode())
    found = run(job(site, "selectors"))
    assert of(found, Blocked) == [Blocked("login required", site.url("/login?next=/feed"))]
    assert not of(found, Found)


def test_redirect_from_a_listed_name_to_loopback_is_refused(site: Site) -> None:
    """``localhost`` is allowed by name; the address behind the redirect is not."""
    site.pages["/feed"] = Answer(status=302, headers={"Location": site.url("/there")})
    site.pages["/there"] = Answer(FEED.encode(), headers=RSS)
    url = site.url("/feed").replace("127.0.0.1", "localhost")
    found = run(job(site, source={"url": url}, local=("localhost",)))
    assert found[-1] == Finished("failed", "private address")
    assert "/there" not in site.paths()


def test_private_names_are_refused_before_any_request(site: Site) -> None:
    url = site.url("/feed").replace("127.0.0.1", "localhost")
    assert run(job(site, source={"url": url}, local=()))[-1] == Finished("failed", "private address")
    assert site.seen == []


def test_broken_json_is_counted(site: Site) -> None:
    site.pages["/latest.json?order=activity"] = Answer(
        b'{"topic_list": {', headers={"Content-Type": "application/json"}
    )
    found = run(job(site, "discourse", "/"))
    assert of(found, Rejected) == [Rejected("bad json", site.url("/latest.json?order=activity"))]
    assert found[-1] == Finished("failed", "bad json")


def test_what_an_older_page_brought_does_not_hide_that_the_source_cannot_be_read(site: Site) -> None:
    """The source's own page turned into something else; a page that an earlier crawl left over is still there."""
    site.pages["/feed"] = Answer((LISTING.format("一") + '<a href="/2">2</a>').encode())
    site.pages["/2"] = Answer(status=500)
    left = of(run(job(site, "selectors", source={"follow": "a"})), Cursor)[-1].state
    site.pages |= {"/feed": Answer(b"", 503), "/2": Answer(LISTING.format("二").encode())}
    found = run(job(site, "selectors", source={"follow": "a"}, cursor=left))
    assert [event.mention.text for event in of(found, Found)] == ["二"]
    assert found[-1] == Finished("failed", "http 503")
    site.pages["/feed"] = Answer(b"<form><input type=password></form>")
    assert run(job(site, "selectors", source={"follow": "a"}, cursor=left))[-1] == Finished("blocked", "login required")


def test_one_bad_page_does_not_lose_the_others(site: Site) -> None:
    listing = LISTING.format("一") + '<a href="/2">2</a><a href="/3">3</a><a href="http://elsewhere.example/">x</a>'
    site.pages["/feed"] = Answer(listing.encode())
    site.pages["/3"] = Answer(LISTING.format("三").encode())
    found = run(job(site, "selectors", source={"follow": "a"}))
    assert [event.mention.text for event in of(found, Found)] == ["一", "三"]
    assert found[-1] == Finished("done", "http 404")


def test_limits_on_pages_and_items(site: Site) -> None:
    listing = LISTING.format("a") * 5 + "".join(f'<a href="/{n}">n</a>' for n in range(5))
    site.pages["/feed"] = Answer(listing.encode())
    run(job(site, "selectors", source={"follow": "a", "max_pages": 3}))
    assert len(site.paths()) == 1 + 3
    found = run(job(site, "selectors", limits=CrawlLimits(items=2)))
    assert len(of(found, Found)) == 2
    assert found[-1] == Finished("done", "item limit of 2 reached")


def test_time_limit_ends_a_hanging_source(site: Site) -> None:
    site.pages["/robots.txt"] = Answer(b"")
    site.pages["/feed"] = site.never
    assert run(job(site, limits=CrawlLimits(seconds=2)))[-1] == Finished("failed", "time limit of 2 s reached")


def test_the_size_of_the_parent_is_not_counted_against_the_crawl(site: Site) -> None:
    site.pages["/feed"] = Answer(FEED.encode(), headers=RSS)
    code = (
        "import sys\n"
        "from crawlers.job import from_line\n"
        "from crawlers.run import crawl\n"
        "ballast = bytearray(b'x') * 700_000_000\n"
        "asked = from_line(sys.stdin.buffer.readline())\n"
        "print(list(crawl(asked))[-1])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], input=to_line(job(site)), capture_output=True, check=True, timeout=60
    )
    assert ended.stdout.decode().strip() == str(Finished("done"))


def test_memory_limit_is_a_reason(site: Site) -> None:
    site.pages["/feed"] = Answer(b"<p>" * 9_000_000)
    limits = CrawlLimits(megabytes=200, bytes_per_response=64_000_000)
    found = run(job(site, "selectors", limits=limits))
    assert found[-1].outcome == "failed"  # type: ignore[union-attr]


def test_unavailable_without_a_browser(site: Site) -> None:
    found = run(job(site, "selectors", source={"render": True}))
    assert found[-1].outcome == "unavailable"  # type: ignore[union-attr]
    assert "TINGFENG_BROWSER" in found[-1].reason  # type: ignore[union-attr]


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def crawl_process() -> int:
    return next(pid for pid in children_of(os.getpid()) if b"crawlers.process" in cmdline(pid))


def cmdline(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_killed_crawl_is_reported(site: Site) -> None:
    def kill(_handler: object) -> Answer:
        os.kill(crawl_process(), signal.SIGKILL)
        return Answer()

    site.pages["/feed"] = kill
    assert run(job(site))[-1] == Finished("failed", "crawl process was ended by SIGKILL (out of memory?)")


def test_closing_the_iterator_ends_the_process(site: Site) -> None:
    site.pages["/feed"] = Answer((LISTING.format("a") + '<a href="/2">2</a>').encode())
    site.pages["/2"] = site.never
    events = crawl(job(site, "selectors", source={"follow": "a"}))
    assert isinstance(next(events), Fetched)
    pid = crawl_process()
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_crawl_dies_with_its_parent(site: Site) -> None:
    """The parent is killed without a chance to clean up; the end of its pipe tells the crawl."""
    asked = {"id": "s", "kind": "feed", "url": site.url("/feed"), "delay": 0}
    site.pages["/robots.txt"] = site.never
    script = (
        "import json, sys\nfrom crawlers.run import crawl, CrawlJob\nfrom crawlers.registry import SOURCES\n"
        "source = SOURCES['feed'].model.model_validate(json.loads(sys.argv[1]))\n"
        "list(crawl(CrawlJob(source=source, local=('127.0.0.1',))))"
    )
    root = str(Path(__file__).parents[3])
    environ: Mapping[str, str] = {**os.environ, "PYTHONPATH": root}
    read, write = os.pipe()
    os.set_inheritable(write, True)
    parent = subprocess.Popen(
        [sys.executable, "-c", script, json.dumps(asked)], env=environ, stderr=write, stdout=write, close_fds=True
    )
    os.close(write)
    while not site.seen:
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    # The crawl inherited stderr: its end of the pipe closes when it is gone, and this read returns.
    with os.fdopen(read, "rb") as stream:
        stream.read()


def test_environment_holds_no_secrets() -> None:
    from crawlers.run import environment

    kept = environment({"PATH": "/bin", "SLACK_BOT_TOKEN": "xoxb", "http_proxy": "http://p"}, "/scratch")
    assert kept["PATH"] == "/bin"
    assert kept["TMPDIR"] == "/scratch"
    assert "xoxb" not in str(kept)
    assert "http_proxy" not in kept


def test_a_back_fill_reads_by_date_what_is_known_or_not(site: Site) -> None:
    dated = '<div class="r"><p>text {0}</p><time>2026-11-{0:02} 12:00</time></div>'
    days = list(range(28, 0, -1))
    for start in range(0, len(days), 4):
        more = f'<a href="/feed?page={start // 4 + 2}">older</a>' if start + 4 < len(days) else ""
        body = "".join(dated.format(day) for day in days[start : start + 4]) + more
        site.pages["/feed" + (f"?page={start // 4 + 1}" if start else "")] = Answer(body.encode())
    source = {"next": "a", "newest_first": True, "fields": {"text": "p::text", "published": "time::text"}}
    state = of(run(job(site, "selectors", source=source)), Cursor)[-1].state
    before = len(site.paths())
    shanghai = timezone(timedelta(hours=8))
    past = Backfill(datetime(2026, 11, 15, tzinfo=shanghai), datetime(2026, 11, 20, tzinfo=shanghai), "Asia/Shanghai")
    found = run(job(site, "selectors", source=source, cursor=state, backfill=past))
    assert [event.mention.text for event in of(found, Found)] == [f"text {day}" for day in (19, 18, 17, 16, 15)]
    # The part that ends with the 13th still holds the 16th; the one after it lies wholly before the range.
    assert [path for path in site.paths()[before:] if "page" in path] == [f"/feed?page={n}" for n in (2, 3, 4, 5)]


def test_crawls_of_one_host_share_its_budget(site: Site, tmp_path: Path) -> None:
    """Two sources, two processes, four pages each: whatever process asks, no two requests start within the delay."""
    moments: list[float] = []

    def answer(_handler: BaseHTTPRequestHandler) -> Answer:
        moments.append(monotonic())
        return Answer((LISTING.format("a") + "".join(f'<a href="{path}">x</a>' for path in site.pages)).encode())

    site.pages |= {f"/{number}": answer for number in range(6)}
    site.pages["/feed"] = answer
    jobs = [
        job(site, "selectors", source={"id": f"s{n}", "follow": "a", "delay": 0.2, "max_pages": 4}, hosts=str(tmp_path))
        for n in range(2)
    ]
    threads = [Thread(target=run, args=(each,)) for each in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == 8
    gaps = [later - earlier for earlier, later in pairwise(sorted(moments))]
    # The site sees requests a little later than they were let go.
    assert min(gaps) > 0.1
    assert max(moments) - min(moments) > 0.2 * 7 - 0.1


def test_a_crawl_delay_of_the_site_is_kept(site: Site) -> None:
    moments: list[float] = []

    def answer(_handler: BaseHTTPRequestHandler) -> Answer:
        moments.append(monotonic())
        return Answer((LISTING.format("a") + '<a href="/2">x</a>').encode())

    site.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.7", headers={"Content-Type": "text/plain"})
    site.pages["/feed"] = site.pages["/2"] = answer
    run(job(site, "selectors", source={"follow": "a"}))
    assert len(moments) == 2
    assert moments[1] - moments[0] > 0.6


def test_a_site_in_trouble_is_left_alone_after_some_pages(site: Site) -> None:
    links = "".join(f'<a href="/{number}">x</a>' for number in range(40))
    site.pages["/feed"] = Answer((LISTING.format("a") + links).encode())
    site.pages |= {f"/{number}": Answer(status=501) for number in range(40)}
    found = run(job(site, "selectors", source={"follow": "a"}))
    assert found[-1] == Finished("failed", "stopped: 8 pages failed in a row")
    assert len(of(found, Failed)) < 20, "8, and those that were on their way"
    assert len(of(found, Cursor)[-1].state["frontier"]["waiting"]) == 40


def test_an_answer_that_says_too_many_requests_ends_the_crawl(site: Site) -> None:
    asked = job(site, "steam", source={"app": 7, "base": site.url(), "url": None})
    page: Any = SOURCES["steam"].page_class()(asked.source)
    (first,) = page.start()
    review = {"recommendationid": "1", "review": "好", "voted_up": True, "author": {"steamid": "2"}}
    answers = {
        first.url: {"success": 1, "cursor": "AoJ", "reviews": [review]},
        page.follow("AoJ").url: {"success": 0, "error": "Too Many Requests"},
    }
    site.pages |= {url.removeprefix(site.url("")): Answer(json.dumps(each).encode()) for url, each in answers.items()}
    found = run(asked)
    assert found[-1] == Finished("blocked", "too many requests")
    assert len(of(found, Found)) == 1
    assert len(of(found, Cursor)[-1].state["frontier"]["waiting"]) == 1, "the next crawl asks for that page again"


def test_a_crawl_that_runs_out_of_time_ends_in_order(site: Site) -> None:
    links = "".join(f'<a href="/{number}">x</a>' for number in range(60))
    site.pages["/feed"] = Answer((LISTING.format("a") + links).encode())
    site.pages |= {f"/{number}": Answer(LISTING.format(number).encode()) for number in range(60)}
    source = {"follow": "a", "delay": 0.3, "max_pages": 100}
    found = run(job(site, "selectors", source=source, limits=CrawlLimits(seconds=10)))
    assert found[-1] == Finished("done", "time limit reached; the rest is read by the next crawl")
    left = len(of(found, Cursor)[-1].state["frontier"]["waiting"])
    assert 0 < left < 60
