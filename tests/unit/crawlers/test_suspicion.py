"""Which page of a crawl is kept for whoever mends its reader."""

from __future__ import annotations

from crawlers.events import Suspect, from_line, to_line
from crawlers.suspicion import LARGEST, Suspicion
from monitor.mention import RawMention, Rejection

USUAL = {"review": ("author",)}
WITH, WITHOUT = RawMention("好", author="甲"), RawMention("好")


def test_nothing_is_kept_of_a_crawl_that_went_well() -> None:
    seen = Suspicion(USUAL)
    seen.look("https://a.example/1", "…", [WITH] * 9 + [WITHOUT], [Rejection("bad date")], 0)
    seen.look("https://a.example/2", "…", [RawMention("帖", kind="post")], [], 0)
    seen.look("https://a.example/3", "…", [], [], 4)
    assert seen.event() is None


def test_the_last_page_that_lacks_what_it_had_is_kept_before_an_empty_one() -> None:
    seen = Suspicion(USUAL)
    seen.look("https://a.example/1", "one", [], [], 0)
    assert seen.event() == Suspect("https://a.example/1", "one")
    seen.look("https://a.example/2", "two", [WITHOUT], [], 0)
    seen.look("https://a.example/3", "three", [], [], 0)
    assert seen.event() == Suspect("https://a.example/2", "two")
    seen.look("https://a.example/4", "four", [], [Rejection("layout not recognised")], 2)
    assert seen.event() == Suspect("https://a.example/4", "four")


def test_a_page_is_bounded_in_bytes_and_survives_the_pipe() -> None:
    seen = Suspicion({})
    seen.look("https://a.example/", "字\ud800" * LARGEST, [], [], 0)
    event = seen.event()
    assert event is not None
    assert LARGEST - 4 < len(event.text.encode()) <= LARGEST
    assert from_line(to_line(event)) == event
