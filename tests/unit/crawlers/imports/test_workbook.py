"""Workbooks as back offices write them, and as nobody should."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from crawlers.imports.failure import UnreadableFile
from crawlers.imports.reading import open_import, read_file
from crawlers.imports.workbook import MAX_TEXTS
from monitor.mention import RawMention, Rejection


def workbook(path: Path, sheets: Mapping[str, Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


def test_dates_numbers_formulas_and_error_words(tmp_path: Path) -> None:
    rows = [
        ["id", "text", "rating", "date", "product"],
        [1001, "发烫", 2.0, datetime(2026, 11, 7, 15, 32), 5],  # noqa: DTZ001 - cells have no zone
        [1002.0, "好", 4.5, date(2026, 11, 7), "#N/A"],
        [1234567890123456789.0, 12.0, 5, "2026-11-07", True],
    ]
    assert list(read_file(workbook(tmp_path / "a.xlsx", {"S": rows}))) == [
        RawMention(text="发烫", external_id="1001", rating="2", published="2026-11-07 15:32:00", product="5"),
        RawMention(text="好", external_id="1002", rating="4.5", published="2026-11-07 00:00:00"),
        RawMention(text="12", rating="5", published="2026-11-07"),
    ]


def test_a_formula_is_its_last_value_and_never_its_words(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text", "rating"], ["x", "=1+1"], ["=CONCAT(1,2)", 3]]})
    # openpyxl writes formulas without values, as a program does that never calculates.
    assert list(read_file(path)) == [RawMention(text="x"), Rejection("no text", "row 2")]
    valued = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(valued, "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
            target.writestr(name, data.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))
    assert next(read_file(valued)) == RawMention(text="x", rating="2")


def test_a_title_and_names_over_two_merged_rows(tmp_path: Path) -> None:
    rows = [
        ["十一月评价", None, None, None],
        ["评价内容", "买家", None, "评分"],
        [None, "昵称", "等级", None],
        ["发烫", "阿杰", "VIP", 2],
    ]
    path = workbook(tmp_path / "a.xlsx", {"S": rows}, ["A1:D1", "A2:A3", "B2:C2", "D2:D3"])
    file = open_import(path)
    assert file.layout.columns == {"text": ("评价内容",), "author": ("买家 / 昵称",), "rating": ("评分",)}
    assert file.layout.unused == ("买家 / 等级",)
    assert list(file.mentions()) == [RawMention(text="发烫", author="阿杰", rating="2")]


def test_the_first_readable_sheet_or_the_named_one(tmp_path: Path) -> None:
    sheets = {"说明": [["导出说明"], ["内部使用"]], "一": [["内容"], ["a"]], "二": [["内容"], ["b"]], "空": []}
    path = workbook(tmp_path / "a.xlsx", sheets)
    assert open_import(path).layout.sheet == "一"
    assert open_import(path).layout.sheets == ("说明", "一", "二", "空")
    assert list(read_file(path, sheet="二")) == [RawMention(text="b")]
    assert list(read_file(path, sheet="空")) == []
    with pytest.raises(UnreadableFile, match="no sheet 'x': there are 说明, 一"):
        open_import(path, sheet="x")
    with pytest.raises(UnreadableFile, match="no column with the text"):
        open_import(path, sheet="说明")


def test_only_a_workbook_has_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n1\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="only a workbook"):
        open_import(path, sheet="S")


def test_an_xlsx_under_the_name_of_an_xls_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["a"]]})
    renamed = path.rename(tmp_path / "a.xls")
    assert list(read_file(renamed)) == [RawMention(text="a")]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
def test_old_and_locked_workbooks_are_refused_with_the_mend(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(UnreadableFile, match=r"save it as \.xlsx without a password"):
        open_import(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["a"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        block = b"<si><t>" + b"x" * (1024 * 1024)
        for _ in range(MAX_TEXTS // (1024 * 1024) + 1):
            part.write(block)
    assert path.stat().st_size < 2 * 1024 * 1024
    with pytest.raises(UnreadableFile, match="too large once unpacked"):
        open_import(path)


def test_a_cell_far_out_makes_no_wide_or_endless_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["a"]]})
    far = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(far, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = data.replace(
                    b"</sheetData>", b'<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row></sheetData>'
                )
                data = data.replace(b'<row r="2"', b'<row r="2" x="1"')
            target.writestr(name, data)
    rows = read_file(far)
    assert next(rows) == RawMention(text="a")


def test_a_damaged_workbook_says_so(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["a"]]})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableFile, match="damaged workbook"):
        open_import(path)


@pytest.mark.parametrize(
    "entity", [b'<!ENTITY e SYSTEM "file:///etc/passwd">', b'<!ENTITY d "xxxxxxxx"><!ENTITY e "&d;">']
)
def test_entities_bring_in_nothing_from_outside(tmp_path: Path, entity: bytes) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["marked"]]})
    spiked = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(spiked, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = b"<!DOCTYPE worksheet [" + entity + b"]>" + data.replace(b"marked", b"marked &e;")
            target.writestr(name, data)
    with suppress(UnreadableFile):
        (found,) = read_file(spiked)
        assert isinstance(found, RawMention)
        assert found.text in ("marked", "marked xxxxxxxx")


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["text"], ["marked"]]})
    spiked = tmp_path / "b.xlsx"
    levels = b"".join(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(spiked, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = (
                    b'<!DOCTYPE worksheet [<!ENTITY e0 "xxxxxxxxxx">'
                    + levels
                    + b"]>"
                    + data.replace(b"marked", b"&e11;")
                )
            target.writestr(name, data)
    with pytest.raises(UnreadableFile, match="damaged workbook"):
        list(read_file(spiked))
