"""WeChat and QQ numbers that somebody gives in a text (微信abc123, VX：…, 加我v…, QQ 12345678). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Literal

_LINK = r"(?P<link>(?: ?(?:账号|帐号|号码|号|id|群号?|联系)?(?: ?(?:是|为|加|=|➕|\+)| ?[:→]){0,2} {0,2}))"
_ID = r"(?P<id>[a-z0-9_-]{5,20})(?![a-z0-9_*@+]|\.[a-z0-9])"
#: Spellings that get round a shop's filter.
_WECHAT = re.compile(
    rf"(?:[微薇徽威维][信芯❤♥心]|[vw]信|(?<![a-z])(?:wx|vx|weixin|wechat)){_LINK}{_ID}",
    re.I,
)
#: A single v or 微 only where somebody is asked to add it, or where a colon follows it.
_ADDED = re.compile(
    rf"(?:(?:[加➕+]|联系|加[下个])(?:我 ?)?(?:v(?!ip|\d)|[薇微徽威])|(?<![a-z0-9])[v薇微徽威](?= ?[:→]))"
    rf"(?![信芯❤♥心x]){_LINK}{_ID}",
    re.I,
)
_QQ = re.compile(
    rf"(?:(?<![a-z])qq|扣扣|球球|企鹅|(?<=[加➕+])[q扣]|(?<![a-z0-9])q(?= ?:))(?:群|号)?{_LINK}"
    r"(?P<id>[1-9]\d{4,10})(?![\d*@+]|\.\d|[a-z])",
    re.I,
)
#: Behind the bare word stands an account only where it does not read as a word: 微信iPhone版 is about a telephone.
_UNSURE = re.compile(r"[a-z]*[0-9_-][a-z0-9_-]*", re.I)
_VERSION = re.compile(r"(?:pay|ios|android|iphone|ipad|windows|version|app|mac|pc|web|wifi|work)[a-z0-9_-]*", re.I)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_WECHAT_DIGITS = re.compile(r"\d{5}")


def accounts(plain: str) -> Iterator[tuple[int, int, Literal["wechat", "qq"]]]:
    """Spans of the number alone. A telephone number that serves as one is left to the telephone numbers."""
    for found in _QQ.finditer(plain):
        if not _MOBILE.fullmatch(found["id"]):
            yield *found.span("id"), "qq"
    for found in chain(_WECHAT.finditer(plain), _ADDED.finditer(plain)):
        name = found["id"]
        if _MOBILE.fullmatch(name) or _VERSION.fullmatch(name):
            continue
        if found["link"].strip() or (_UNSURE.fullmatch(name) and not _WECHAT_DIGITS.fullmatch(name)):
            yield *found.span("id"), "wechat"
