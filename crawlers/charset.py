"""The encoding that a page is really in: old boards send GBK under a header that says UTF-8, and the reverse.

What is said (by the header, in the page) is only a hint; the bytes have the last word as far as they tell. In order:

1. a byte-order mark (UTF-8, UTF-16, UTF-32) under which the body can be read;
2. UTF-16 without a mark: markup and JSON begin with ASCII characters, half of whose bytes are NUL;
3. UTF-8 where nearly all bytes beyond ASCII fit it, which those of no other encoding do by chance. The one exception
   is a page that calls itself GBK wherever it says anything, and whose few characters make common Chinese in GBK and
   none in UTF-8 (``一`` is ``һ``);
4. of what the page says, what the header says and, where it makes everyday Chinese, GB 18030 the one that leaves the
   fewest bytes unread. Latin-1 is what servers say when nobody told them: it does not stand against such Chinese;
5. where nothing else is said, GB 18030 if it leaves hardly a byte unread, else Windows-1252 (HTML, 13.2.3.2).

What this cannot tell: a single-byte encoding that is stated for a page in another one is believed, unless the page is
in UTF-8; so is one double-byte encoding stated for another, where it leaves no byte unread.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Where a ``<meta charset>`` has to stand (HTML, 4.2.5.4), generously.
HEAD = 4096
#: UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: The names that ``w3lib`` gives Latin-1 and its relatives.
LATIN = frozenset({"cp1252", "latin-1", "iso8859-1", "iso8859-15"})
CHINESE = frozenset({"gb18030", "gbk", "gb2312", "hz"})
WIDE = re.compile(r"utf-?_?(?:16|32)")
#: GB 2312's first level (3,755 everyday characters) and its signs, in GB 18030's bytes: nearly all of a Chinese text.
COMMON = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe])")
LETTER = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
#: Share of a text's characters beyond ASCII that are common, if it is Chinese at all.
CHINESE_FROM = 0.6
#: Of a long page so much is looked at, in bytes.
LOOKED_AT = 100_000
#: Share of the bytes that may be beyond reading, such as where a title was cut in the middle of a character.
DAMAGED = 0.02
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def readable(response: TextResponse) -> TextResponse:
    """``response`` in the encoding that the rule above finds."""
    name = encoding_of(response)
    return response if name == response.encoding else response.replace(encoding=name)


def encoding_of(response: TextResponse) -> str:
    body = response.body
    if wide := marked(body) or unmarked_utf16(body):
        return wide
    if body.isascii():
        return "utf-8" if WIDE.match(response.encoding.lower()) else response.encoding
    stated, text = stated_by(response), body.decode("utf-8", "replace")
    if not mostly_whole(text):
        return best_of(body, stated)
    return "gb18030" if short_chinese(body, text, stated) else "utf-8"


def mostly_whole(text: str) -> bool:
    """Whether of a body read as UTF-8 far more was characters beyond ASCII than was unreadable."""
    unreadable = text.count("\ufffd")
    return not unreadable or unreadable * 5 <= len(text) - len(text.encode("ascii", "ignore"))


def marked(body: bytes) -> str | None:
    """What a byte-order mark at the beginning says, unless the rest contradicts it."""
    name = next((name for mark, name in MARKS if body.startswith(mark)), None)
    if name is None:
        return None
    return name if unread(body, name) <= DAMAGED * len(body) + 1 else None


def unmarked_utf16(body: bytes) -> str | None:
    head = body[:4]
    if len(head) < 4:
        return None
    if head[0] and not head[1] and head[2] and not head[3]:
        return "utf-16-le"
    return "utf-16-be" if not head[0] and head[1] and not head[2] and head[3] else None


def stated_by(response: TextResponse) -> list[str]:
    """What the page declares, then what the header says, as names of Python's codecs; unknown ones are left out."""
    from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    declared = html_body_declared_encoding(response.body[:HEAD])
    stated = http_content_type_encoding(header)
    found = (resolve_encoding(name) for name in (declared, stated) if name)
    return list(dict.fromkeys(name for name in found if name and not WIDE.match(name)))


def best_of(body: bytes, stated: list[str]) -> str:
    """The candidate that leaves the fewest bytes unread; of equals the first."""
    stated = [name for name in stated if name != "utf-8"]  # that it is not
    names = [name for name in stated if name not in LATIN] + ["gb18030"] if chinese(body) else stated
    if not names:
        return "gb18030" if unread(body, "gb18030") <= DAMAGED * len(body) else "cp1252"
    return min(dict.fromkeys(names), key=lambda name: unread(body, name))


def short_chinese(body: bytes, text: str, stated: list[str]) -> bool:
    return bool(stated) and set(stated) <= CHINESE and not HAN.search(text) and chinese(body, nearly=1.0)


def chinese(body: bytes, nearly: float = CHINESE_FROM) -> bool:
    """Whether the body read as GB 18030 is whole, and its double-byte characters are mostly those of every day.

    Western text in Latin-1 has its accents one by one between ASCII letters, which makes rare characters or none.
    """
    part = body[:LOOKED_AT]
    text = part.decode("gb18030", "replace")
    if text.count("\ufffd") > DAMAGED * len(text) + 1:
        return False
    double = [encoded for ch in text if ch > "\x7f" and len(encoded := ch.encode("gb18030")) == 2]
    common = sum(1 for each in double if COMMON.fullmatch(each))
    return any(LETTER.fullmatch(each) for each in double) and common >= nearly * len(double)


def unread(body: bytes, name: str) -> int:
    """How many places of the body are no text in this encoding."""
    try:
        return body.decode(name, "replace").count("\ufffd")
    except LookupError:
        return len(body) + 1
