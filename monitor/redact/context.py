"""What stands around digits and tells that they number a thing or count something, and are no person's. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

#: Directly before the digits: they number a thing. A courier or a product alone is none: people write 快递138… and mean
#: the courier's telephone. A Latin word stands alone (in "a@b.sn" it is part of an address, which is masked itself).
_THING = re.compile(
    r"(?:订单|单号|运单|编号|流水号|序列号|型号|货号|批号|工单|发票|条码|串号|(?:快递|物流|商品)(?:单?号|编号|id)"
    r"|(?<![a-z0-9.@_%+-])(?:order|tracking|serial|sku|isbn|imei|invoice|item|sn))"
    r"(?:号码?|编号|单号|id)?(?: ?(?:no|number|id)\.?)?(?:是|为)?[ :#=]{0,3}"
    r"(?:(?!wx|vx|qq|tel)(?-i:[A-Z]{1,4})-?)?$",
    re.I,
)
#: Directly before the digits: they are a price or a count.
_AMOUNT = re.compile(
    r"(?:价格|[单总售原现]价|金额|合计|共计|总计|余额|市值|(?:播放|点击|阅读|浏览|访问|下载|转发|评论)[量数]|销量|销售额|粉丝数?"
    r"|点赞数?|比分|得分|涨|跌|增加|增长|减少)(?:[是为了到至约达]|高达|超过){0,2}[ :]{0,3}$"
)
#: Directly behind the digits: they count something.
_UNIT = re.compile(
    r" ?[多余]?(?:元(?![旦宵])|块|美元|个(?![人月体性])|次(?![日要])|赞|票(?!务)|条(?!件)|人次|粉丝|字节)"
)
#: Directly before the digits inside an address of the web: the parameter that holds a telephone number.
_CONTACT = re.compile(
    r"[?&;#/][\w.-]{0,32}(?:tel|phone|mobile|contact|sms|wechat|weixin|wx|shouji|dianhua)[\w.-]{0,16}[=:](?:%2B|\+)?$",
    re.I,
)
_REACH = 32
_CONTACT_REACH = 64
_URL = re.compile(r"https?://[!-~]+")


class Context:
    """One text, read once for its addresses."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self._urls: Sequence[tuple[int, int]] = [found.span() for found in _URL.finditer(plain)]

    def exempts(self, start: int, end: int) -> bool:
        """Whether what stands around [start, end) says that the digits there are no person's."""
        if self._in_url(start):
            return not _CONTACT.search(self._plain[max(0, start - _CONTACT_REACH) : start])
        before = self._plain[max(0, start - _REACH) : start]
        return bool(_THING.search(before) or _AMOUNT.search(before) or _UNIT.match(self._plain, end))

    def _in_url(self, start: int) -> bool:
        before = bisect_right(self._urls, (start, len(self._plain)))
        return bool(before) and start < self._urls[before - 1][1]
