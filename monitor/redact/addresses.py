"""Postal addresses by rule: a named street with a house number, a named settlement with a building, a building with a
flat, a village with its group. A region alone (浙江省杭州市) is no address, nor is a shop's floor. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.redact.plain import HAN

_NUMBER = r"(?:[附甲乙丙丁]?\d{1,5}(?:-\d{1,4})?|[一二三四五六七八九十百]{1,4}|[甲乙丙丁]|[A-Za-z]\d{0,3})"
_FLAT = r"(?:室|房(?![间子东屋租价型卡车源费贷产屋])|户(?![外型])|号?门(?![店口票]))"
#: What else a number may count: 2号线, 5号发货, 3号店.
_HOUSE = (
    r"号(?![线店机员码召称外角位球色字车位柜台口桌厅电油库仓展馆就前后左右才还都已凌晨早晚上中下到发收买活]"
    r"|之[前后间内外])(?:院|楼|大院)?(?:之[一二三四五])?"
)
_BUILDING = r"(?:栋|幢|座(?![位谈椅])|号楼|号院|号公寓)"
_UNIT = r"(?:单元(?![格测])|梯)"
_FLOOR = r"(?:层|楼(?![盘上下]))"

#: Where the pattern may begin: a number with something that houses are counted by.
_ANCHOR = re.compile(
    rf"(?<![\d*A-Za-z.-])(?P<number>{_NUMBER})(?:(?P<building>{_BUILDING})|(?P<house>{_HOUSE})|(?P<lane>弄|巷)"
    rf"|(?P<unit>{_UNIT})|(?P<group>组|队(?![伍友列])|社(?![会区交])))"
    r"|(?<![\d*A-Za-z.-])(?P<flats>\d{1,3}-\d{1,2}-\d{3,4})(?![\d*-])"
)
_GAP = r"[ ,，]{0,2}"
_NAMED = rf"(?:[{HAN}]{{2,10}}?(?:小区|花园|公寓|大厦|广场|家园|新村|苑|园|城|府|湾|居|庭|邸|里|中心|国际|商城))?"
_MORE = re.compile(
    rf"(?:{_GAP}{_NAMED}{_GAP}(?:{_NUMBER}|\d{{1,3}}[A-Za-z]?)(?:{_BUILDING}|{_HOUSE}|弄|{_UNIT}|{_FLAT}|{_FLOOR}|#)"
    rf"|-\d{{1,4}}(?![\d*])|{_GAP}(?<=[栋幢座元楼层])\d{{2,4}}(?![\d*年月日号元块个次天点分秒米件张%.])(?:{_FLAT})?)"
)
_FINE = re.compile(rf"(?:{_UNIT}|{_FLAT}|{_FLOOR})|(?<=[栋幢座元楼层])\d{{2,4}}$|-\d{{1,4}}$")

_STREET = re.compile(
    r"(?<![走套线电思铁马销上半迷带弯退赶顺问回网公出])路[东南西北中]?[一二三四]?段?$|(?<![逛上行])街$|大道[东南西北中]?段?$"
    r"|(?<![知味渠报频难轨管航赛力跑车隧称说听地])道$|(?<![小])巷$|胡同$|弄$"
)
_SETTLEMENT = re.compile(
    r"(?:小区|社区|花园|公寓|新村|家园|大厦|广场|家属院|宿舍|苑|府|庭|邸|湾|城|园|居|里|庄|村|寓|坊|院|区|学校|大学|学院|厂)$"
)
_VILLAGE = re.compile(r"(?:村|屯|寨|乡|镇|庄|湾|坪|沟|坝)$")
#: No place is named with one of these: what stands before the last of them is not part of the address.
_STOPS = re.compile(r".*(?:[在到住是给寄送我你您他她它的了址去叫这那就也都能请让把被说吧啊吗呢哦个么没]|[^\w]|_)", re.S)
_LEFT = 40
_MOST_PARTS = 8  # behind the first number; more would make a long list of houses cost quadratic time
_FEWEST_NAMED = 3  # a name of two characters and what it is: 文三 + 路

#: 地址：… up to the next sign, where it names two of the parts that addresses have.
_STATED = re.compile(
    r"(?:地址|住址|收件地|家住)(?: ?[:：]| ?[是为](?!什么|不|没|我|空|错)) ?"
    rf"(?P<place>(?:(?![地住]址|家住)[{HAN}A-Za-z\d#·\- ]){{5,60}})"
)
_PART = re.compile(r"省|市|区|县|镇|乡|村|路|街|道|号|栋|幢|弄|巷|小区|单元|室|大厦|花园")


def addresses(plain: str) -> Iterator[tuple[int, int]]:
    for found in _STATED.finditer(plain):
        place = found["place"].rstrip()
        if len(set(_PART.findall(place))) >= 2 and "*" not in place:
            yield found.start("place"), found.start("place") + len(place)
    position = 0
    for anchor in _ANCHOR.finditer(plain):
        if anchor.start() < position:
            continue
        end = anchor.end()
        for _ in range(_MOST_PARTS):
            more = _MORE.match(plain, end)
            if not more:
                break
            end = more.end()
        place = _place(plain, max(position, anchor.start() - _LEFT), anchor.start())
        if _is_address(anchor, place, plain[anchor.end() : end]):
            yield anchor.start() - len(place), end
            position = end


def _place(plain: str, left: int, anchor: int) -> str:
    """The name directly before the number, without the words of the sentence that lead to it."""
    before = plain[left:anchor]
    found = _STOPS.match(before)
    return before[found.end() :] if found else before


def _is_address(anchor: re.Match[str], place: str, rest: str) -> bool:
    named = len(place) >= _FEWEST_NAMED
    fine = _FINE.search(rest) is not None
    if named and _STREET.search(place):
        return bool(anchor["house"] or anchor["building"] or anchor["lane"] or anchor["unit"])
    if anchor["flats"]:
        return named and _SETTLEMENT.search(place) is not None
    if anchor["group"]:
        return named and _VILLAGE.search(place) is not None
    if anchor["building"] or anchor["lane"]:
        return fine or (named and _SETTLEMENT.search(place) is not None)
    if anchor["unit"]:
        return fine
    if anchor["house"]:
        numbered = anchor["house"] in ("号院", "号楼", "号大院")
        return (named and _SETTLEMENT.search(place) is not None and (numbered or bool(rest))) or (
            named and _VILLAGE.search(place) is not None
        )
    return False
