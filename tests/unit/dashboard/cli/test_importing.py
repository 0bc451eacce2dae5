"""import with its options, and exposure, as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from dashboard.cli import exposure, importing
from dashboard.cli.faults import Fault
from tests.unit.dashboard.cli.conftest import Run


@pytest.mark.slow
def test_a_preview_stores_nothing_and_an_import_says_what_it_took(tingfeng: Run, tmp_path: Path) -> None:
    tingfeng("init")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["商品编号", "商品名称", "评价内容", "评价星级", "评价时间"])
    sheet.append([100012345678, "星河X5", "发烫，电话13812345678", "1星", "2026-11-21 10:00"])
    sheet.append([100012345678, "星河X5", "好", "5星", "never"])
    book.save(tmp_path / "a.xlsx")

    shown = tingfeng("import", "a.xlsx", "--source", "jd-shop", "--preview")
    preview = json.loads(shown.stdout)
    assert "preset jd" in shown.stderr
    assert preview | {"format": "xlsx", "preset": "jd", "preset_by": "detected", "rows": 2, "usable": 1} == preview
    assert preview["samples"][0]["text"] == "发烫，电话138****5678"
    assert tingfeng("mentions").stdout == ""

    done = json.loads(tingfeng("import", "a.xlsx", "--source", "jd-shop").stdout)
    assert done | {"preset": "jd", "fetched": 2, "new": 1, "rejected": {"bad date": 1}} == done
    (stored,) = tingfeng("mentions").stdout.splitlines()
    assert json.loads(stored) | {"rating": 1, "kind": "review", "source": "jd-shop"} == json.loads(stored)


@pytest.mark.slow
def test_exposure_counts_and_its_replay(tingfeng: Run, tmp_path: Path) -> None:
    tingfeng("init")
    (tmp_path / "sold.csv").write_text("日期,商品,销量\n2026-11-07,X9,3\n2026-11-07,X9,4\n合计,,7\n", "utf-8")
    first = json.loads(tingfeng("exposure", "sold.csv", "--source", "erp").stdout)
    assert first == {
        "source": "erp", "rows": 3, "days": 1, "rejected": {"total row": 1}, "unknown_products": ["X9"],
        "new": 1, "updated": 0, "unchanged": 0,
    }  # fmt: skip
    again = json.loads(tingfeng("exposure", "sold.csv", "--source", "erp").stdout)
    assert (again["new"], again["unchanged"]) == (0, 1)
    assert "new" not in json.loads(tingfeng("exposure", "sold.csv", "--preview").stdout)
    refused = tingfeng("exposure", "sold.csv", "--columns", "units=件数")
    assert (refused.returncode, "no column '件数'" in refused.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "options", "code", "words"),
    [
        ("text\na\n", ["--preset", "x"], 2, "one of amazon, bilibili"),
        ("text\na\n", ["--preset", "jd"], 1, "no export that the preset 'jd' knows"),
        ("text\na\n", ["--columns", "stars=5"], 2, "unknown field 'stars'"),
        ("text\na\n", ["--columns", "text=b"], 1, "no column 'b': there are text"),
        ("text\na\n", ["--sheet", "S"], 1, "only a workbook has sheets"),
        ("a\nb\n", ["--preview"], 1, "no column with the text"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    tingfeng: Run, tmp_path: Path, content: str, options: list[str], code: int, words: str
) -> None:
    tingfeng("init")
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    done = tingfeng("import", "a.csv", "--source", "x", *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_a_mapping_in_one_option_or_several_and_names_with_commas() -> None:
    given = ["text=1、您好，有什么, 意见？,rating=2、打分", "author=a=b"]
    assert importing.mapping_of(given) == {"text": "1、您好，有什么, 意见？", "rating": "2、打分", "author": "a=b"}
    assert exposure.mapping_of(["product=商品, day = 日期"]) == {"product": "商品", "day": "日期"}
    assert importing.mapping_of([]) == exposure.mapping_of([]) == {}


@pytest.mark.parametrize("wrong", ["text", "=a", "what=a"])
def test_a_mapping_that_is_none(wrong: str) -> None:
    with pytest.raises(Fault, match="--columns"):
        importing.mapping_of([wrong])
    with pytest.raises(Fault, match="--columns"):
        exposure.mapping_of([wrong])


@pytest.mark.slow
def test_an_import_source_says_how_to_read_its_files_and_is_not_crawled(tingfeng: Run, tmp_path: Path) -> None:
    tingfeng("init")
    keywords = tmp_path / "home" / "keywords.yaml"
    entry = "{id: nps, kind: import, brand: xinghe, product: X5, item_kind: post, columns: {text: 说}}"
    text = keywords.read_text("utf-8")
    keywords.write_text(text.replace("sources:\n", f"sources:\n  - {entry}\n", 1), "utf-8")
    (tmp_path / "a.csv").write_text('id,说\n1,好\n2,"坏\n3,差\n', "utf-8")
    refused = tingfeng("crawl", "nps")
    assert (refused.returncode, "import FILE --source nps" in refused.stderr) == (2, True)
    done = tingfeng("import", "a.csv", "--source", "nps")
    counts = json.loads(done.stdout)
    assert (counts["fetched"], counts["new"], counts["rejected"]) == (3, 2, {"unclosed quote": 1})
    assert "unclosed quote at line 3" in done.stderr
    rows = [json.loads(line) for line in tingfeng("mentions").stdout.splitlines()]
    assert [(row["kind"], row["brand"], row["product"]) for row in rows] == [("post", "xinghe", "X5")] * 2
