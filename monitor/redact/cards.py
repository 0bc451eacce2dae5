"""Identity cards and bank cards in a text: shapes by pattern, truth by checksum. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from monitor.redact.context import Context
from monitor.redact.numbers import is_bank_card, is_id_card, is_old_id_card
from monitor.redact.phones import END, START
from monitor.redact.plain import SEPARATOR

#: Seen from each digit (look-ahead), for a checksum decides which of two that overlap is one.
_ID_CARD = re.compile(rf"(?<!\d)(?=(\d(?:{SEPARATOR}?\d){{16}}{SEPARATOR}?[\dXx]){END})")
_OLD_ID_CARD = re.compile(rf"{START}(?=(\d{{6}}{SEPARATOR}?\d{{6}}{SEPARATOR}?\d{{3}}){END})")
_BANK_CARDS = tuple(
    re.compile(rf"{START}(?<![\d*]\.)(?=({shape.replace('S', SEPARATOR)}){END})")
    for shape in (
        r"\d{4}S\d{4}S\d{4}S\d{4}S\d{1,3}",
        r"\d{4}S?\d{4}S?\d{4}S?\d{4}",
        r"\d{15,19}",
        r"\d{4}S\d{12,15}",
        r"\d{6}S\d{10,13}",
        r"\d{4}S\d{6}S\d{5}",
    )
)
_GROUP = re.compile(r"\d+")
_SEPARATOR = re.compile(SEPARATOR)


def cards(plain: str, context: Context) -> Iterator[tuple[int, int, Literal["id_card", "bank_card"]]]:
    """Spans with their kind; they may overlap. Every card begins with a group of digits."""
    for group in _GROUP.finditer(plain):
        start = group.start()
        found = _ID_CARD.match(plain, start)
        if found and is_id_card(_bare(found[1])):
            yield *found.span(1), "id_card"
        found = _OLD_ID_CARD.match(plain, start)
        if found and is_old_id_card(_bare(found[1])) and not context.exempts(*found.span(1)):
            yield *found.span(1), "id_card"
        for pattern in _BANK_CARDS:
            found = pattern.match(plain, start)
            if found and is_bank_card(_bare(found[1])) and not context.exempts(*found.span(1)):
                yield *found.span(1), "bank_card"


def _bare(text: str) -> str:
    return _SEPARATOR.sub("", text)
