"""Says in the page's language what is stored as a short stable English sentence: reasons and query errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial

from dashboard.web.i18n import Language
from dashboard.web.words import queries_zh, reasons_zh

#: English pattern → words. A place ``{reason}`` holds a sentence that is put into words in its turn; every other place
#: is taken over as it is.
REASONS: Mapping[Language, Mapping[str, str]] = {"zh-CN": reasons_zh.WORDS, "en": {}}
QUERIES: Mapping[Language, Mapping[str, str]] = {"zh-CN": queries_zh.WORDS, "en": {}}

PLACE = re.compile(r"\{(\w+)\}")


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = PLACE.split(pattern)
    written = [f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    return re.compile("".join(written), re.DOTALL)


def _reword(table: Mapping[str, str], text: str) -> str:
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
    return text


def _value(values: Mapping[str, str], place: re.Match[str]) -> str:
    return values[place[1]]


def reason_words(language: Language, reason: str) -> str:
    """Why an alert changed its state, a crawl ended, an item was rejected or a message was not delivered. A reason
    that is not known is shown as it is."""
    return _reword(REASONS[language], reason)


def query_words(language: Language, text: str) -> str:
    """The message or the hint of a query's error."""
    return _reword(QUERIES[language], text)
