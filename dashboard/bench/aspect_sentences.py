"""Sentences with the aspects that they judge, written for this project: name and sign, + praise and − blame."""

from __future__ import annotations

from collections.abc import Iterator

_WRITTEN = """
物流快但是质量差 | logistics+ quality-
第二天就到了，包装也很严实，就是有点贵 | logistics+ price-
用了不到一周就死机三次，客服还一直推脱 | quality- service-
价格实惠，做工精细，值得购买 | price+ quality+
快递员态度恶劣，包裹直接扔门口，盒子都压扁了 | logistics- service-
界面很清爽，操作也简单，就是更新以后老闪退 | interface+ interface-
充电的时候烫手，晚上都不敢放床边 | safety-
颜色比图片好看，尺码也合适 | appearance+ quality+
说是正品，结果一查是翻新机 | authenticity-
味道不错，就是送得太慢，到手都凉了 | taste+ logistics- taste-
房间很干净，隔音差了点，早上被吵醒 | environment+ environment-
售后很给力，换货特别快 | service+
这个价位能有这样的质感，很满意 | price+ quality+
屏幕清晰，电池不耐用，一天要充三次 | quality+ quality-
客服半天不回复，退款也拖了一个星期 | service-
外观漂亮，大家都说好看 | appearance+
物流太给力了，昨天下单今天就到 | logistics+
东西是好东西，就是刚买完就降价，心里不舒服 | price-
衣服掉色严重，洗一次就起球 | quality-
老板很热情，还送了小礼物 | service+
菜量太少，味道也一般，不值这个价 | taste- price-
广告太多了，动不动就弹窗 | interface-
刹车有点软，开高速心里没底 | safety-
油漆味很重，小孩闻了一直咳嗽 | safety-
包装破损，里面的瓶子也漏液了 | logistics- quality-
发货速度很快，质量还没试 | logistics+
拍照效果惊艳，系统流畅，没有卡顿 | quality+ interface+
配送小哥很有礼貌，准时送达 | logistics+ service+
跟描述完全不符，颜色也不对 | authenticity- appearance-
环境优雅，菜品新鲜，服务员态度好，就是价格偏高 | environment+ taste+ service+ price-
不便宜，但是质量对得起价格 | price- quality+
等了十天才收到，还少发了一件 | logistics- authenticity-
登录总是失败，验证码也收不到 | interface-
没有异味，大人小孩都可以放心用 | safety+
机器噪音很大，晚上没法睡 | quality-
风力足，噪音小，性价比高 | quality+ price+
说好送货上门，结果让我自己去驿站取 | logistics-
安装师傅很专业，讲解也耐心 | service+
线头很多，面料薄，像地摊货 | quality-
水果坏了一半，根本没法吃 | taste-
页面反应慢，半天打不开 | interface-
款式老气，妈妈都嫌丑 | appearance-
质量很好，价格公道，物流神速 | quality+ price+ logistics+
退货运费还要自己出，客服说没办法 | service- price-
真的很好吃，分量也足 | taste+
信号时好时坏，打电话总断 | quality-
卫生间有霉味，床单也没换 | environment-
位置方便，出门就是地铁 | environment+
包装精美，送人很有面子 | logistics+
屏幕有划痕，怀疑是二手的 | quality- authenticity-
Fast delivery, but the screen arrived broken | logistics+ quality-
Customer service was rude and refused a refund | service-
Great value for money and well made | price+ quality+
The app keeps crashing after the update | interface-
The battery overheats while charging | safety-
请问这款手机质量怎么样？ | quality0
这个多少钱？包邮吗 | price0
今天刚收到快递，还没拆 | logistics0
"""


def sentences() -> Iterator[tuple[str, frozenset[str]]]:
    """(text, what it judges); a 0 means that the aspect is named and not judged, which is no opinion."""
    for line in _WRITTEN.strip().splitlines():
        text, _, signs = line.partition(" | ")
        yield text, frozenset(sign for sign in signs.split() if not sign.endswith("0"))
