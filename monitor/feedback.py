"""What a writer wants (complains, suggests, asks, praises), how urgent it is, whether it says enough. Pure rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.duplicates.core import core_of
from monitor.mention import NEGATIVE_RATING, Aspect, Feedback, Purpose, Sentiment, Urgency

_COMPLAINT = re.compile(
    r"投诉|维权|曝光|举报|12315|消协|欺骗|骗子|骗人|骗钱|诈骗|黑店|黑心|奸商|坑人|退钱|赔偿|讨个?说法|"
    r"给个?说法|避雷|踩雷|踩坑|"
    r"(?:建议|劝|奉劝|希望)(?:大家|各位|你们)?(?:都|千万|一定)?(?:别|不要|不用|避开|绕道|慎)|别买|不要买|"
    r"慎买|scam|complain|refund",
    re.I,
)
_SUGGESTION = re.compile(
    r"建议|希望(?!落空)|提个意见|小意见|(?:要是|如果|若)[^。！？!?]{0,20}(?:就好了|就更好|就完美|会更好|"
    r"更好了|多好)|能不能(?:加|改|出|增|做|支持|优化|换)|"
    r"最好(?:能|是|可以|再)|期待(?:能|有|出|增|更)|(?:应该|可以)(?:考虑|增加|改进|优化|加个?|改成)|"
    r"有待(?:改进|提高|加强)|下次(?:能|可以|改进)|"
    r"suggest|i wish|would be (?:nice|great|better)|please add|should (?:add|have|be)",
    re.I,
)
#: Asking to know, not to scold.
_ASKING = re.compile(
    r"请问|想问|问一下|问下|咨询|求助|求解|求推荐|请教|怎么(?:用|弄|办|设置|调|买|选|退|换|安装|连|操作|"
    r"申请|联系|查|开|关|样)|如何|多少钱|什么时候|啥时候|多久|"
    r"哪[里个种款]|有没有人?知道|有人(?:知道|用过|遇到)|能不能|可不可以|可以[^。！]{1,10}[吗么]|是不是|"
    r"[吗么]\s*[？?]|how (?:do|can|to|long|much)|"
    r"does (?:it|this|anyone)|can (?:i|you)|is (?:it|there)|what|when|where",
    re.I,
)
_POLITE = re.compile(r"请问|求推荐|请教|求解")
_PLAIN_QUESTION = re.compile(r"求助|什么时候|啥时候|多久|多少钱|怎么(?:用|退|换|安装|连|设置)")
_MARK = re.compile(r"[？?]|[吗么呢]\s*(?:[。~～]|$)")
#: Of so strong a verdict a question mark scolds (怎么会有这么差的东西？).
_SURE = 0.9

_CAUSES: tuple[tuple[str, Urgency, str], ...] = (
    (
        "danger",
        "high",
        r"起火|着火|自燃|冒烟|爆炸|炸了|漏电|触电|中毒|烫伤|烧伤|受伤|割伤|住院|送医|急诊|医院|出血|"
        r"窒息|甲醛|刹车失灵|食物中毒|拉肚子|腹泻|"
        r"有毒|生命危险|caught fire|exploded|injur|hospital|poison|electric shock",
    ),
    (
        "authority",
        "high",
        r"12315|消协|消费者协会|市场监管|工商局?|315|起诉|法院|律师|报警|公安|警察|派出所|工信部|"
        r"银保监|信访|监管部门|lawsuit|lawyer|police|sue ",
    ),
    (
        "publicity",
        "high",
        r"曝光|媒体|记者|发(?:微博|抖音|小红书|朋友圈|网上)|上热搜|挂出来|go(?:ing)? public|press\b",
    ),
    (
        "leaving",
        "medium",
        r"再也不(?:会)?(?:买|来|用)|卸载|换(?:别家|牌子|品牌)|最后一次|拉黑|注销|取消会员|uninstall|"
        r"never (?:again|buy)|cancel(?:ling)? my",
    ),
    ("money", "medium", r"退款|退钱|赔偿|赔付|扣费|乱扣|多扣|盗刷|被骗|重复扣|refund|charged|compensat"),
    (
        "unanswered",
        "medium",
        r"(?:没人|无人)(?:管|理|回复|处理|接听?)|(?:一直|至今|迟迟|还是|仍然?)(?:没|未|"
        r"不)(?:有)?(?:人|回复|处理|解决|退|发货|联系)|"
        r"(?:[两三四五六七八九十几\d]+)(?:天|周|个?星期|个?月|次)(?:了|都|也|还)?[^，。！]{0,6}(?:没|"
        r"未|不)|多次(?:联系|反映|投诉|沟通)|no (?:reply|response|answer)",
    ),
    ("hurry", "medium", r"急用|着急|加急|尽快|马上|立刻|立即|赶紧|今天(?:之内|必须|就要)|urgent|asap|immediately"),
)
_URGENT = tuple((name, urgency, re.compile(pattern, re.I)) for name, urgency, pattern in _CAUSES)
#: Words that blame without saying what.
_EMPTY = re.compile(
    r"不好用|难用|不行|不好|不太好|太差|很差|差评|差劲|差|垃圾|烂|失望|一般般?|不怎么样|不咋[地样]|有问题|"
    r"出问题|一次|购物|体验|用着|用起来|感觉|真的?|太|很|非常|"
    r"特别|有点|有些|的|了|啊|吧|呢|呀|也|都|就|这个?|那个?|东西|产品|商品|宝贝|手机|软件|我|觉得|不满意|"
    r"不喜欢|不推荐|不值得?|后悔|无语|呵呵|"
    r"bad|terrible|awful|useless|not good|the|very|so|it|is|this|product"
)
_VAGUE_LENGTH = 20


def feedback_of(text: str, sentiment: Sentiment, rating: float | None, aspects: Sequence[Aspect]) -> Feedback:
    """``rating`` is 0–1. Only what is blamed, asked or wished for can be urgent; only what is blamed can be vague."""
    negative = rating <= NEGATIVE_RATING if rating is not None else sentiment.label == "negative"
    purpose = purpose_of(text, sentiment, negative)
    found = [(name, urgency) for name, urgency, pattern in _URGENT if purpose != "praise" and pattern.search(text)]
    if negative or purpose in ("complaint", "question", "suggestion"):
        urgency = _urgency([each for _, each in found], purpose)
    else:
        urgency, found = "low", []
    return Feedback(purpose, urgency, tuple(name for name, _ in found), negative and is_vague(text, aspects))


def purpose_of(text: str, sentiment: Sentiment, negative: bool) -> Purpose:
    """A strong word decides first, then what is wished, asked, and last how it is judged."""
    if _COMPLAINT.search(text) and sentiment.label != "positive":
        return "complaint"
    if _SUGGESTION.search(text) and not (negative and sentiment.confidence > _SURE and len(text) > 60):
        return "suggestion"
    if _MARK.search(text) and _ASKING.search(text) and not (negative and sentiment.confidence > _SURE):
        return "question"
    if _POLITE.search(text):
        return "question"
    if _PLAIN_QUESTION.search(text) and not (negative and sentiment.confidence > _SURE):
        return "question"
    if negative:
        return "complaint"
    return "praise" if sentiment.label == "positive" else "other"


def is_vague(text: str, aspects: Sequence[Aspect]) -> bool:
    """Short, about no aspect, and nothing left but words that blame."""
    core = core_of(text)
    if any(aspect.polarity != "neutral" for aspect in aspects) or len(core) > _VAGUE_LENGTH:
        return False
    return len(_EMPTY.sub("", core)) <= 2


def _urgency(found: Sequence[Urgency], purpose: Purpose) -> Urgency:
    if "high" in found or found.count("medium") > 2:
        return "high"
    if found:
        return "medium"
    return "medium" if purpose == "complaint" else "low"
