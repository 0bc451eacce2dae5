"""What may begin personal data: one search that rules out most texts, and says which finders the others need. Pure."""

from __future__ import annotations

import re

from monitor.redact.plain import NUMERAL
from monitor.redact.plates import PROVINCES

_DIGITS = "0-9０-９①-⑨❶-❾➀-➈"
_LATIN = "A-Za-zＡ-Ｚａ-ｚ"
_COUNTED = f"{_DIGITS}{_LATIN}一二三四五六七八九十百甲乙丙丁"
_BETWEEN = r"[ ._·•・‧∙⋅/()（）＿．／‐‑‒–—―−－　\xa0-]{0,2}"
#: What may begin personal data, each branch wider than its finder: what no branch stops at holds none. The first
#: character stands before all branches, for then the search passes over ordinary text in one loop.
TRIGGER = re.compile(
    rf"[{_COUNTED}壹幺@＠艾\[(【{{（［｛地住家收微薇徽威维加➕+＋系下个我扣球企{PROVINCES}](?:"
    rf"(?<=[{_DIGITS}])(?=[‐‑‒–—―−－-][{_DIGITS}]{{1,2}}[‐‑‒–—―−－-][{_DIGITS}]{{3}})(?P<flats>)"
    rf"|(?<![{_DIGITS}].)(?<=[{_DIGITS}])(?={_BETWEEN}(?:[{_DIGITS}]{_BETWEEN}){{6}})"
    rf"(?:(?={_BETWEEN}(?:[{_DIGITS}]{_BETWEEN}){{14}})(?P<card>)|(?P<number>))"
    rf"|(?<=[一壹幺])(?=[ -　－]?[三叁四肆五伍六陆七柒八捌九玖3-9](?:[ -　－]?[{NUMERAL}\d]){{2}})(?P<spoken>)"
    rf"|(?<=[@＠])(?= ?[{_LATIN}{_DIGITS}-]{{1,63}} ?[.．\[(【{{（［｛])(?P<mail>)"
    rf"|(?<=[艾\[(【{{（［｛])(?=特|[aAａＡ][tTｔＴ])(?P<at>)"
    rf"|(?<=[{PROVINCES}])(?=[{_LATIN}])(?P<plate>)"
    rf"|(?<=[{_COUNTED}])(?=[号栋幢弄巷座组队社梯]|单元)(?P<house>)"
    r"|(?<=[地住家收])(?=址 ?[:：是为]|住 ?[:：是为]|件地)(?P<address>)"
    r"|(?<=[微薇徽威维VvWwＶｖＷｗ])(?=[信芯心❤♥XxＸｘ]| ?[:：→])(?P<wechat>)"
    r"|(?<=[WwＷｗ])(?=[EeＥｅ][IiＩｉCcＣｃ])(?P<weixin>)"
    r"|(?<=[QqＱｑ])(?=[QqＱｑ]| ?[:：])(?P<qq>)|(?<=[扣球企])(?=扣|球|鹅)(?P<koukou>)"
    r"|(?<=[加➕+＋系下个我])(?=[ 　]?[VvＶｖ薇微徽威QqＱｑ扣])(?P<added>)"
    ")"
)
#: 3-2-501 may be a flat or the beginning of a longer number: the one branch that belongs to several finders.
NUMBERS = frozenset({"number", "card", "spoken", "flats"})
CARDS = frozenset({"card", "flats"})
MAILS = frozenset({"mail", "at"})
PLATE = "plate"
ADDRESSES = frozenset({"house", "address", "flats"})
ACCOUNTS = frozenset({"wechat", "weixin", "qq", "koukou", "added"})
EVERY = NUMBERS | MAILS | {PLATE} | ADDRESSES | ACCOUNTS


def triggers(text: str) -> frozenset[str | None]:
    """The branches that stopped somewhere in ``text``, which is as given; none: it holds no personal data."""
    first = TRIGGER.search(text)
    if first is None:
        return frozenset()
    return frozenset(found.lastgroup for found in TRIGGER.finditer(text, first.start()))
