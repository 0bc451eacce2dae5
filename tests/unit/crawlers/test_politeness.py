"""What a site may expect of us: its robots.txt as RFC 9309 reads it, and time between two requests."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler

import pytest

from crawlers.events import Failed, Fetched, Finished
from crawlers.job import CrawlLimits
from tests.unit.crawlers.conftest import Answer, Route, Site
from tests.unit.crawlers.test_run import FEED, LISTING, RSS, job, of, run

pytestmark = pytest.mark.slow

FORBIDDING = b"User-agent: *\nDisallow: /"
#: A busy machine notes a request a little late, and the next one then seems to come early.
LATE = 0.1


def hang_up(handler: BaseHTTPRequestHandler) -> Answer:
    handler.connection.shutdown(socket.SHUT_RDWR)
    return Answer()


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (Answer(b"", 500), "http 500"),
        (Answer(b"User-agent: *\nAllow: /", 503), "http 503"),
        (hang_up, "connection failed"),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), "private address"),
    ],
    ids=["500", "503 with a body", "hung up", "moved to a private address"],
)
def test_an_unreachable_robots_txt_forbids_everything(site: Site, robots: Route, reason: str) -> None:
    """RFC 9309, 2.3.1.4."""
    site.pages |= {"/robots.txt": robots, "/feed": Answer(FEED.encode(), headers=RSS)}
    found = run(job(site))
    said = f"robots.txt unreachable: {reason}"
    assert of(found, Failed) == [Failed(said, site.url("/feed"))]
    assert found[-1] == Finished("failed", said)
    assert set(site.paths()) == {"/robots.txt"}


def test_a_hanging_robots_txt_holds_a_crawl_for_its_own_wait_only(site: Site) -> None:
    site.pages |= {"/robots.txt": site.never, "/feed": Answer(FEED.encode(), headers=RSS)}
    found = run(job(site, limits=CrawlLimits(robots_seconds=0.5)))
    assert found[-1] == Finished("failed", "robots.txt unreachable: timeout")
    assert site.paths() == ["/robots.txt"]
    assert CrawlLimits().robots_seconds == 15


@pytest.mark.parametrize(
    "robots",
    [
        Answer(FORBIDDING, 404),
        Answer(FORBIDDING, 403),
        Answer(FORBIDDING, 410),
        Answer(status=302, headers={"Location": "/robots.txt"}),
        Answer(b"<html>not found</html>"),
        Answer(b"\xff\xfe\0"),
    ],
    ids=["404", "403", "410", "endless redirects", "a page", "no text"],
)
def test_a_robots_txt_that_is_not_there_allows_everything(site: Site, robots: Route) -> None:
    """RFC 9309, 2.3.1.2 and 2.3.1.3: the body of an error is no robots.txt either."""
    site.pages |= {"/robots.txt": robots, "/feed": Answer(FEED.encode(), headers=RSS)}
    assert run(job(site))[-1] == Finished("done")


def test_a_robots_txt_that_moved_is_obeyed(site: Site) -> None:
    site.pages |= {
        "/robots.txt": Answer(status=301, headers={"Location": "/about/robots.txt"}),
        "/about/robots.txt": Answer(FORBIDDING),
        "/feed": Answer(FEED.encode(), headers=RSS),
    }
    assert run(job(site))[-1] == Finished("blocked", "robots.txt")


def test_robots_txt_is_asked_for_once_a_crawl(site: Site) -> None:
    site.pages["/feed"] = Answer((LISTING.format("a") + "".join(f'<a href="/{n}">n</a>' for n in range(5))).encode())
    site.pages |= {f"/{n}": Answer(LISTING.format(n).encode()) for n in range(5)}
    run(job(site, "selectors", source={"follow": "a"}))
    assert site.paths().count("/robots.txt") == 1


def test_requests_to_a_host_keep_the_configured_distance(site: Site) -> None:
    delay = 0.6
    site.pages["/feed"] = Answer((LISTING.format("a") + '<a href="/2">2</a><a href="/3">3</a>').encode())
    site.pages |= {f"/{n}": Answer(LISTING.format(n).encode()) for n in (2, 3)}
    found = run(job(site, "selectors", source={"follow": "a", "delay": delay}))
    assert len(of(found, Fetched)) == 3
    assert site.paths()[0] == "/robots.txt"
    assert len(site.gaps()) == 3  # robots.txt keeps it too
    assert min(site.gaps()) >= delay - LATE


def test_a_slow_site_is_asked_less_often_than_configured(site: Site) -> None:
    """AutoThrottle: the distance grows with the time that answers take, so a struggling site is left room."""
    slow, delay = 1.2, 0.1

    def struggling(_handler: BaseHTTPRequestHandler) -> Answer:
        site.hang.wait(slow)
        return Answer((LISTING.format("a") + '<a href="/2">2</a><a href="/3">3</a>').encode())

    site.pages["/feed"] = struggling
    site.pages |= {f"/{n}": Answer(LISTING.format(n).encode()) for n in (2, 3)}
    run(job(site, "selectors", source={"follow": "a", "delay": delay}))
    # Scrapy moves half way towards what the last answer took: after the slow page and the quick one it is still half.
    assert site.gaps()[-1] >= slow / 2 - LATE
