"""Every example of docs/query-language.md and of its Chinese twin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dashboard.web.i18n import Language
from dashboard.web.phrases import query_words
from monitor.config.schema import Keyword
from monitor.keywords import Document, KeywordSet, QueryError, compile_query
from monitor.mention import KeywordMatch

DOCS = Path(__file__).parents[4] / "docs"
GUIDES: dict[Language, Path] = {"en": DOCS / "query-language.md", "zh-CN": DOCS / "query-language.zh-CN.md"}
EXAMPLES = ("Query | Text | Finds", "检索式 | 文本 | 找到")
KEYWORDS = ("Keyword | Text | Finds", "关键词 | 文本 | 找到")
ERRORS = ("Query | At | What is wrong", "检索式 | 位置 | 哪里不对")
QUERIES = ("Query | Matches", "检索式 | 命中")
CODE = re.compile(r"`([^`]*)`")


def rows(language: Language, heads: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    inside = False
    for line in GUIDES[language].read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
        if not line.startswith("|"):
            inside = False
        elif " | ".join(cells) in heads:
            inside = True
        elif inside and not line.startswith("|---"):
            yield cells


def all_rows(heads: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [(language, *cells) for language in GUIDES for cells in rows(language, heads)]


def code(cell: str) -> str:
    found = CODE.fullmatch(cell)
    assert found, cell
    return found[1]


def found_in(text: str, keyword: Keyword) -> list[str]:
    matches = KeywordSet([keyword]).match(Document(text))
    return [text[start:end] for match in matches for start, end in match.spans]


@pytest.mark.parametrize(("language", "query", "text", "finds"), all_rows(EXAMPLES))
def test_examples(language: Language, query: str, text: str, finds: str) -> None:
    if finds == "error":
        with pytest.raises(QueryError):
            compile_query(code(query))
        return
    expected = CODE.findall(finds)
    assert expected or finds in ("nothing", "无")
    assert found_in(code(text), Keyword(id="k", query=code(query))) == expected


@pytest.mark.parametrize(("language", "entry", "text", "finds"), all_rows(KEYWORDS))
def test_keywords(language: Language, entry: str, text: str, finds: str) -> None:
    keyword = Keyword.model_validate({"id": "k", **YAML(typ="safe").load(code(entry))})
    assert found_in(code(text), keyword) == CODE.findall(finds)


@pytest.mark.parametrize(("language", "query", "place", "message"), all_rows(ERRORS))
def test_errors(language: Language, query: str, place: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(code(query))
    assert caught.value.position + 1 == int(place)
    assert query_words(language, caught.value.message) == message


@pytest.mark.parametrize(("language", "queries", "_matches"), all_rows(QUERIES))
def test_fields(language: Language, queries: str, _matches: str) -> None:
    for query in CODE.findall(queries):
        compile_query(query)


def test_a_field_is_an_operand_like_any_other() -> None:
    for guide in GUIDES.values():
        (query,) = re.findall(r"`(rating:[^`]* NOT source:shop)`", guide.read_text(encoding="utf-8"))
        late = Document("快递慢", rating=1.0)
        assert KeywordSet([Keyword(id="late", query=query)]).match(late) == (KeywordMatch("late", ((0, 2),)),)
