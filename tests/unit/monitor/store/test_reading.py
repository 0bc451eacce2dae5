"""Lists, counts and exports agree with each other, and each page is served by an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from monitor.mention import KeywordMatch, Mention, Sentiment, Subject
from monitor.store.database import reading, writing
from monitor.store.filters import MentionFilter
from monitor.store.reading import (
    CursorError,
    by_ids,
    count,
    cursor_of,
    page,
    page_query,
    parse_cursor,
    stream,
)
from monitor.store.rollups import aggregate
from monitor.trends import totals
from tests.unit.monitor.store.samples import HOUR, NOON, sample, store


def ids(connection: Connection, filters: MentionFilter | None = None) -> list[str]:
    return [row.external_id for row in page(connection, filters).rows]


def all_pages(connection: Connection, limit: int, **more: Any) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        one = page(connection, after=after, limit=limit, **more)
        assert len(one.rows) <= limit
        found += [row.external_id for row in one.rows]
        after = one.next
        if after is None:
            return found


def five_mentions() -> list[Mention]:
    return [
        sample("new", published_at=NOON + timedelta(hours=2), lang="en", kind="post"),
        sample("bad", published_at=NOON + timedelta(hours=1), rating=0.25, subjects=(Subject("tianqiong", "T1"),)),
        sample("both", subjects=(Subject("xinghe"), Subject("tianqiong")), source_id="forum"),
        sample("undated", published_at=None, collected_at=NOON - timedelta(hours=1), matches=()),
        sample(
            "old",
            published_at=NOON - timedelta(hours=3),
            sentiment=Sentiment("negative", -1, 1),
            matches=(KeywordMatch("refund", ((0, 1),)), KeywordMatch("heat", ((2, 3),))),
        ),
    ]


@pytest.fixture
def filled(database: Engine, applied_config_id: int) -> Engine:
    with writing(database) as connection:
        store(connection, five_mentions(), applied_config_id)
    return database


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (MentionFilter(), ["new", "bad", "both", "undated", "old"]),
        (MentionFilter(brand="tianqiong"), ["bad", "both"]),
        (MentionFilter(brand="xinghe"), ["new", "both", "undated", "old"]),
        (MentionFilter(product="T1"), ["bad"]),
        (MentionFilter(brand="xinghe", product="T1"), []),
        (MentionFilter(source="forum"), ["both"]),
        (MentionFilter(label="negative"), ["old"]),
        (MentionFilter(negative=True), ["bad", "old"]),
        (MentionFilter(negative=False), ["new", "both", "undated"]),
        (MentionFilter(keyword="refund"), ["old"]),
        (MentionFilter(keyword="heat"), ["new", "bad", "both", "old"]),
        (MentionFilter(rating_max=0.25), ["bad"]),
        (MentionFilter(rating_min=0.26), []),
        (MentionFilter(lang="en"), ["new"]),
        (MentionFilter(kind="post"), ["new"]),
        (MentionFilter(dated=True), ["new", "bad", "both", "old"]),
        (MentionFilter(dated=False), ["undated"]),
        (MentionFilter(since=NOON), ["new", "bad", "both"]),
        (MentionFilter(until=NOON), ["undated", "old"]),
        (MentionFilter(since=NOON, until=NOON + timedelta(hours=2)), ["bad", "both"]),
        (MentionFilter(brand="xinghe", negative=True, source="shop"), ["old"]),
    ],
)
def test_filters(filled: Engine, filters: MentionFilter, expected: list[str]) -> None:
    with reading(filled) as connection:
        assert ids(connection, filters) == expected
        assert [row.external_id for row in stream(connection, filters)] == expected
        assert count(connection, filters) == len(expected)


def test_the_rows_behind_a_figure_are_as_many_as_it_says(filled: Engine) -> None:
    aggregate(filled, HOUR)
    since, until = NOON - timedelta(hours=12), NOON + timedelta(hours=12)
    with reading(filled) as connection:
        for brand in (None, "xinghe", "tianqiong"):
            figure = totals(connection, step_seconds=HOUR, brand=brand, since=since, until=until)
            behind = MentionFilter(brand=brand, dated=True, since=since, until=until)
            assert count(connection, behind) == figure.n
            assert count(connection, replace(behind, negative=True)) == figure.negative


def test_by_ids_keeps_the_order_and_leaves_out_the_unknown(filled: Engine) -> None:
    with reading(filled) as connection:
        rows = list(reversed(page(connection).rows))
        wanted = [rows[0].id, 999_999, rows[1].id]
        assert by_ids(connection, wanted) == rows[:2]
        assert by_ids(connection, []) == []


def test_matches_come_by_keyword(filled: Engine) -> None:
    with reading(filled) as connection:
        (old,) = page(connection, MentionFilter(keyword="refund")).rows
    assert old.keywords == (KeywordMatch("heat", ((2, 3),)), KeywordMatch("refund", ((0, 1),)))


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_show_each_row_once_also_at_equal_times(database: Engine, applied_config_id: int, limit: int) -> None:
    batch = [sample(str(number), published_at=NOON + timedelta(seconds=number // 4)) for number in range(21)]
    with writing(database) as connection:
        store(connection, batch, applied_config_id)
    with reading(database) as connection:
        assert all_pages(connection, limit) == [row.external_id for row in stream(connection)]
        assert sorted(all_pages(connection, limit), key=int) == [str(number) for number in range(21)]


def test_a_row_that_comes_in_between_moves_no_page(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        batch = [sample(str(n), published_at=NOON - timedelta(minutes=n)) for n in range(4)]
        store(connection, batch, applied_config_id)
        first = page(connection, limit=2)
        store(connection, [sample("late", published_at=NOON + timedelta(hours=1))], applied_config_id)
        second = page(connection, limit=2, after=first.next)
    assert [row.external_id for row in second.rows] == ["2", "3"]
    assert second.next is None


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.b", "1.2.3", "9" * 30 + ".1", "9" * 5000 + ".1", "1;drop"])
def test_a_bad_cursor_is_refused(database: Engine, text: str) -> None:
    with reading(database) as connection, pytest.raises(CursorError):
        page(connection, after=text)


@given(st.text(max_size=30) | st.from_regex(r"-?\d+\.\d+", fullmatch=True))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        epoch, row_id = parse_cursor(text)
    except CursorError:
        return
    assert all(abs(number) < 2**63 for number in (epoch, row_id))


def test_a_cursor_reads_back(filled: Engine) -> None:
    with reading(filled) as connection:
        row = page(connection).rows[0]
    assert parse_cursor(cursor_of(row)) == (row.timeline_epoch, row.id)


@pytest.mark.parametrize("position", [None, (int(NOON.timestamp()), 5)])
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (MentionFilter(), "ix_mention_timeline"),
        (MentionFilter(brand="xinghe"), "ix_mention_timeline"),
        (MentionFilter(source="shop"), "ix_mention_source_timeline"),
        (MentionFilter(negative=True), "ix_mention_negative_timeline"),
        (MentionFilter(keyword="heat"), "ix_mention_timeline"),
        (MentionFilter(label="negative", rating_max=0.5), "ix_mention_timeline"),
        (MentionFilter(since=NOON, until=NOON + timedelta(days=1)), "ix_mention_timeline"),
        (MentionFilter(source="shop", since=NOON, brand="xinghe"), "ix_mention_source_timeline"),
    ],
)
def test_every_page_is_served_by_an_index(
    sqlite_database: Engine, filters: MentionFilter, index: str, position: tuple[int, int] | None
) -> None:
    query = page_query(filters, position, 50).compile(sqlite_database)
    with reading(sqlite_database) as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple(query.params[n] for n in query.positiontup or ())
        )
        steps = [row.detail for row in plan]
    assert f"mention USING INDEX {index}" in steps[0]
    assert not any("TEMP B-TREE" in step or (step.startswith("SCAN") and "INDEX" not in step) for step in steps)
    assert position is None or "timeline_epoch<" in steps[0] or "timeline_epoch,id)<" in steps[0]
