"""Telephone numbers: Chinese mobile and landline, 400 and 800 lines, and international ones with ``+``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.redact.numbers import is_international
from monitor.redact.plain import SEPARATOR

#: Digits that a mask left standing are not read again together with their neighbours.
START = r"(?<!\d)(?<!\d\*{4})(?<!\*{11})(?<!@\*{3})(?<![¥￥$€£#])"
END = r"(?!\d|\*{3}@|\*{4}\d{4}(?!\d)|\*{11})"
_NO_WORD = r"(?:(?<![A-Za-z_])|(?<=tel)|(?<=[wv]x)|(?<=qq)|(?<=phone)|(?<=mobile))(?<![\d*]\.)"
#: Grouped 3-5-3, 3-3-5 or 4-4-3 it is hardly a telephone number in the middle of more groups.
_MOBILE = re.compile(
    rf"{START}(?:\(?(?:\+?86|0086)\)?{SEPARATOR}?)?1(?:"
    rf"[3-9]\d{SEPARATOR}?\d{{4}}{SEPARATOR}?\d{{4}}|(?P<each>{SEPARATOR})[3-9](?:(?P=each)\d){{9}}"
    rf"|(?<![\d*]{SEPARATOR}1)[3-9]\d(?P<gap>{SEPARATOR})(?:\d{{5}}(?P=gap)\d{{3}}|\d{{3}}(?P=gap)\d{{5}})"
    rf"(?!{SEPARATOR}[\d*])"
    rf"|(?<![\d*]{SEPARATOR}1)[3-9]\d\d(?P<four>{SEPARATOR})\d{{4}}(?P=four)\d{{3}}(?!{SEPARATOR}[\d*])"
    rf"){END}"
)
_LANDLINE = re.compile(
    rf"{START}{_NO_WORD}\(?(?:\+86{SEPARATOR}?)?0(?:10|2\d|[3-9]\d\d)\)?{SEPARATOR}?[1-9]\d{{2,3}}{SEPARATOR}?\d{{4}}"
    rf"(?:(?:-|转)\d{{1,5}})?(?![A-Za-z_]){END}",
    re.I,
)
#: 0571 2026 1123 is more likely a number and a day.
_DAY = re.compile(r"0\d{2,3} (?:19|20)\d\d (?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
#: Ten digits in one go are a telephone number only where a word says so.
_SERVICE = re.compile(
    rf"{START}{_NO_WORD}(?:[48]00(?:-\d{{3}}-\d{{4}}|-\d{{4}}-\d{{3}}|-\d{{7}}| \d{{3}} \d{{4}})"
    rf"|(?:(?<=电话)|(?<=热线)|(?<=客服)|(?<=致电)|(?<=拨打))[48]00\d{{7}})(?![A-Za-z_.-]){END}"
)
_FOREIGN = re.compile(rf"{START}(?<![A-Za-z_])\+[1-9]\d{{0,2}}(?:[ .-]?\(?\d{{2,4}}\)?){{2,4}}(?![A-Za-z_]){END}")


_GROUP = re.compile(r"[(+\d][(+\d]*")
#: With what each may begin: a pattern is tried only there.
_PATTERNS = ((_MOBILE, "1(+80"), (_LANDLINE, "0(+"), (_SERVICE, "48"), (_FOREIGN, "+"))


def phones(plain: str) -> Iterator[tuple[int, int]]:
    """Spans; those of different patterns may overlap."""
    ends = [0] * len(_PATTERNS)
    for start in _starts(plain):
        for place, (pattern, first) in enumerate(_PATTERNS):
            if plain[start] not in first or start < ends[place]:
                continue
            found = pattern.match(plain, start)
            if found and _is_phone(pattern, found[0]):
                ends[place] = found.end()
                yield found.span()


def _starts(plain: str) -> Iterator[int]:
    """Where a number can begin: at a bracket, a plus or a digit without a digit before it."""
    for group in _GROUP.finditer(plain):
        start, end = group.span()
        yield start
        for place in range(start + 1, end):
            if plain[place] in "(+" or not plain[place - 1].isdigit():
                yield place


def _is_phone(pattern: re.Pattern[str], text: str) -> bool:
    if pattern is _LANDLINE:
        return not _DAY.fullmatch(text)
    return pattern is not _FOREIGN or is_international(re.sub(r"\D", "", text))
