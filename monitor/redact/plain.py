"""One spelling for the finders: full-width forms, odd dashes, digits as words; one character for one. Pure."""

from __future__ import annotations

import re

#: What may stand between two groups of digits.
SEPARATOR = r"[ ._·/-]"
HAN = "\u4e00-\u9fa5"

_RINGS = ("①②③④⑤⑥⑦⑧⑨", "❶❷❸❹❺❻❼❽❾", "➀➁➂➃➄➅➆➇➈")
_WIDE = {wide: chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in "！，？；～"}
_WIDE |= {"\u3000": " ", "\xa0": " "} | dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("•・‧∙⋅", "·")
_WIDE |= {ring: str(digit) for rings in _RINGS for digit, ring in enumerate(rings, 1)} | dict.fromkeys("⓪⓿", "0")
#: A search finds the few of them several times quicker than ``str.translate`` looks at every character.
_ANY_WIDE = re.compile("[" + "".join(map(re.escape, _WIDE)) + "]")

_SPOKEN = {ord(word): digit for digit, words in zip(
    "0123456789", ("零〇", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"), strict=True
) for word in words}  # fmt: skip
NUMERAL = "零〇一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖"
#: Eleven of them that begin as a mobile number does; nobody counts like that.
_SPOKEN_MOBILE = re.compile(
    rf"[一壹幺1](?<![{NUMERAL}].)(?:[ -]?[三叁四肆五伍六陆七柒八捌九玖3-9])"
    rf"(?:[ -]?[{NUMERAL}\d]){{9}}(?![{NUMERAL}\d])"
)


def plain_of(text: str) -> str:
    """``text`` in the spelling that the finders read; offsets stay as they are."""
    plain = _ANY_WIDE.sub(_narrowed, text)
    return _SPOKEN_MOBILE.sub(lambda found: found[0].translate(_SPOKEN), plain)


def _narrowed(found: re.Match[str]) -> str:
    return _WIDE[found[0]]
