"""From a cell or a JSON value to the words that a raw mention holds."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

#: A number as Excel writes it once it has lost its digits: an id of this form is shared by many rows.
ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_COUNT = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(万|亿|w|k|m)?\+?")
_UNITS = {"": 1, "万": 10_000, "w": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000}
LARGEST = 2**53


def plain(value: Any) -> str | None:
    """A cell as words; nested values and truth values are none. A whole number has no ".0", a date is ISO 8601."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        value = int(value)
    if isinstance(value, datetime):
        value = value.isoformat(" ", "seconds")
    elif isinstance(value, date | time):
        value = value.isoformat()
    return str(value).strip() or None


def read_count(words: str | None) -> int | None:
    """A number of likes or units as exports write it ("1,204", "1.2万", "3w", "10+"); ``None`` for anything else."""
    if words is None or len(words) > 40:
        return None
    folded = unicodedata.normalize("NFKC", words).casefold().replace(",", "").strip()
    found = _COUNT.fullmatch(folded.removesuffix(".0") if folded.endswith(".0") else folded)
    if found is None:
        return None
    return min(round(float(found[1]) * _UNITS[found[2] or ""]), LARGEST)
