"""Units sold and orders, as sales exports list them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.imports.exposure import DayReader, Exposure, exposure_of, read_exposures
from crawlers.imports.failure import UnreadableFile
from monitor.mention import Rejection
from tests.unit.crawlers.imports.test_workbook import workbook

DAYS = DayReader(ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
DAY = date(2026, 11, 7)


def write(folder: Path, content: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_table_with_totals_and_gaps(tmp_path: Path) -> None:
    rows = '日期,商品名称,销量,订单数\n2026-11-07,星河X5,"1,204",1.1千\n2026/11/7,耳机,-,30\n合计,,1204,30\n'
    rows += ",x,1,\n2026-11-08,,1,1\n"
    assert list(read_exposures(write(tmp_path, rows), DAYS)) == [
        Exposure("星河X5", DAY, 1204, None),
        Exposure("耳机", DAY, None, 30),
        Rejection("total row", "row 3"),
        Rejection("no day", "row 4"),
        Rejection("no product", "row 5"),
    ]


def test_a_workbook_with_a_title_and_dates(tmp_path: Path) -> None:
    rows = [["十一月销售", None, None], ["产品", "日期", "件数"], ["星河X5", DAY, 12.0]]
    path = workbook(tmp_path / "a.xlsx", {"S": rows})
    assert list(read_exposures(path, DAYS)) == [Exposure("星河X5", DAY, 12, None)]


def test_json_lines_and_columns_by_hand(tmp_path: Path) -> None:
    path = write(tmp_path, '{"what": "X5", "on": 1793980800, "n": 3}\n[]\n7\n', "a.jsonl")
    columns = {"product": "what", "day": "on", "units": "n"}
    assert list(read_exposures(path, DAYS, columns)) == [
        Exposure("X5", DAY, 3, None),
        Rejection("bad json", "row 3"),
    ]


@pytest.mark.parametrize(
    ("day", "units", "reason"),
    [("not a day", "1", "bad day"), ("2027-01-01", "1", "future day"), ("2026-11-07", "some", "no count"),
     ("2026-11-07", None, "no count")],
)  # fmt: skip
def test_rows_that_cannot_be_used(day: str, units: str | None, reason: str) -> None:
    assert exposure_of({"product": "x", "day": day, "units": units}, 1, DAYS) == Rejection(reason, "row 1")


def test_a_table_without_the_columns_says_which_are_needed(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableFile, match="product, the day and the units or orders are needed, and there are: a, b"
    ):
        list(read_exposures(write(tmp_path, "a,b\n1,2\n"), DAYS))
    with pytest.raises(UnreadableFile, match="no column 'c'"):
        list(read_exposures(write(tmp_path, "a,b\n1,2\n"), DAYS, {"product": "c"}))
    with pytest.raises(UnreadableFile, match="unknown field 'text'"):
        list(read_exposures(write(tmp_path, "a,b\n1,2\n"), DAYS, {"text": "a"}))


@given(st.dictionaries(st.sampled_from(["product", "day", "units", "orders"]), st.text(max_size=30)))
def test_any_words_are_an_exposure_or_a_reason(words: dict[str, str]) -> None:
    found = exposure_of(words, 1, DAYS)
    assert isinstance(found, Exposure | Rejection)
