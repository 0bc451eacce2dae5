"""Which digits are a person's: the checks that tell an ID card or bank card from an order number. Pure."""

from __future__ import annotations

import re
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
#: GB/T 2260 province codes.
_PROVINCES = frozenset(
    [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62,
     63, 64, 65, 71, 81, 82, 83]
)  # fmt: skip
_COUNTRY = re.compile(
    r"7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-69]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])\d"
)


def is_id_card(text: str) -> bool:
    """A resident identity number of GB 11643-1999: 17 digits and a check character, a province, a real birthday."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return False
    if int(text[:2]) not in _PROVINCES or not 1880 <= int(text[6:10]) <= 2100:
        return False
    if not is_day(int(text[6:10]), int(text[10:12]), int(text[12:14])):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return text[17].upper() == _ID_CHECK[total % 11]


def is_old_id_card(text: str) -> bool:
    """A number of the first generation (until 1999): 15 digits, a province, a birthday of the 20th century. It has
    no checksum: one random run of 15 digits in 80 looks like one."""
    if len(text) != 15 or not (text.isascii() and text.isdigit()) or int(text[:2]) not in _PROVINCES:
        return False
    return is_day(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))


def is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_bank_card(digits: str) -> bool:
    """16–19 digits that a card network issues (UnionPay, Visa, Mastercard, JCB, Maestro, old 9558), or 15 of American
    Express, and Luhn holds."""
    if not (15 <= len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        return False
    if len(digits) == 15:
        return digits[:2] in {"34", "37"} and luhn(digits)
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


def is_international(digits: str) -> bool:
    """What follows a ``+``: a country code of ITU-T E.164 and 8 to 15 digits in all; +1 has ten after it."""
    if digits.startswith("1"):
        return re.fullmatch(r"1[2-9]\d{9}", digits) is not None
    return 8 <= len(digits) <= 15 and _COUNTRY.match(digits) is not None


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
