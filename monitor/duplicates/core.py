"""What is compared of a text: its letters and digits in one spelling, without the marks that reposting leaves. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from monitor.keywords.folding import simplified

#: Microblogs put the reposted text behind ``//@its author:``, older clients ``RT @its author`` before it.
_REPOSTED = re.compile(r"/{2}\s?@[^\s:：@/]{1,40}\s?[:：]")
_MARKS = re.compile(
    r"https?://[!-~]+|(?:RT\s?|回复\s?|via\s?|\()?@[\w·-]{1,40}\s?[:：)]?|转发微博|轻转发|快转微博|(?<!\w)repost(?:ing)?(?!\w)"
    r"|\[[\w/]{1,8}\]|【?原文链接】?|网页链接|展开全文|全文$",
    re.I,
)
#: One of them stands in each mark.
_MARKED = ("@", "http", "微博", "[", "原文链接", "网页链接", "全文", "repost", "Repost", "REPOST")
_NO_WORD = re.compile(r"[\W_]+")
#: Fewer letters of one's own before a repost are a nod (支持、太对了), not a text.
OWN_WORDS = 8


def core_of(text: str) -> str:
    """Letters and digits of ``text``, folded (NFKC, case, traditional to simplified). Of a repost without more than a
    nod of its own it is the core of what was reposted, and so the same as that of the original."""
    parts = _REPOSTED.split(text)
    own = _squeezed(parts[0])
    if len(parts) > 1 and len(own) < OWN_WORDS:
        return _squeezed(parts[-1]) or own
    return own


def is_repost(text: str) -> bool:
    return _REPOSTED.search(text) is not None


def _squeezed(text: str) -> str:
    if any(sign in text for sign in _MARKED):
        text = _MARKS.sub("", text)
    plain = _NO_WORD.sub("", text)
    if not unicodedata.is_normalized("NFKC", plain):
        plain = _NO_WORD.sub("", unicodedata.normalize("NFKC", plain))
    return _traditional().sub(_simple, plain.casefold())


@cache
def _traditional() -> re.Pattern[str]:
    """A search finds the few traditional characters of a text quicker than ``str.translate`` looks at each. Those
    beyond the basic plane would make it a slow one, and nobody writes them."""
    return re.compile("[" + "".join(chr(code) for code in simplified() if code < 0x10000) + "]")


def _simple(found: re.Match[str]) -> str:
    return simplified()[ord(found[0])]
