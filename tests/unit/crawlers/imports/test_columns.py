"""Columns by hand, by preset and by name; presets that fit, fit not, or are several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.imports.cells import read_count
from crawlers.imports.failure import UnreadableFile
from crawlers.imports.reading import open_import, read_file
from monitor.mention import RawMention, Rejection


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_columns_by_hand_come_before_the_preset(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "商品编号,评价内容,评价星级,备注,补充\n1,好,5星,其实不好,真的\n")
    assert open_import(path).layout.preset == "jd"
    assert list(read_file(path, columns={"text": "备注+补充"})) == [RawMention(text="其实不好\n真的", rating="5星")]


def test_a_column_whose_name_has_a_plus(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "a+b,a\n1,2\n")
    assert list(read_file(path, columns={"text": "A+B"})) == [RawMention(text="1")]


def test_a_given_preset_must_fit(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text,rating\ngood,5\n")
    with pytest.raises(UnreadableFile, match="no export that the preset 'jd' knows"):
        open_import(path, "jd")
    assert open_import(path).layout.preset is None


def test_where_two_presets_fit_none_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "商品编号,宝贝标题,评价内容\n1,x,好\n")
    layout = open_import(path).layout
    assert (layout.preset, layout.candidates) == (None, ("jd", "taobao"))
    assert layout.columns == {"text": ("评价内容",)}
    assert open_import(path, "taobao").layout.columns["product"] == ("宝贝标题",)


def test_where_two_presets_fit_and_no_name_is_known_they_are_told(tmp_path: Path) -> None:
    names = "note_id,desc,collected_count,tag_list,aweme_id,liked_count"
    with pytest.raises(UnreadableFile, match="fit several presets: choose one of douyin, xiaohongshu"):
        open_import(write(tmp_path, "a.csv", f"{names}\n1,2,3,4,5,6\n"))


def test_an_unknown_preset_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"unknown preset 'x': one of amazon, bilibili, .*zhihu"):
        open_import(write(tmp_path, "a.csv", "text\n1\n"), "x")


def test_json_by_paths_and_whatever_its_case(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps({"total": 1, "rows": [{"Content": "a", "who": {"name": "阿杰"}}]}))
    assert list(read_file(path, columns={"author": "who.name"})) == [RawMention(text="a", author="阿杰")]


def test_a_whole_document_that_is_cut_off_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not a whole JSON document"):
        open_import(write(tmp_path, "a.json", '[{"text": "a"}'))


def test_an_empty_answer_has_no_rows(tmp_path: Path) -> None:
    assert list(read_file(write(tmp_path, "a.json", "[]"))) == []
    assert list(read_file(write(tmp_path, "b.json", '{"data": {"replies": null}}'), "bilibili")) == []


def test_json_lines_under_the_name_of_json(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '{"text": "a"}\n{"text": "b"}\n{\n')
    assert list(read_file(path)) == [RawMention(text="a"), RawMention(text="b"), Rejection("bad json", "row 3")]


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 2 is longer"):
        list(read_file(write(tmp_path, "a.csv", "text\n" + "x" * (8 * 1024 * 1024 + 1))))


@pytest.mark.parametrize(
    ("words", "count"),
    [("1,204", 1204), ("1.2万", 12000), ("3w", 30000), ("10+", 10), ("2亿", 200_000_000), ("７", 7), ("12.0", 12),
     ("", None), (None, None), ("-3", None), ("很多", None), ("1e9", None), ("赞", None)],
)  # fmt: skip
def test_counts_as_exports_write_them(words: str | None, count: int | None) -> None:
    assert read_count(words) == count


@given(st.text(max_size=60))
def test_any_words_are_a_count_or_none(words: str) -> None:
    count = read_count(words)
    assert count is None or 0 <= count <= 2**53
