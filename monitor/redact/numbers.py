"""Which digits are a person's: the checks that tell an ID card or bank card from an order number. Pure."""

from __future__ import annotations

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
#: GB/T 2260 province codes.
_PROVINCES = frozenset(
    [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62,
     63, 64, 65, 71, 81, 82, 83]
)  # fmt: skip


def is_id_card(text: str) -> bool:
    """A resident identity number of GB 11643-1999: 17 digits and a check character, a province, a real birthday."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return False
    if int(text[:2]) not in _PROVINCES or not 1880 <= int(text[6:10]) <= 2100:
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return text[17].upper() == _ID_CHECK[total % 11]


def is_bank_card(digits: str) -> bool:
    """16–19 digits that a card network issues (UnionPay, Visa, Mastercard, JCB, Maestro, old 9558) and Luhn holds."""
    if not (16 <= len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        return False
    prefix = int(digits[:4])
    issued = (
        digits[0] == "4"
        or digits[:2] in {"62", "60", "63", "65", "67", "68", "69"}
        or 5100 <= prefix <= 5599
        or 2221 <= prefix <= 2720
        or 3528 <= prefix <= 3589
        or digits[:4] == "9558"
    )
    return issued and luhn(digits)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
