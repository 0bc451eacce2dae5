"""Says in the page's language what is stored as a short stable English sentence: reasons, and errors of queries and of
the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial

from dashboard.web.i18n import Language, say
from dashboard.web.words import config_zh, queries_zh, reasons_zh

#: English pattern → words. A place ``{reason}`` holds a sentence that is put into words in its turn; every other place
#: is taken over as it is.
REASONS: Mapping[Language, Mapping[str, str]] = {"zh-CN": reasons_zh.WORDS, "en": {}}
QUERIES: Mapping[Language, Mapping[str, str]] = {"zh-CN": queries_zh.WORDS, "en": {}}
#: Queries stand in keywords.yaml, so their errors do too.
CONFIGURATION: Mapping[Language, Mapping[str, str]] = {"zh-CN": {**config_zh.WORDS, **queries_zh.WORDS}, "en": {}}

PLACE = re.compile(r"\{(\w+)\}")
#: A line of ``ConfigError.format``; the path may be absent.
FAULT = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?:(?P<path>[^\s:]+): )?(?P<said>.*)", re.DOTALL)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = PLACE.split(pattern)
    written = [f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    return re.compile("".join(written), re.DOTALL)


def _reword(table: Mapping[str, str], text: str) -> str:
    found = _known(table, text)
    return text if found is None else found


def _known(table: Mapping[str, str], text: str) -> str | None:
    """A sentence without places comes before the patterns; of these the first in the table's order that fits."""
    if text in table:
        return table[text]
    for pattern, words in table.items():
        found = _expression(pattern).fullmatch(text) if "{" in pattern else None
        if found:
            values = found.groupdict()
            # A pattern takes away part of the text, so the sentence inside is shorter and this comes to an end.
            if "reason" in values:
                values["reason"] = _reword(table, values["reason"])
            return PLACE.sub(partial(_value, values), words)
    return None


def _value(values: Mapping[str, str], place: re.Match[str]) -> str:
    return values[place[1]]


def reason_words(language: Language, reason: str) -> str:
    """Why an alert changed its state, a crawl ended, an item was rejected or a message was not delivered. A reason
    that is not known is shown as it is."""
    return _reword(REASONS[language], reason)


def query_words(language: Language, text: str) -> str:
    """The message or the hint of a query's error."""
    return _reword(QUERIES[language], text)


def configuration_words(language: Language, line: str) -> str:
    """One error of keywords.yaml or operator.yaml: where and what. In English the line as it is, the form that editors
    open; else the place in words, and what is not known in the language left in English behind it."""
    fault = FAULT.fullmatch(line)
    if language == "en" or not fault:
        return line
    said = _with_hint(CONFIGURATION[language], fault["said"])
    values = fault.groupdict() | {"said": said}
    if fault["path"]:
        return say(language, "config.path", **values)
    # What is wrong with a file as a whole stands at its first character.
    whole = (fault["line"], fault["column"]) == ("1", "1")
    return say(language, "config.whole" if whole else "config.at", **values)


def _with_hint(table: Mapping[str, str], said: str) -> str:
    """``message (hint)``, either of which may hold brackets: the hint begins behind the shortest known message."""
    for bracket in re.finditer(r" \(", said) if said.endswith(")") else ():
        message = _known(table, said[: bracket.start()])
        if message is not None:
            return f"{message}（{_reword(table, said[bracket.end() : -1])}）"
    return _reword(table, said)
