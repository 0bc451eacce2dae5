"""kind: import in keywords.yaml, and what a source's entry says of the files that come into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crawlers.imports.reading import open_import
from crawlers.imports.source import ImportSource
from crawlers.registry import SOURCES
from dashboard.operation.importing import ReadAs, read_as
from monitor.config.schema import Source
from monitor.mention import RawMention


def source(**fields: Any) -> Source:
    return SOURCES["import"].model.model_validate({"id": "nps", "kind": "import", **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"every": "1h"}, "never crawled: leave this out"),
        ({"max_pages": 3}, "never crawled: leave this out"),
        ({"preset": "x"}, "unknown preset 'x': one of amazon"),
        ({"columns": {"words": "x"}}, "unknown field 'words'"),
        ({"item_kind": "x"}, "'review', 'post'"),
    ],
)
def test_what_an_import_source_cannot_have(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        source(**fields)


def test_it_has_no_page() -> None:
    assert not source().crawled
    with pytest.raises(TypeError, match="never crawled"):
        SOURCES["import"].page_class()


def test_what_the_user_asks_for_comes_before_the_entry() -> None:
    entry = source(preset="jd", columns={"text": "a", "title": "b"}, item_kind="post")
    assert isinstance(entry, ImportSource)
    assert read_as(entry, None, {}) == ReadAs("jd", {"text": "a", "title": "b"}, None, "post")
    asked = read_as(entry, "taobao", {"text": "c"}, "1")
    assert asked == ReadAs("taobao", {"text": "c", "title": "b"}, "1", "post")
    assert read_as(Source(id="a", kind="feed"), None, {"text": "c"}) == ReadAs(None, {"text": "c"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,kind\n好,\n坏,comment\n"),
        ("a.jsonl", '{"text": "好"}\n{"text": "坏", "kind": "comment"}\n'),
    ],
)
def test_the_kind_of_a_row_is_its_own_then_the_sources(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")

    def kinds(opened: ReadAs) -> list[str]:
        return [item.kind for item in opened.open(path).mentions() if isinstance(item, RawMention)]

    assert kinds(ReadAs(item_kind="post")) == ["post", "comment"]
    assert kinds(ReadAs()) == ["review", "comment"]


def test_a_preset_knows_its_kind_better(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("商品编号,商品名称,评价内容,评价星级,评价时间\n1,x,好,5星,2026-11-21 10:00\n", "utf-8")
    (found,) = open_import(path, kind_of_item="article").mentions()
    assert isinstance(found, RawMention)
    assert found.kind == "review"
