"""Files that users export: columns by name, encodings, bad rows."""

from __future__ import annotations

import codecs
import gzip
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.imports.failure import UnreadableFile
from crawlers.imports.opening import encoding_of
from crawlers.imports.reading import read_file
from monitor.mention import RawMention, Rejection


def write(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_chinese_column_names(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a.csv", "用户,评分,评论,时间\r\n王小明,2,电池发烫,2026-11-07 15:32\r\n", encoding)
    assert list(read_file(path)) == [
        RawMention(text="电池发烫", author="王小明", rating="2", published="2026-11-07 15:32")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_damaged_bytes_cost_their_row_and_no_other(tmp_path: Path, encoding: str) -> None:
    """A download that was cut off within a character, or two exports that were joined."""
    path = tmp_path / "a.csv"
    head = "用户,评论\r\n王小明,电池发烫很严重\r\n".encode(encoding)
    path.write_bytes(head + b"\xff," + "客服\r\n李四,退款".encode(encoding) + "到".encode(encoding)[:-1])
    assert list(read_file(path)) == [
        RawMention(text="电池发烫很严重", author="王小明"),
        Rejection("bad bytes", "row 2"),
        Rejection("bad bytes", "row 3"),
    ]


def test_a_mark_of_utf_8_before_gb_18030_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF8 + "用户,评论\r\n王小明,电池发烫\r\n".encode("gb18030"))
    assert list(read_file(path)) == [RawMention(text="电池发烫", author="王小明")]


def test_what_is_no_text_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text\n" + b"\xff\xfd" * 99)
    with pytest.raises(UnreadableFile, match="neither UTF-8 nor GB 18030"):
        list(read_file(path))


def test_gzip_and_rows_without_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b'id,text\n1,"two\nlines"\n2,\n\n3,c\n'))
    assert list(read_file(path)) == [
        RawMention(text="two\nlines", external_id="1"),
        Rejection("no text", "row 2"),
        RawMention(text="c", external_id="3"),
    ]


def test_json_lines_with_a_bad_one(tmp_path: Path) -> None:
    rows = [json.dumps({"id": 7, "content": "差", "score": 1}), "{", "[]", json.dumps({"id": 8})]
    found = list(read_file(write(tmp_path, "a.jsonl", "\n".join(rows))))
    assert found[0] == RawMention(text="差", external_id="7", rating="1")
    assert [each.reason for each in found[1:] if isinstance(each, Rejection)] == ["bad json", "bad json", "no text"]


def test_our_own_export_keeps_rating_apart_from_score(tmp_path: Path) -> None:
    text = "external_id,collected_at,text,rating,label,score\nx,2026-11-07T00:00:00Z,差,1,negative,-0.9\n"
    assert list(read_file(write(tmp_path, "a.csv", text))) == [RawMention(text="差", external_id="x", rating="1")]


def test_columns_named_by_the_user(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "q1;text;stars\ngood;bad;3\n")
    assert list(read_file(path, columns={"text": "q1"})) == [RawMention(text="good", rating="3")]


@pytest.mark.parametrize(
    ("name", "content", "columns", "words"),
    [
        ("a.csv", "a,b\n1,2\n", {}, "no column with the text"),
        ("a.csv", "text\n1\n", {"rating": "grade"}, "no column 'grade'"),
        ("a.csv", "text\n1\n", {"nonsense": "text"}, "unknown field"),
        ("a.doc", "text\n1\n", {}, "must end so"),
        ("a.xlsx", "text\n1\n", {}, "export it again"),
        ("a.xls", "<table>", {}, "save it as .xlsx"),
    ],
)
def test_unreadable_files_say_why(tmp_path: Path, name: str, content: str, columns: dict[str, str], words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        list(read_file(write(tmp_path, name, content), columns=columns))


def test_unknown_preset_and_damaged_gzip(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="unknown preset"):
        list(read_file(tmp_path / "a.csv", preset="x"))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"text\n" + b"a\n" * 9000)[:-20])
    with pytest.raises(UnreadableFile, match="damaged"):
        list(read_file(path))


def test_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "")
    assert list(read_file(path)) == []
    assert encoding_of(path) == "utf-8-sig"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_line_gives_one_result_at_most(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes("\n".join(lines).encode())
        pieces = re.split(r"\r\n|\r|\n", path.read_bytes().decode("utf-8-sig"))
        assert len(list(read_file(path))) == sum(1 for piece in pieces if piece.strip())


def test_a_first_line_that_is_no_header_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "坏" * 5_000_000)
    with pytest.raises(UnreadableFile, match=r"no row that names the columns \(bad row, line 1"):
        list(read_file(path))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"\0" * 50_000_000))
    with pytest.raises(UnreadableFile, match="line 1 is longer than 8 MiB"):
        list(read_file(path))


def test_rows_below_an_unclosed_quote_come_in(tmp_path: Path) -> None:
    found = list(read_file(write(tmp_path, "a.csv", 'id,text\n1,好\n2,"坏\n3,x\n4,退款\n')))
    assert [item.external_id for item in found if isinstance(item, RawMention)] == ["1", "3", "4"]
    assert [item for item in found if isinstance(item, Rejection)] == [Rejection("unclosed quote", "row 2: line 3")]
