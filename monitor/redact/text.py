"""Step three of nine: personal data in a text is masked before anything else sees it.

Masked are Chinese mobile and landline numbers and international numbers with ``+``, identity cards (18 digits by their
checksum, 15 by province and birthday), bank cards (issuer and Luhn) and e-mail addresses, with one separator or none
between groups; full-width digits count as digits. What stays: digits that a word such as 订单号 or 单价 introduces or
a unit such as 元 follows, digits inside a URL (but not those of ``?tel=``) or in a longer run, and service numbers
(400…, 95…).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.mention import Masked
from monitor.redact.context import Context
from monitor.redact.numbers import is_bank_card, is_id_card, is_international, is_old_id_card

PersonalKind = Literal["phone", "id_card", "bank_card", "email"]

#: One character for one, so that offsets hold.
_WIDE = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F))} | {0x3000: " ", 0xA0: " "}
_WIDE |= {ord(dash): "-" for dash in "‐‑‒–—―−"} | {ord(dot): "·" for dot in "•・‧∙⋅"}

#: ``@`` with a space behind it is no handle (@shop.example), so there may be one before it too.
_EMAIL = re.compile(
    r"(?: ?@ | ?[\[(【]at[\])】] ?|@)(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![a-z]|://)",
    re.I,
)
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LOCAL_LENGTH = 64

#: What may stand between two groups of digits.
_SEP = r"[ ._·/-]"
#: Digits that a mask left standing are not read again together with their neighbours.
_START = r"(?<!\d)(?<!\d\*{4})(?<!\*{11})(?<!@\*{3})(?<![¥￥$€£#])"
_END = r"(?!\d|\*{3}@|\*{4}\d{4}(?!\d)|\*{11})"
_NO_WORD = r"(?:(?<![A-Za-z_])|(?<=tel)|(?<=[wv]x)|(?<=qq)|(?<=phone)|(?<=mobile))(?<![\d*]\.)"
#: Seen from each digit (look-ahead), for a checksum decides which of two that overlap is one.
_ID_CARD = re.compile(rf"(?<!\d)(?=(\d(?:{_SEP}?\d){{16}}{_SEP}?[\dXx]){_END})")
_OLD_ID_CARD = re.compile(rf"{_START}(?=(\d{{6}}{_SEP}?\d{{6}}{_SEP}?\d{{3}}){_END})")
_BANK_CARDS = tuple(
    re.compile(rf"{_START}(?<![\d*]\.)(?=({shape.replace('S', _SEP)}){_END})")
    for shape in (
        r"\d{4}S\d{4}S\d{4}S\d{4}S\d{1,3}",
        r"\d{4}S?\d{4}S?\d{4}S?\d{4}",
        r"\d{15,19}",
        r"\d{4}S\d{12,15}",
        r"\d{6}S\d{10,13}",
        r"\d{4}S\d{6}S\d{5}",
    )
)
#: Grouped 3-5-3, 3-3-5 or 4-4-3 it is hardly a telephone number in the middle of more groups.
_MOBILE = re.compile(
    rf"{_START}(?:\(?(?:\+?86|0086)\)?{_SEP}?)?1(?:"
    rf"[3-9]\d{_SEP}?\d{{4}}{_SEP}?\d{{4}}|(?P<each>{_SEP})[3-9](?:(?P=each)\d){{9}}"
    rf"|(?<![\d*]{_SEP}1)[3-9]\d(?P<gap>{_SEP})(?:\d{{5}}(?P=gap)\d{{3}}|\d{{3}}(?P=gap)\d{{5}})(?!{_SEP}[\d*])"
    rf"|(?<![\d*]{_SEP}1)[3-9]\d\d(?P<four>{_SEP})\d{{4}}(?P=four)\d{{3}}(?!{_SEP}[\d*])"
    rf"){_END}"
)
_LANDLINE = re.compile(
    rf"{_START}{_NO_WORD}\(?(?:\+86{_SEP}?)?0(?:10|2\d|[3-9]\d\d)\)?{_SEP}?[1-9]\d{{2,3}}{_SEP}?\d{{4}}"
    rf"(?:(?:-|转)\d{{1,5}})?(?![A-Za-z_]){_END}",
    re.I,
)
#: 0571 2026 1123 is more likely a number and a day.
_DAY = re.compile(r"0\d{2,3} (?:19|20)\d\d (?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_FOREIGN = re.compile(rf"{_START}(?<![A-Za-z_])\+[1-9]\d{{0,2}}(?:[ .-]?\(?\d{{2,4}}\)?){{2,4}}(?![A-Za-z_]){_END}")


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text that all later steps see, and the spans in it that replaced personal data, in order."""

    text: str
    masked: tuple[Masked, ...]


def redact(text: str) -> Redacted:
    """``text`` with personal data masked; linear in its length, and ``redact(redact(x).text)`` masks nothing new.

    Masks: ``138****5678`` (first three, last four digits), ``110***************`` for an identity card,
    ``************4444`` for a bank card, ``***@***`` for an address of e-mail.
    """
    found = _found(text)
    pieces: list[str] = []
    masked: list[Masked] = []
    position = length = 0
    for start, end, kind in found:
        if kind == "email" and start < position < end:
            start = position  # its first letters went with the digits before it
        if start < position:
            continue
        mask = _mask(text[start:end], kind)
        pieces += (text[position:start], mask)
        length += start - position
        masked.append(Masked(kind, (length, length + len(mask))))
        length += len(mask)
        position = end
    pieces.append(text[position:])
    return Redacted("".join(pieces), tuple(masked))


def _found(text: str) -> list[tuple[int, int, PersonalKind]]:
    """All candidates, sorted by start; of two at one place the longer."""
    plain = text.translate(_WIDE)
    things: list[tuple[int, int, PersonalKind]] = list(_emails(plain))
    if any(ch.isdigit() for ch in plain):
        context = Context(plain)
        things += _cards(plain, context)
        things += ((*span, "phone") for span in _phones(plain) if not context.exempts(*span))
    return sorted(things, key=lambda thing: (thing[0], -thing[1]))


def _emails(plain: str) -> Iterator[tuple[int, int, PersonalKind]]:
    for found in _EMAIL.finditer(plain):
        start = found.start()
        while start > 0 and found.start() - start < _LOCAL_LENGTH and plain[start - 1] in _LOCAL:
            start -= 1
        if start < found.start():
            yield start, found.end(), "email"


def _cards(plain: str, context: Context) -> Iterator[tuple[int, int, PersonalKind]]:
    for found in _ID_CARD.finditer(plain):
        if is_id_card(_bare(found[1])):
            yield *found.span(1), "id_card"
    for found in _OLD_ID_CARD.finditer(plain):
        if is_old_id_card(_bare(found[1])) and not context.exempts(*found.span(1)):
            yield *found.span(1), "id_card"
    for pattern in _BANK_CARDS:
        for found in pattern.finditer(plain):
            if is_bank_card(_bare(found[1])) and not context.exempts(*found.span(1)):
                yield *found.span(1), "bank_card"


def _phones(plain: str) -> Iterator[tuple[int, int]]:
    for found in _MOBILE.finditer(plain):
        yield found.span()
    for found in _LANDLINE.finditer(plain):
        if not _DAY.fullmatch(found[0]):
            yield found.span()
    for found in _FOREIGN.finditer(plain):
        if is_international(re.sub(r"\D", "", found[0])):
            yield found.span()


def _bare(text: str) -> str:
    return re.sub(_SEP, "", text)


def _mask(text: str, kind: PersonalKind) -> str:
    if kind == "email":
        return "***@***"
    digits = "".join(ch for ch in text.translate(_WIDE) if ch.isdigit() or ch in "Xx")
    if kind == "id_card":
        return digits[:3] + "*" * (len(digits) - 3)
    if kind == "bank_card":
        return "*" * (len(digits) - 4) + digits[-4:]
    return f"{_national(digits)[:3]}****{digits[-4:]}"


def _national(digits: str) -> str:
    """A mobile number without its country code, so that its mask is the same with and without."""
    bare = digits.removeprefix("00")
    return bare[2:] if len(bare) == 13 and bare.startswith("861") else digits
