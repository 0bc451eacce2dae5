"""Step three of nine: personal data in a text is masked before anything else sees it.

Masked are Chinese mobile and landline numbers and international numbers with ``+``, identity cards (checksum), bank
cards (issuer and Luhn) and e-mail addresses; full-width digits count as digits. What stays: digits that a word such as
订单号 introduces, prices, digits inside a URL or a longer run, service numbers (400…, 95…).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.mention import Masked
from monitor.redact.numbers import is_bank_card, is_id_card

PersonalKind = Literal["phone", "id_card", "bank_card", "email"]

#: One character for one, so that offsets hold.
_WIDE = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F))} | {0x3000: " "}
_WIDE |= {ord(dash): "-" for dash in "‐‑‒–—―−"}

_EMAIL = re.compile(r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LOCAL_LENGTH = 64

_START = r"(?:(?<![0-9A-Za-z_])|(?<=tel)|(?<=[wv]x)|(?<=qq)|(?<=phone)|(?<=mobile))(?<!\d[.,])(?<![¥￥$€£#])"
_END = r"(?![0-9A-Za-z_])(?![.,]\d)"
_ID_CARD = re.compile(r"(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?!\d)")
_BANK_CARD = re.compile(
    rf"{_START}\d{{4}}(?:(?:[ -]?\d{{4}}){{3}}(?:[ -]?\d{{1,3}})?|\d{{12,15}}|[ -]\d{{12,15}}){_END}", re.I
)
_MOBILE = re.compile(
    rf"{_START}(?:\(?(?:\+?86|0086)\)?[ -]?)?"
    r"1(?:[3-9]\d(?P<gap>[ .-]?)\d{4}(?P=gap)\d{4}|[3-9]\d[ -]\d{5}[ -]\d{3}|(?P<each>[ -])[3-9](?:(?P=each)\d){9})"
    rf"{_END}",
    re.I,
)
_LANDLINE = re.compile(
    rf"{_START}\(?(?:\+86[ -]?)?0(?:10|2\d|[3-9]\d\d)\)?[ -]?[1-9]\d{{2,3}}[ -]?\d{{4}}(?:(?:-|转)\d{{1,5}})?{_END}",
    re.I,
)
_FOREIGN = re.compile(rf"(?<![0-9A-Za-z_])\+[1-9]\d{{0,2}}(?:[ -]?\(?\d{{2,4}}\)?){{2,4}}{_END}")
_URL = re.compile(r"https?://[!-~]+")
#: Directly before the digits: they number a thing, not a person.
_THING = re.compile(
    r"(?:订单|单号|运单|快递|物流|编号|流水号|序列号|型号|货号|批号|工单|发票|条码|商品|order|tracking|serial|sku|isbn|invoice|item|sn)"
    r"(?:号码?|编号|单号|id)?(?: ?(?:no|number|id)\.?)?(?:是|为)?[ :#=]{0,3}$",
    re.I,
)  # fmt: skip
_THING_REACH = 24


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
        urls = [found.span() for found in _URL.finditer(plain)]
        things += _numbers(plain, urls)
    return sorted(things, key=lambda thing: (thing[0], -thing[1]))


def _emails(plain: str) -> Iterator[tuple[int, int, PersonalKind]]:
    for found in _EMAIL.finditer(plain):
        start = found.start()
        while start > 0 and found.start() - start < _LOCAL_LENGTH and plain[start - 1] in _LOCAL:
            start -= 1
        if start < found.start():
            yield start, found.end(), "email"


def _numbers(plain: str, urls: list[tuple[int, int]]) -> Iterator[tuple[int, int, PersonalKind]]:
    for found in _ID_CARD.finditer(plain):
        if is_id_card(re.sub("[ -]", "", found[0])):
            yield *found.span(), "id_card"
    for found in _BANK_CARD.finditer(plain):
        if is_bank_card(re.sub("[ -]", "", found[0])) and _personal(plain, found.start(), urls):
            yield *found.span(), "bank_card"
    for pattern in (_MOBILE, _LANDLINE, _FOREIGN):
        for found in pattern.finditer(plain):
            if _personal(plain, found.start(), urls):
                yield *found.span(), "phone"


def _personal(plain: str, start: int, urls: list[tuple[int, int]]) -> bool:
    before = bisect_right(urls, (start, len(plain)))
    if before and start < urls[before - 1][1]:
        return False
    return not _THING.search(plain[max(0, start - _THING_REACH) : start])


def _mask(text: str, kind: PersonalKind) -> str:
    if kind == "email":
        return "***@***"
    digits = "".join(ch for ch in text.translate(_WIDE) if ch.isdigit() or ch in "Xx")
    if kind == "id_card":
        return digits[:3] + "*" * 15
    if kind == "bank_card":
        return "*" * (len(digits) - 4) + digits[-4:]
    return f"{_national(digits)[:3]}****{digits[-4:]}"


def _national(digits: str) -> str:
    """A mobile number without its country code, so that its mask is the same with and without."""
    bare = digits.removeprefix("00")
    return bare[2:] if len(bare) == 13 and bare.startswith("861") else digits
