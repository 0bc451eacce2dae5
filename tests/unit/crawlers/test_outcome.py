"""How a crawl ended, from what it met: what could not be read at all is told from items that could not be used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.events import Blocked, Failed, Finished, Rejected
from crawlers.outcome import WHOLE_PAGE, Course, Trouble, unreadable
from monitor.mention import Rejection

START, OTHER = "https://a.example/", "https://a.example/2"


def course(*troubles: Trouble, lost: bool = False, **met: object) -> Finished:
    ended = Course(list(troubles), {START}, {START: troubles[0]} if lost else {}, **met)  # type: ignore[arg-type]
    return ended.ended("finished", known=0, megabytes=600)


@pytest.mark.parametrize("reason", sorted(WHOLE_PAGE))
def test_a_page_that_cannot_be_read_at_all_is_told_from_bad_items(reason: str) -> None:
    assert unreadable([Rejection(reason)], found=0) == reason
    assert unreadable([Rejection("no text"), Rejection(reason)], found=0) == reason
    assert unreadable([Rejection(reason)], found=3) is None
    assert unreadable([Rejection("no text")], found=0) is None
    assert unreadable([], found=0) is None


@pytest.mark.parametrize(
    ("trouble", "ended"),
    [
        (Rejected("bad json", START), Finished("failed", "bad json")),
        (Rejected("bad feed", START), Finished("failed", "bad feed")),
        (Rejected("layout not recognised", START), Finished("failed", "layout not recognised")),
        (Rejected("login required", START), Finished("blocked", "login required")),
        (Blocked("challenge", START), Finished("blocked", "challenge")),
        (Failed("http 500", START), Finished("failed", "http 500")),
    ],
)
@pytest.mark.parametrize("found", [0, 5])
def test_a_source_whose_own_page_gives_nothing_did_not_work(trouble: Trouble, ended: Finished, found: int) -> None:
    assert course(trouble, lost=True, found=found, read=3, garbled=[trouble.reason]) == ended


def test_a_source_of_several_pages_works_while_one_of_them_does() -> None:
    met = Course([Failed("http 500", START)], {START, OTHER}, {START: Failed("http 500", START)}, read=1, found=2)
    assert met.ended("finished", known=0, megabytes=600) == Finished("done", "http 500")


def test_bad_items_and_some_bad_pages_are_counted_and_the_crawl_is_done() -> None:
    bad = Rejected("bad date", START)
    assert course(bad, bad, found=8, read=4) == Finished("done", "bad date (and 1 more)")
    assert course(Rejected("login required", OTHER), found=8, read=4, garbled=["login required"]).outcome == "done"


def test_a_crawl_that_could_read_less_than_half_of_its_pages_did_not_work() -> None:
    changed = Rejected("layout not recognised", OTHER)
    met = course(*[changed] * 7, found=3, read=10, garbled=[changed.reason] * 7)
    assert met == Finished("failed", "layout not recognised: 7 of 10 pages")
    closed = course(*[Rejected("login required", OTHER)] * 3, found=3, read=4, garbled=["login required"] * 3)
    assert closed == Finished("blocked", "login required: 3 of 4 pages")


@given(
    troubles=st.lists(
        st.sampled_from([Rejected("bad json"), Blocked("forbidden", ""), Failed("timeout", "")]), max_size=4
    ),
    lost=st.booleans(),
    found=st.integers(0, 3),
    close=st.sampled_from(["finished", "closespider_timeout", "memusage_exceeded"]),
)
def test_nothing_went_wrong_if_the_crawl_is_empty(troubles: list[Trouble], lost: bool, found: int, close: str) -> None:
    first = {START: troubles[0]} if lost and troubles else {}
    ended = Course(troubles, {START}, first, read=4, found=found).ended(close, known=0, megabytes=600)
    assert (ended.outcome == "empty") <= (not troubles and not found)
    assert ended.outcome != "done" or (found and not first)
    assert ended.reason or ended.outcome == "done"
