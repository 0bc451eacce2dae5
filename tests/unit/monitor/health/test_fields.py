"""Fields that went missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.health.fields import (
    ANY,
    Fill,
    Gap,
    Tally,
    by_accident,
    gaps,
    had,
    latest,
    to_expect,
    usual,
    with_usable,
)
from monitor.mention import RawMention


def run(items: int, author: int, kind: str = "review") -> Fill:
    return {kind: {"items": items, "author": author}}


def test_fields_are_counted_by_kind_of_item() -> None:
    tally = Tally()
    for raw in (
        RawMention("好", author="甲", rating="5", kind="review"),
        RawMention("差", author=" ", kind="review"),
        RawMention("回复", author="乙", kind="comment"),
    ):
        tally.count(raw)
    assert tally.as_json() == {
        "comment": {"author": 1, "items": 1},
        "review": {"author": 1, "items": 2, "rating": 1},
    }


def test_a_field_that_more_than_a_fifth_lack_is_lost() -> None:
    old = [run(30, 30)] * 3
    known = usual([run(30, 30), *old])
    assert gaps([run(30, 25), *old], known) == []
    assert gaps([run(30, 23), *old], known) == [Gap("review", "author", 7, 30)]


def test_a_field_that_was_never_sure_is_not_missed() -> None:
    old = [run(100, 90)] * 3
    assert gaps([run(30, 0), *old], usual([run(30, 30), *old])) == []


def test_few_items_are_pooled_with_those_of_the_runs_before_and_no_more() -> None:
    known = {"review": {"author": 1.0}}
    assert gaps([run(4, 0), run(300, 300)], known) == []
    assert gaps([run(4, 0), run(0, 0), run(6, 0), run(300, 300)], known) == [Gap("review", "author", 10, 10)]
    assert gaps([run(4, 0)], known) == [], "four items prove nothing"


def test_a_topic_without_replies_does_not_make_titles_usual_for_replies() -> None:
    topics: Fill = {"post": {"items": 40, "title": 40}}
    replies: Fill = {"comment": {"items": 40}}
    assert gaps([replies], usual([topics, topics])) == []


def test_pages_that_cannot_be_read_any_more_are_missed_as_a_whole() -> None:
    good = with_usable(run(30, 30), 30, {"bad date": 5})
    broken = with_usable({}, 2, {"layout not recognised": 2})
    assert good[ANY] == {"items": 30, "usable": 30}
    assert gaps([broken, good], usual([broken, good])) == [Gap(ANY, "usable", 2, 2)]
    assert had(usual([broken, good, good])) == {"review": ("author",)}


def test_the_second_crawl_already_knows_what_its_pages_should_hold() -> None:
    first = run(40, 40)
    assert usual([first]) == {}, "nothing came before it"
    assert to_expect(usual([first]), first) == {"review": ("author",)}
    assert to_expect({"review": {"author": 1.0}}, run(40, 0)) == {"review": ("author",)}, "lost, and still missed"
    assert to_expect({}, run(4, 4)) == {}


@given(st.integers(1, 200), st.integers(0, 200))
def test_the_chance_of_an_accident_is_one(items: int, missing: int) -> None:
    missing = min(items, missing)
    assert -1e-9 <= by_accident(missing, items) <= 1 + 1e-9
    assert by_accident(missing, items) <= by_accident(max(0, missing - 1), items) + 1e-12


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_no_row_of_runs_breaks_it(rows: list[tuple[int, int]]) -> None:
    fills = [run(items, min(items, author)) for items, author in rows]
    for gap in gaps(fills, usual(fills)):
        assert gap.missing > 0.2 * gap.items
        assert latest(fills, gap.kind)[0]["items"] == gap.items
