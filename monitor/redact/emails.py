"""Addresses of e-mail, as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: ``@`` with a space behind it is no handle (@shop.example), so there may be one before it too.
_DOMAIN = re.compile(
    r"(?: ?@ | ?[\[(【{]at[\])】}] ?|艾特|@)(?:[a-z0-9-]{1,63}(?:\.| ?[\[(【{]dot[\])】}] ?)){1,8}[a-z]{2,24}(?![a-z]|://)",
    re.I,
)
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LOCAL_LENGTH = 64


def emails(plain: str) -> Iterator[tuple[int, int]]:
    for found in _DOMAIN.finditer(plain):
        start = found.start()
        while start > 0 and found.start() - start < _LOCAL_LENGTH and plain[start - 1] in _LOCAL:
            start -= 1
        if start < found.start():
            yield start, found.end()
