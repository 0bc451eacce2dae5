"""What the demo's people write: phrases that story.py combines. Made-up brands, made-up people.

Shop phrases carry a star rating, so their polarity is certain. Social phrases have none and are judged by the
sentiment engine alone; a test holds them against the default engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Polarity = Literal["negative", "neutral", "positive"]
Texts = tuple[str, ...]

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN: Texts = (
    "小明",
    "子涵",
    "雨桐",
    "浩然",
    "思远",
    "佳怡",
    "志强",
    "丽华",
    "晓峰",
    "文静",
    "俊杰",
    "梦琪",
    "建国",
    "欣怡",
    "宇航",
    "诗涵",
    "海涛",
    "婷婷",
    "一鸣",
    "若曦",
)
NICKNAMES: Texts = (
    "数码老张",
    "爱拍照的猫",
    "通勤两小时",
    "耳机收集者",
    "Kelly在路上",
    "半糖去冰",
    "TechFan88",
    "夜跑的风",
)

#: Real shops are full of these; repeats also show how duplicates are kept apart by id.
SHORT: Mapping[Polarity, Texts] = {
    "positive": ("好评", "很好，很喜欢", "物流很快，东西不错", "第二次买了，一如既往地好", "推荐购买", "非常满意"),
    "neutral": ("还行吧", "一般般，对得起价格", "刚收到，用一段时间再来评价", "中规中矩"),
    "negative": ("不推荐", "有点失望", "客服态度差", "不值这个价"),
}

OPENERS: Mapping[Polarity, Texts] = {
    "positive": (
        "用了一个星期来评价，",
        "给爸妈买的，",
        "活动价入手，",
        "等了好久终于到货，",
        "同事推荐的，",
        "拆开就很惊喜，",
        "对比了好几款才下单，",
        "老用户换新，",
    ),
    "neutral": ("收到三天，", "功能都正常，", "按说明书设置好了，", "价格比上个月便宜一点，"),
    "negative": ("期待太高了，", "用了不到半个月，", "第一次在这家买，", "收到就想退，", "反馈过两次了，"),
}

DETAILS: Mapping[str, Mapping[Polarity, Texts]] = {
    "phone": {
        "positive": (
            "屏幕通透，拍夜景也清楚。",
            "系统流畅，打游戏一点不卡。",
            "续航比上一代强太多，一天一充足够。",
            "手感轻，单手拿也舒服。",
            "充电很快，早上洗漱的工夫就满了。",
            "拍人像肤色自然，家里人都夸好看。",
            "做工精致，边框处理得很细。",
            "信号稳定，地铁里刷视频也顺。",
            "扬声器声音饱满，追剧很享受。",
            "快递第二天就到，包装严实，很满意。",
        ),
        "neutral": (
            "颜色和图片差不多，其他还没细看。",
            "拍照中等水平，日常够用。",
            "比预想的重一点，慢慢习惯。",
            "系统广告可以关掉，不影响使用。",
        ),
        "negative": (
            "屏幕边缘有划痕，联系客服半天没人回。",
            "申请退款一个星期了，钱还没到账。",
            "死机两次，维修点排队要等半个月。",
            "快递拖了五天，盒子也压坏了。",
            "系统更新之后变卡，拍照要等好几秒。",
            "信号太差，电梯里完全没网。",
            "做工粗糙，按键松动，跟宣传不符。",
        ),
    },
    "earphone": {
        "positive": (
            "降噪效果惊艳，地铁上安静多了。",
            "佩戴舒服，戴一下午耳朵也不疼。",
            "音质清晰，低音有力又不闷。",
            "连接稳定，切换手机电脑很方便。",
            "续航扎实，出差三天没充过电。",
            "通话清楚，开会同事说听得明白。",
            "小巧好看，收到就被室友问链接。",
            "性价比高，同价位里很满意的一副。",
        ),
        "neutral": ("降噪中规中矩，风大时有点声音。", "耳塞换了小号才合适。", "音质偏平，听播客够用。"),
        "negative": (
            "左耳声音越来越小，售后让我自己寄修。",
            "戴半小时耳朵疼，退货还要自己出运费。",
            "连接老是断，跑步时根本没法用。",
            "麦克风有杂音，通话对方听不清。",
            "客服推来推去，退款三天没有结果。",
        ),
    },
}

ENGLISH: Mapping[Polarity, Texts] = {
    "positive": (
        "Great screen and the battery easily lasts a day. Very happy with it.",
        "Shipping was fast and the build quality is excellent.",
    ),
    "neutral": ("It does the job. Nothing special so far.",),
    "negative": ("Stopped working after two weeks and support keeps passing me around.",),
}

#: ``{p}`` is the product: a post outside a shop must name what it is about.
SOCIAL: Mapping[Literal["negative", "positive"], Texts] = {
    "positive": (
        "{p}用了一个月，真心喜欢，非常满意，推荐给朋友。",
        "今天带着{p}出去玩，体验非常好，很喜欢，很满意。",
        "{p}这次做得不错，细节精致，手感舒服。",
        "给妈妈买的{p}到了，她很喜欢，说好用又漂亮。",
        "{p}的表现超出预期，性价比很高，值得推荐。",
        "周末逛店试了{p}，效果惊艳，很喜欢。",
        "{p}陪我跑完半马，稳定又舒服，赞。",
        "用{p}拍的日落，色彩很美，分享给大家。",
        "朋友都说{p}好看，我也觉得很满意，服务也很好。",
        "{p}升级之后更流畅了，喜欢这种感觉，很棒。",
    ),
    "negative": (
        "{p}又死机了，客服一直推脱，太失望了。",
        "{p}退货申请被拒三次，态度恶劣，再也不买。",
        "{p}用了两周就坏，维修还要收钱，差劲。",
    ),
}

TOPIC_TITLES: Texts = (
    "{p}用了一周，说说感受",
    "{p}值得买吗，来聊聊",
    "{p}使用交流",
    "入手{p}的朋友进来讨论",
    "{p}的优缺点汇总",
)

NEWS: Texts = (
    "{p}受到用户好评|{p}上市以来很受欢迎，用户对外观和体验非常满意，好评率很高，值得推荐。",
    "{p}推送新版系统|新版系统改进了{p}的稳定性和流畅度，用户可以在设置中升级，整体体验更好。",
    "{p}亮相展会，体验精彩|{p}在展会上精彩亮相，观众热情体验，非常喜欢，评价很好。",
    "{p}服务日受到好评|{p}的用户在门店体验了免费清洁服务，环境舒适，服务热情周到，大家都很满意。",
)

# The crisis: batteries of one product overheat and swell.

CRISIS_OPENERS: Texts = (
    "充电十分钟就开始发烫，",
    "昨晚充电的时候，",
    "用了三天，",
    "刚看视频半小时，",
    "半夜被一股焦味弄醒，",
    "孩子正拿着玩，",
    "放在床头充电，",
    "开车导航的时候，",
    "还没用满一个月，",
    "同一批买的两台，",
    "更新系统之后，",
    "早上起来一摸，",
)
CRISIS_DETAILS: Texts = (
    "机身烫得握不住，电池已经鼓包，太吓人了。",
    "后盖被电池顶开一条缝，客服居然说是正常现象。",
    "电池鼓包，屏幕都翘起来了，要求退款。",
    "手机发烫到自动关机，完全不敢再充电。",
    "电池发烫冒烟，差点烧到被子，质量太差。",
    "背面烫手，电量一小时掉了一半，非常失望。",
    "电池鼓得像个馒头，售后让等通知，太不负责任。",
    "温度高得能煎蛋，投诉没人理，气死了。",
    "充电口都烫变形了，再也不买这个牌子。",
    "电池鼓包漏液，维修点说要自费更换，欺负人。",
)
CRISIS_MILD: Texts = (
    "我的那台暂时没有发烫，先观察几天。",
    "充电确实有点热，其他方面还可以。",
    "看到大家说鼓包，检查了一下我的没有问题。",
)
CRISIS_ENGLISH: Texts = (
    "Battery got so hot while charging that I had to drop it. The back cover is bulging now. Dangerous!",
    "Swollen battery after ten days. Support says it is normal. It is not. I want a refund.",
    "Overheats every time I charge it, terrible quality, avoid this phone.",
)
CRISIS_PHONE = "电池鼓包后客服让留电话等回复，我的号码是138 0013 8000，三天了没人打来，太失望了。"
CRISIS_SOCIAL: Texts = (
    "{p}充电发烫到握不住，电池鼓包，太可怕了，大家小心。",
    "我的{p}电池鼓包了，客服推卸责任，非常失望。",
    "{p}发烫冒烟，差点出事，这种质量太差了。",
    "又一台{p}鼓包，投诉三天没人处理，垃圾售后。",
    "{p}烫得自动关机，不敢再用，要求退款被拒，气死了。",
    "{p}电池漏液，桌子都烧坏了，厂家必须给个说法，太差劲。",
    "千万别给{p}整夜充电，我的烫坏了，维修还要自费，坑人。",
    "{p}用了两周电池就鼓包，退货被拒，再也不买了。",
)
CRISIS_TITLES: Texts = ("{p}充电发烫、电池鼓包，有一样的吗", "{p}电池鼓包登记帖", "{p}发烫要求退款，怎么维权")
CRISIS_NEWS: Texts = (
    "多名用户反映{p}电池发烫鼓包|多名用户投诉{p}充电时严重发烫、电池鼓包，担心安全，要求退款被拒，对售后非常不满。",
    "{p}电池问题引发大量投诉|消费者投诉{p}电池鼓包、冒烟，维修拖延，售后态度差，质量令人失望。",
)
