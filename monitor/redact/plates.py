"""Licence plates of mainland China (GA 36-2018): province, letter, five places, six on new-energy cars. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Za-hj-np-z"
#: 最新 and its kind before a letter speak of something new, not of 新疆.
_PLATE = re.compile(
    rf"(?<![最全崭更创重])(?<!\*)(?:WJ)?[{PROVINCES}][{_LETTER}][ ·.-]?(?:"
    rf"[{_LETTER}\d]{{4,5}}[挂学警试港澳领]"
    rf"|(?=[{_LETTER}]{{0,2}}\d)(?:[{_LETTER}][{_LETTER}\d]\d{{4}}|\d{{5}}[{_LETTER}])"
    rf"|(?=(?:[{_LETTER}]?\d){{2}}|\d{{3}}|[{_LETTER}]{{2}}\d{{3}})[{_LETTER}\d]{{5}}"
    rf")(?![A-Za-z\d*])"
)
_LEAST_DIGITS = 3


def plates(plain: str) -> Iterator[tuple[int, int]]:
    for found in _PLATE.finditer(plain):
        if sum(ch.isdigit() for ch in found[0]) >= _LEAST_DIGITS:
            yield found.span()
