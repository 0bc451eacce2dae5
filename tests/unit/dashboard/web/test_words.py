from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from dashboard.web import formats, icons, scope, shell
from dashboard.web.i18n import CATALOGUE, known_language, preferred, say

WEB = Path(shell.__file__).parent
KEY = re.compile(r"""\b(?:t\(|say\((?:self\.|names\.)?language, )'?"?([a-z_.0-9]+)['"]""")
PREFIX = re.compile(r"""\b(?:t\(|say\((?:self\.|names\.)?language, )['"]([a-z_.]+\.)['"]""")


def sources() -> list[Path]:
    return [*sorted((WEB / "templates").glob("*.html")), *sorted(WEB.glob("*.py"))]


def test_both_languages_have_the_same_keys_with_the_same_places() -> None:
    chinese, english = CATALOGUE["zh-CN"], CATALOGUE["en"]
    # Words for a single one are English's own: Chinese counts without a plural.
    assert set(chinese) == {key for key in english if not key.endswith(".one")}

    def places(words: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    assert {key for key in english if places(english[key]) != places(chinese[key.removesuffix(".one")])} == set()


def test_one_is_counted_in_the_singular() -> None:
    assert [say("en", "mentions.count", n=n) for n in ("0", "1", "11")] == ["0 mentions", "1 mention", "11 mentions"]
    assert say("en", "alert.hits", n=1) == "1 hit of the crisis word"
    assert say("zh-CN", "mentions.count", n=1) == "1 条提及"


def test_every_key_that_is_used_exists() -> None:
    used = {key for path in sources() for key in KEY.findall(path.read_text("utf-8")) if not key.endswith(".")}
    assert len(used) > 100
    assert used - set(CATALOGUE["en"]) == set()


def test_every_prefix_of_a_made_up_key_has_words() -> None:
    prefixes = {key for path in sources() for key in PREFIX.findall(path.read_text("utf-8"))}
    assert {prefix for prefix in prefixes if not any(key.startswith(prefix) for key in CATALOGUE["en"])} == set()


def test_every_shown_state_has_words() -> None:
    keys = {f"severity.{name}" for name in icons.SEVERITY} | {f"label.{name}" for name in icons.LABEL}
    keys |= {f"alert.{name}" for name in icons.ALERT} | {f"ticket.{name}" for name in icons.TICKET}
    keys |= {f"source.{name}" for name in icons.SOURCE_STATUS} | {f"period.{name}" for name in scope.PERIODS}
    assert keys - set(CATALOGUE["en"]) == set()


def test_no_exclamation_marks() -> None:
    assert [
        words for catalogue in CATALOGUE.values() for words in catalogue.values() if re.search("[!！]", words)
    ] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-TW,en;q=0.5", "zh-CN"), ("en-GB", "en"), ("fr,en;q=0.8", "en"), ("fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_browser_s_language_is_taken_when_we_speak_it(header: str, language: str) -> None:
    assert preferred(header, "zh-CN") == language


def test_languages_and_numbers() -> None:
    assert known_language("klingon") is None
    assert say("zh-CN", "of", k=18, n=60) == "60 条中 18 条"
    assert formats.count(123456, "zh-CN") == "12.3 万"
    assert formats.count(123456, "en") == "123,456"
    assert formats.signed(-3.24) == "−3.2"
    assert formats.signed(0.01) == "0.0"
