"""The pure parts: addresses, barriers, events, jobs, configuration models, the browser's place, light imports."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawlers import events, job
from crawlers.address import allowed, fetchable, is_public
from crawlers.barrier import LONGEST_WAIT, challenge, refusal, seconds_to_wait, sent_to_login
from crawlers.browser import arguments, find_browser
from crawlers.proxy import body_length, destination, origin_form
from crawlers.registry import SOURCES, source_models
from monitor.mention import RawMention


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address",
     "255.255.255.255"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
    assert allowed("a.example", [address], ["b.example"]) == []
    assert allowed("A.Example.", [address], ["a.example"]) == [address]


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_only_web_addresses_are_fetched() -> None:
    assert fetchable("https://a.example/")
    assert not any(map(fetchable, ["file:///etc/passwd", "ftp://a/", "data:,x", "http://", "//a", "http://[x"]))


def test_barriers() -> None:
    assert sent_to_login("https://a.example/x", "https://a.example/sign-in?next=x")
    assert sent_to_login("https://a.example/x", "https://passport.a.example/x")
    assert not sent_to_login("https://a.example/login-tips", "https://a.example/login-tips/")
    assert not sent_to_login("https://a.example/blog/1", "https://a.example/blogin/1")
    assert challenge('<div class="g-recaptcha">') == "challenge"
    assert challenge("<p>this phone needs a password</p>") is None
    assert refusal(200, None) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 80, LONGEST_WAIT),
        ("Mon, 23 Nov 2026 12:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 12:05:00 -0000", 300),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(now: datetime, header: str | None, seconds: int | None) -> None:
    assert seconds_to_wait(header, now) == seconds


@given(st.text())
def test_any_retry_after_is_a_wait_within_a_day_or_none(header: str) -> None:
    wait = seconds_to_wait(header, datetime.fromisoformat("2026-11-23T12:00:00Z"))
    assert wait is None or 0 <= wait <= LONGEST_WAIT


def test_a_wait_survives_its_line() -> None:
    told = events.Finished("blocked", "too many requests", 120)
    assert events.from_line(events.to_line(told)) == told
    assert events.from_line(b'{"event": "finished", "outcome": "done"}') == events.Finished("done")


def test_a_timeout_is_not_asked_again_but_a_dropped_connection_is() -> None:
    from scrapy import exceptions
    from scrapy.downloadermiddlewares.retry import RetryMiddleware
    from scrapy.settings import Settings
    from twisted.internet import error as network

    from crawlers.settings import settings_of

    source = SOURCES["feed"].model.model_validate({"id": "s", "kind": "feed", "url": "https://a.example/"})
    middleware = RetryMiddleware(Settings(settings_of(job.CrawlJob(source=source), 60)))
    timeouts = (exceptions.DownloadTimeoutError, network.TimeoutError, network.TCPTimedOutError, TimeoutError)
    assert not [kind for kind in timeouts if issubclass(kind, middleware.exceptions_to_retry)]
    dropped = (exceptions.DownloadFailedError, exceptions.ResponseDataLossError, network.ConnectionLost)
    assert [kind for kind in dropped if issubclass(kind, middleware.exceptions_to_retry)] == list(dropped)
    assert {500, 502, 503, 504} <= middleware.retry_http_codes


@given(st.builds(RawMention, text=st.text(), title=st.none() | st.text(), author=st.none() | st.text()))
def test_events_survive_their_line(mention: RawMention) -> None:
    line = events.to_line(events.Found(mention))
    assert line.count(b"\n") == 1
    assert events.from_line(line) == events.Found(mention)


@given(st.binary())
def test_other_lines_are_value_errors(line: bytes) -> None:
    with pytest.raises(ValueError):
        events.from_line(line)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "feed", "url": "https://a.example/f", "every": "10m"},
        {"kind": "discourse", "url": "https://a.example/", "timezone": "Asia/Shanghai"},
        {"kind": "schema-org", "url": "https://a.example/", "follow": "a.next"},
        {"kind": "selectors", "url": "https://a.example/", "item": "li",
         "fields": {"text": {"select": "p", "map": {"a": "b"}}}},
    ],
)  # fmt: skip
def test_jobs_survive_their_line(fields: dict[str, Any]) -> None:
    source = SOURCES[fields["kind"]].model.model_validate({"id": "s", **fields})
    asked = job.CrawlJob(source, cursor={"a": 1}, local=("h",), limits=job.CrawlLimits(seconds=3))
    assert job.from_line(job.to_line(asked)) == asked


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "feed", "url": "shop.example"}, "not a web address"),
        ({"kind": "selectors", "url": "https://a.example/", "item": "li[", "fields": {"text": "p"}}, "CSS"),
        ({"kind": "selectors", "url": "https://a.example/", "item": "//li[", "fields": {"text": "p"}}, "XPath"),
        ({"kind": "selectors", "url": "https://a.example/", "item": "li",
          "fields": {"text": {"select": "p", "regex": "("}}}, "RE2"),
        ({"kind": "selectors", "url": "https://a.example/", "item": "li", "fields": {"texts": "p"}}, "texts"),
    ],
)  # fmt: skip
def test_models_refuse_what_cannot_work(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        source_models()[fields["kind"]].model_validate({"id": "s", **fields})


def test_browser_is_the_named_one_or_none(tmp_path: Path) -> None:
    own = tmp_path / "chromium-1200/chrome-linux/chrome"
    own.parent.mkdir(parents=True)
    own.touch(mode=0o755)
    assert find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PATH": ""}) == str(own)
    assert find_browser({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "TINGFENG_BROWSER": "/missing"}) is None
    assert "--no-sandbox" in arguments(root=True)
    assert "--no-sandbox" not in arguments(root=False)


def test_proxy_requests() -> None:
    head = b"GET http://a.example:81/x?y=1 HTTP/1.1\r\nHost: a.example\r\nProxy-Connection: keep-alive\r\n\r\n"
    assert destination(head) == ("GET", "http://a.example:81/x?y=1", "a.example", 81)
    assert origin_form(head, "http://a.example:81/x?y=1") == (
        b"GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
    )
    assert destination(b"CONNECT a.example:443 HTTP/1.1\r\n\r\n")[2:] == ("a.example", 443)
    assert body_length(b"POST x\r\nContent-Length: 12\r\n\r\n") == 12
    with pytest.raises(ValueError):
        destination(b"GET /x HTTP/1.1\r\n\r\n")


def test_registry_imports_nothing_heavy() -> None:
    script = "import sys, crawlers.registry, crawlers.run; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[3])  # fmt: skip
    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert not loaded & {"scrapy", "feedparser", "playwright", "lxml", "parsel"}
