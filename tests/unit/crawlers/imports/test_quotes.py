"""Quotes in CSV: well-formed text reads as Python's csv reads it, and an unclosed quote costs its own line only."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.imports.quotes import FIELD_LIMIT, rows_of
from monitor.mention import Rejection


def read(text: str) -> list[Sequence[str] | str]:
    """Rows, and rejections as ``reason, place``."""
    found = rows_of(iter(io.StringIO(text, newline="")), ",")
    return [f"{row.reason}, {row.detail}" if isinstance(row, Rejection) else row for row in found]


@given(st.lists(st.lists(st.text('a坏",\n; ', max_size=5), min_size=1, max_size=4), min_size=1, max_size=5))
def test_what_a_csv_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    assert read(out.getvalue()) == rows


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ('2,"坏\n3,x\n4,退款\n', ["unclosed quote, line 2", ["3", "x"], ["4", "退款"]]),
        ('2,"坏\n3,"好"\n4,x\n', ["unclosed quote, line 2", ["3", "好"], ["4", "x"]]),
        ('2,"坏\n3,"好\n4,x\n', ["unclosed quote, line 2", "unclosed quote, line 3", ["4", "x"]]),
        # The quote that stays open is not the first of its row.
        ('"1\n2","坏\n3,x\n', ["unclosed quote, line 3", ["3", "x"]]),
        # A line of the text itself is no row: it is counted and not taken for one.
        ('2,"坏\n真的\n4,x\n', ["unclosed quote, line 2", "unclosed quote, line 3", ["4", "x"]]),
    ],
)
def test_an_unclosed_quote_swallows_nothing(below: str, expected: list[Sequence[str] | str]) -> None:
    assert read(f"id,text\n{below}") == [["id", "text"], *expected]


def test_exports_that_double_no_quotes_are_still_read() -> None:
    assert read('a,b,c\n1,"一\n他说"好"呢",5\n')[1:] == [["1", '一\n他说好"呢"', "5"]]


@pytest.mark.parametrize(
    "text",
    [
        'id,text\n2,"坏\n' + "3,x\n" * 500_000,
        "id,text\n" + '2,"坏\n' * 350_000,
        'id,text\n1,"x\n' + '""""\n' * 350_000,
    ],
)
@pytest.mark.slow
def test_two_megabytes_with_open_quotes_take_seconds(text: str) -> None:
    begun = process_time()
    assert len(read(text)) >= 350_000
    assert process_time() - begun < 10


def test_a_cell_over_the_limit_is_a_bad_row_with_its_line() -> None:
    (found,) = read("坏" * (FIELD_LIMIT + 1))
    assert isinstance(found, str)
    assert found.startswith("bad row, line 1: ")
