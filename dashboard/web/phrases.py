"""Says in the page's language what is stored or reported as a short stable English sentence: errors of queries and of
the configuration. Reasons are ``alerts.reasons``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.web.i18n import Language, say
from dashboard.web.words import config_zh, queries_zh
from monitor.rewording import known, reworded

QUERIES: Mapping[Language, Mapping[str, str]] = {"zh-CN": queries_zh.WORDS, "en": {}}
#: Queries stand in keywords.yaml, so their errors do too.
CONFIGURATION: Mapping[Language, Mapping[str, str]] = {"zh-CN": {**config_zh.WORDS, **queries_zh.WORDS}, "en": {}}

#: A line of ``ConfigError.format``; the path may be absent.
FAULT = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?:(?P<path>[^\s:]+): )?(?P<said>.*)", re.DOTALL)


def query_words(language: Language, text: str) -> str:
    """The message or the hint of a query's error."""
    return reworded(QUERIES[language], text)


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
        message = known(table, said[: bracket.start()])
        if message is not None:
            return f"{message}（{reworded(table, said[bracket.end() : -1])}）"
    return reworded(table, said)
