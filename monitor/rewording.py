"""Says in another language what is stored as a short stable English sentence, by a table of patterns. Pure.

English pattern → words. A place ``{reason}`` holds a sentence that is put into words in its turn; every other place is
taken over as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial

PLACE = re.compile(r"\{(\w+)\}")


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = PLACE.split(pattern)
    written = [f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    return re.compile("".join(written), re.DOTALL)


def reworded(table: Mapping[str, str], text: str) -> str:
    """The words for ``text``; what is not known is given back as it is."""
    found = known(table, text)
    return text if found is None else found


def known(table: Mapping[str, str], text: str) -> str | None:
    """A sentence without places comes before the patterns; of these the first in the table's order that fits."""
    if text in table:
        return table[text]
    for pattern, words in table.items():
        found = _expression(pattern).fullmatch(text) if "{" in pattern else None
        if found:
            values = found.groupdict()
            # A pattern takes away part of the text, so the sentence inside is shorter and this comes to an end.
            if "reason" in values:
                values["reason"] = reworded(table, values["reason"])
            return PLACE.sub(partial(_value, values), words)
    return None


def _value(values: Mapping[str, str], place: re.Match[str]) -> str:
    return values[place[1]]
