from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Engine

from dashboard.reports.formats import FORMATS, load_format
from dashboard.reports.html import HtmlFormat
from dashboard.reports.model import Language, WeeklyReport
from dashboard.reports.weekly import weekly_report
from dashboard.reports.words import WORDS, count, percent, signed
from monitor.store.database import reading
from tests.unit.dashboard.reports.week_of_mentions import CONFIG, NOW, fill

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.fixture
def report(sqlite_database: Engine, applied_config_id: int) -> WeeklyReport:
    fill(sqlite_database, applied_config_id)
    with reading(sqlite_database) as connection:
        return weekly_report(connection, CONFIG, "2026-W47", "zh-CN", NOW)


def html_of(report: WeeklyReport) -> str:
    return HtmlFormat().render(report).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden(report: WeeklyReport, language: Language) -> None:
    """After an intended change run once with TINGFENG_UPDATE_GOLDEN=1 and read the difference."""
    found = html_of(replace(report, language=language))
    golden = GOLDEN / f"weekly-{language}.html"
    if os.environ.get("TINGFENG_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


class Inventory(HTMLParser):
    """Tags, and every address that a page could load or open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attributes:
            assert not name.startswith("on")
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in {"src", "href", "data", "srcset"}:
                self.loaded.append(value or "")


def test_stands_alone_and_runs_nothing(report: WeeklyReport) -> None:
    text = html_of(report)
    inventory = Inventory()
    inventory.feed(text)
    assert not inventory.tags & {"script", "iframe", "object", "link", "img", "form"}
    assert inventory.loaded == []
    assert inventory.links
    assert all(link.startswith("https://shop.example/") for link in inventory.links)
    assert "url(" not in text
    assert "@import" not in text


def test_text_of_people_stays_text(report: WeeklyReport) -> None:
    assert "&lt;b&gt;摔坏&lt;/b&gt;" in html_of(report)
    assert "<b>摔坏" not in html_of(report)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", None])
def test_only_web_addresses_become_links(report: WeeklyReport, url: str | None) -> None:
    """The store holds only http(s) addresses; the complaint's quote checks again."""
    from types import SimpleNamespace

    from dashboard.reports.complaints import make_quote

    row = SimpleNamespace(url=url, text="x" * 400, rating=None, source_id="shop", author_masked=None, published_at=NOW)
    quote = make_quote(row)  # type: ignore[arg-type]
    assert quote.url is None
    assert len(quote.text) == 300


def test_demo_data_is_marked(report: WeeklyReport) -> None:
    assert WORDS["zh-CN"]["demo"] not in html_of(report)
    assert WORDS["zh-CN"]["demo"] in html_of(replace(report, demo=True))


def test_aspects_are_named_in_the_words_of_the_reader(report: WeeklyReport) -> None:
    assert "「快递、物流」" in html_of(report)
    assert "about &#34;logistics&#34;" in html_of(replace(report, language="en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_and_partial_report(sqlite_database: Engine, language: Language) -> None:
    with reading(sqlite_database) as connection:
        report = weekly_report(connection, CONFIG, "2026-W47", language, NOW - timedelta(days=3))
    text = html_of(report)
    assert WORDS[language]["partial"] in text
    assert WORDS[language]["alerts.none"] in text
    assert WORDS[language]["summary.none"].format(brand="星河") in text
    assert "None" not in text
    assert "nan" not in text
    brands = re.findall(r"<tr>.*?</tr>", text.split(WORDS[language]["brands"])[1].split("</table>")[0], re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in brands[1:]]
    assert [[cell.count("–") for cell in row[1:3]] for row in cells] == [[0, 1]] * len(report.brands)


def test_both_languages_have_the_same_words() -> None:
    chinese, english = (WORDS[language] for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for key in chinese:
        assert set(re.findall(r"{(\w+)}", chinese[key])) == set(re.findall(r"{(\w+)}", english[key])), key


def test_numbers_as_each_language_writes_them() -> None:
    assert [count(12345, language) for language in LANGUAGES] == ["1.2万", "12,345"]
    assert [count(999, language) for language in LANGUAGES] == ["999", "999"]
    assert [signed(value) for value in (1.25, -1.25, 0.04, -0.04)] == ["+1.2", "−1.2", "0.0", "0.0"]
    assert percent(0.1234) == "12.3%"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders(report: WeeklyReport, name: str) -> None:
    form = load_format(name)
    assert form.render(report) == form.render(report)
    assert "/" in form.media_type
    assert not form.extension.startswith(".")


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="choose from html"):
        load_format("docx")
