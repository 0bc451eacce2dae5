from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cli.lines import BadLineError, Line, parse_line, read_lines

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.binary())
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert isinstance(parse_line(content), Line | BadLineError)


@given(scalars, st.text())
def test_id_and_text_come_back_as_given(line_id: object, text: str) -> None:
    line = parse_line(json.dumps({"id": line_id, "text": text}).encode())
    assert isinstance(line, Line)
    assert (line.id, line.text) == (line_id, text)


@pytest.mark.parametrize(
    ("content", "line_id", "message"),
    [
        (b"", None, "not JSON"),
        (b"{", None, "not JSON"),
        (b'{"id": 1, "text": "a", "rating": NaN}', None, "not JSON"),
        (b"[" * 100_000, None, "not JSON"),
        (b"\xff", None, "not UTF-8"),
        (b"[]", None, "not a JSON object"),
        (b'{"id": 7}', 7, "text is missing"),
        (b'{"id": "x", "text": 5}', "x", "text is not text"),
    ],
)
def test_a_bad_line_says_why(content: bytes, line_id: object, message: str) -> None:
    error = parse_line(content)
    assert isinstance(error, BadLineError)
    assert (error.line_id, str(error)) == (line_id, message)


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    (line,) = read_lines([b'\xef\xbb\xbf{"id": 1, "text": "a"}\n'])
    assert isinstance(line, Line)
