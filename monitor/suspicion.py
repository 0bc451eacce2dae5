"""Signs that a mention is advertising or written to order: a score with its reasons for a person to review. Pure.

Nothing is deleted or left out of a trend for it: a sign is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from math import prod

from monitor.mention import NEGATIVE_RATING, Sentiment, Suspicion

#: From this score on a mention is put before a person.
SUSPICIOUS = 0.5
#: Copies of one text within this time, from here on, are a burst.
BURST, BURST_TIME = 4, timedelta(days=7)
#: One author's mentions of the last day, over all sources, from here on.
BUSY, BUSY_TIME = 20, timedelta(days=1)

_TEMPLATE = re.compile(
    r"(?:宝贝|东西|商品|衣服|鞋子)(?:已经|已)?收到了?[^。！]{0,30}(?:跟|和|与)?(?:卖家|描述|"
    r"图片)[^。！]{0,8}(?:一样|一致|相符)|非常满意的一次购物|"
    r"真心推荐给大家|五星好评|全五星|此用户没有填写评价|默认好评|我为什么每个商品的评价都一样|"
    r"统一用(?:段话|这段话|此段话)|"
    r"值得信赖的(?:店家|卖家|商家|品牌)|买家秀|(?:卖家|店家)发货速度?(?:很|非常|"
    r"超级?)快[^。！]{0,20}(?:服务态度|客服)[^。！]{0,12}(?:好|热情|耐心)"
)
_ORDERED = re.compile(
    r"好评返现|返现|晒图(?:返|领|送)|刷单|刷好评|为了(?:积分|京豆|红包|返现|凑字)|凑字数|(?:商家|卖家|"
    r"客服)(?:让|叫|要求)(?:我)?(?:写|给|改|好评|评价)|"
    r"加(?:我)?(?:微信|v|V|薇|群)|(?:微信|QQ|扣扣|VX|vx)[号：: ]{0,2}\*{3}|兼职|日赚|代购|代理|招商|"
    r"低价出售|优惠券|内部券|点击链接|扫码(?:领|加)"
)
_WEIGHTS = {"burst": 0.6, "busy_author": 0.5, "rating_against_text": 0.5, "promotion": 0.6, "template": 0.4}
#: A verdict that is less sure does not speak against a rating.
_SURE = 0.85
_PRAISING = 0.75


def suspicions_of(text: str, sentiment: Sentiment, rating: float | None) -> tuple[Suspicion, ...]:
    """The signs in one mention alone; ``rating`` is 0–1."""
    found: list[Suspicion] = []
    if _ORDERED.search(text):
        found.append(Suspicion("promotion", _WEIGHTS["promotion"]))
    if _TEMPLATE.search(text):
        found.append(Suspicion("template", _WEIGHTS["template"]))
    if rating is not None and sentiment.confidence >= _SURE:
        against = (rating >= _PRAISING and sentiment.label == "negative") or (
            rating <= NEGATIVE_RATING and sentiment.label == "positive"
        )
        if against:
            found.append(Suspicion("rating_against_text", _WEIGHTS["rating_against_text"]))
    return tuple(found)


def suspicions_among(copies: int, by_author: int) -> tuple[Suspicion, ...]:
    """The signs in company: mentions of its cluster within :data:`BURST_TIME`, its author's within :data:`BUSY_TIME`,
    itself included in both. Each rises with the number and never reaches 1."""
    found: list[Suspicion] = []
    if copies >= BURST:
        found.append(Suspicion("burst", round(1 - (1 - _WEIGHTS["burst"]) * BURST / copies, 2)))
    if by_author >= BUSY:
        found.append(Suspicion("busy_author", round(1 - (1 - _WEIGHTS["busy_author"]) * BUSY / by_author, 2)))
    return tuple(found)


def score_of(suspicions: Iterable[Suspicion]) -> float:
    """0–1: that not every sign is wrong, were they independent."""
    return round(1 - prod(1 - each.weight for each in suspicions), 2)
