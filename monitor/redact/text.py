"""Step three of nine: personal data in a text is masked before anything else sees it.

Masked are Chinese mobile and landline numbers, 400 lines and international numbers with ``+``, identity cards (18
digits by their checksum, 15 by province and birthday), bank cards (issuer and Luhn), e-mail addresses, licence plates,
postal addresses (by rule) and WeChat and QQ numbers, with one separator or none between groups; full-width digits count
as digits, and so do those of a mobile number written as words. What stays: digits that a word such as 订单号 or 单价
introduces or a unit such as 元 follows, digits inside a URL (but not those of ``?tel=``) or in a longer run, and short
service numbers (95588, 12315).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from monitor.mention import Masked, PersonalKind
from monitor.redact.accounts import accounts
from monitor.redact.addresses import addresses
from monitor.redact.cards import cards
from monitor.redact.context import Context
from monitor.redact.emails import emails
from monitor.redact.phones import phones
from monitor.redact.plain import plain_of
from monitor.redact.plates import plates
from monitor.redact.trigger import ACCOUNTS, ADDRESSES, CARDS, MAILS, NUMBERS, PLATE, triggers


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text that all later steps see, and the spans in it that replaced personal data, in order."""

    text: str
    masked: tuple[Masked, ...]


_Found = tuple[int, int, PersonalKind]


def redact(text: str) -> Redacted:
    """``text`` with personal data masked; linear in its length, and ``redact(redact(x).text)`` masks nothing new.

    Masks: ``138****5678`` (first three, last four digits), ``110***************`` for an identity card,
    ``************4444`` for a bank card, ``***@***`` for an address of e-mail, ``京A*****`` for a plate, ``***`` for a
    postal address and for an account.
    """
    seen = triggers(text)
    if not seen:
        return Redacted(text, ())
    plain = plain_of(text)
    found = candidates(plain, seen)
    return _masked(text, plain, found) if found else Redacted(text, ())


def redact_batch(texts: Sequence[str]) -> list[Redacted]:
    """:func:`redact` for each text, in order."""
    return [redact(text) for text in texts]


def _masked(text: str, plain: str, things: Sequence[_Found]) -> Redacted:
    pieces: list[str] = []
    masked: list[Masked] = []
    position = length = 0
    for start, end, kind in things:
        if kind in ("email", "address") and start < position < end:
            start = position  # its first letters went with the digits before it
        if start < position:
            continue
        mask = _mask(plain[start:end], kind)
        pieces += (text[position:start], mask)
        length += start - position
        masked.append(Masked(kind, (length, length + len(mask))))
        length += len(mask)
        position = end
    pieces.append(text[position:])
    return Redacted("".join(pieces), tuple(masked))


def candidates(plain: str, seen: Set[str | None]) -> list[_Found]:
    """All candidates, sorted by start; of two at one place the longer."""
    things: list[_Found] = []
    if seen & MAILS:
        things += [(*span, "email") for span in emails(plain)]
    if seen & NUMBERS:
        context = Context(plain)
        if seen & CARDS:
            things += cards(plain, context)
        things += [(*span, "phone") for span in phones(plain) if not context.exempts(*span)]
    if PLATE in seen:
        things += [(*span, "plate") for span in plates(plain)]
    if seen & ADDRESSES:
        things += [(*span, "address") for span in addresses(plain)]
    if seen & ACCOUNTS:
        things += accounts(plain)
    if len(things) > 1:
        things.sort(key=lambda thing: (thing[0], -thing[1]))
    return things


def _mask(plain: str, kind: PersonalKind) -> str:
    if kind == "email":
        return "***@***"
    if kind == "plate":
        return plain[:2].upper() + "*****"
    if kind in ("address", "wechat", "qq"):
        return "***"
    digits = "".join(ch for ch in plain if ch.isdigit() or ch in "Xx")
    if kind == "id_card":
        return digits[:3] + "*" * (len(digits) - 3)
    if kind == "bank_card":
        return "*" * (len(digits) - 4) + digits[-4:]
    return f"{_national(digits)[:3]}****{digits[-4:]}"


def _national(digits: str) -> str:
    """A mobile number without its country code, so that its mask is the same with and without."""
    bare = digits.removeprefix("00")
    return bare[2:] if len(bare) == 13 and bare.startswith("861") else digits
