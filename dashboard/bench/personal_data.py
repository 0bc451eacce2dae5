"""A labelled set for redaction, written for this project and made from a seed: texts with one piece of personal data
each, and texts with look-alikes that must stay. All numbers are random; cards and identities only hold by checksum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from monitor.mention import PersonalKind


@dataclass(frozen=True, slots=True)
class Sample:
    """``piece`` stands in ``text``; ``kind`` says what it is, ``None`` that it only looks like personal data."""

    text: str
    piece: str
    kind: PersonalKind | None


_PROVINCES = ("110105", "310115", "440305", "330106", "510107", "420106", "320104", "610113", "350203", "210202")
_ROADS = (
    "文三",
    "建国",
    "中山",
    "人民",
    "解放",
    "长江",
    "学院",
    "和平",
    "科技园",
    "滨江",
    "南京东",
    "天府",
    "黄河",
    "石桥铺",
)
_ESTATES = ("阳光花园", "万科城", "幸福小区", "翠湖苑", "绿地公寓", "锦绣家园", "东方新村", "龙湖花园", "金色小区")
_REGIONS = (
    "浙江省杭州市西湖区", "北京市朝阳区", "上海市浦东新区", "广东省深圳市南山区", "四川省成都市武侯区", "杭州市余杭区",
    "湖北省武汉市洪山区", "", "", "江苏省南京市鼓楼区", "呼和浩特市赛罕区",
)  # fmt: skip
_COUNTIES = ("江苏省丰县", "安徽省长丰县", "清河县")
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NAMES = ("xiaoming", "lily", "wang", "happycat", "zhao_lei", "sunny", "tom", "abc", "mike-li", "chenchen")

_FRAMES = (
    "{}", "商品还没到，麻烦联系我{}，谢谢", "投诉三天了没人管，{}，请尽快处理，不然我要找消协了",
    "用了两个月就坏了。{}。客服一直让等，已经等了5天，非常失望", "{}，这是我的，麻烦看一下为什么还不退款",
    "家里老人买的，说明书看不懂，希望有人上门指导一下，{}", "质量不错，物流也快，就是包装有点简单 {} 下次还来",
)  # fmt: skip


def samples(count: int, seed: int = 20261123) -> Iterator[Sample]:
    """``count`` samples, personal data and look-alikes in turn, all kinds equally often; the same for a seed."""
    random = Random(seed)  # noqa: S311 - test data
    kinds = list(_PERSONAL)
    for number in range(count):
        frame = random.choice(_FRAMES)
        if number % 2:
            said, piece = random.choice(_LOOK_ALIKES)(random)
            yield Sample(frame.format(said), piece, None)
        else:
            kind = kinds[number // 2 % len(kinds)]
            said, piece = _PERSONAL[kind](random)
            yield Sample(frame.format(said), piece, kind)


def luhn_digit(digits: str) -> str:
    """The check digit that ISO/IEC 7812-1 puts behind ``digits``."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _spaced(digits: str, sign: str, *sizes: int) -> str:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(digits[start : start + size])
        start += size
    return sign.join(pieces)


def _wide(text: str) -> str:
    return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)


def _mobile(random: Random) -> str:
    return "1" + random.choice("3456789") + _digits(random, 9)


def _phone(random: Random) -> tuple[str, str]:
    mobile = _mobile(random)
    piece = random.choice(
        (
            mobile,
            f"+86{mobile}",
            f"+86 {_spaced(mobile, ' ', 3, 4, 4)}",
            f"86-{mobile}",
            _spaced(mobile, "-", 3, 4, 4),
            _spaced(mobile, " ", 3, 4, 4),
            _spaced(mobile, " ", 3, 3, 5),
            _wide(mobile),
            mobile.translate(str.maketrans("0123456789", "零一二三四五六七八九")),
            f"0{random.choice(('10', '21', '755', '571', '28'))}-{random.choice('23456789')}{_digits(random, 7)}",
            f"(0{random.choice(('20', '25', '512'))}){random.choice('23456789')}{_digits(random, 7)}",
            f"400-{_digits(random, 3)}-{_digits(random, 4)}",
        )
    )
    return random.choice(("电话{}", "打{}", "手机号：{}", "{}", "tel:{}", "联系方式 {}", "快递员{}")).format(
        piece
    ), piece


def _id_card(random: Random) -> tuple[str, str]:
    born = f"{random.randint(1950, 2010)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    body = random.choice(_PROVINCES) + born + _digits(random, 3)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    number = body + random.choice((check, check.lower()))
    piece = random.choice((number, number, _spaced(number, " ", 6, 8, 4), _wide(number)))
    return random.choice(("身份证{}", "身份证号：{}", "{}", "证件号码是{}", "我的ID {}")).format(piece), piece


def _bank_card(random: Random) -> tuple[str, str]:
    begin, length = random.choice(
        (("6222", 19), ("6217", 19), ("6228", 19), ("6225", 16), ("4", 16), ("5188", 16), ("3568", 16))
    )
    body = begin + _digits(random, length - 1 - len(begin))
    number = body + luhn_digit(body)
    grouped = _spaced(number, random.choice(" -"), 4, 4, 4, 4, 3) if length == 19 else _spaced(number, " ", 4, 4, 4, 4)
    piece = random.choice((number, number, grouped, _wide(number)))
    return random.choice(("卡号{}", "银行卡：{}", "退到{}", "我的工行卡{}", "转账 {}")).format(piece), piece


def _email(random: Random) -> tuple[str, str]:
    name = random.choice(_NAMES) + _digits(random, random.randint(0, 4))
    host = random.choice(("qq.com", "163.com", "gmail.com", "mail.example.com", "outlook.com", "example.com.cn"))
    piece = random.choice(
        (
            f"{name}@{host}",
            f"{name}@{host}",
            f"{name}＠{host}",
            f"{name} @ {host}",
            f"{name}[at]{host}",
            _wide(f"{name}@{host}"),
        )
    )
    return random.choice(("邮箱{}", "发到 {}", "email：{}", "{}", "写信给{}")).format(piece), piece


def _plate(random: Random) -> tuple[str, str]:
    head = random.choice(_PLATES) + random.choice(_LETTERS)
    sign = random.choice(("", "", "·", " "))
    tail = random.choice(
        (
            _digits(random, 5),
            random.choice(_LETTERS) + _digits(random, 4),
            _digits(random, 2) + random.choice(_LETTERS) + _digits(random, 2),
            random.choice(_LETTERS) + random.choice(_LETTERS) + _digits(random, 3),
            random.choice("DF") + _digits(random, 5),
            random.choice("DF") + random.choice(_LETTERS) + _digits(random, 4),
            _digits(random, 5) + random.choice("DF"),
        )
    )
    piece = head + sign + tail
    return random.choice(("车牌{}", "车牌号：{}", "我的车是{}", "{}的车主")).format(piece), piece


def _address(random: Random) -> tuple[str, str]:
    road, estate, region = (
        random.choice(_ROADS) + random.choice(("路", "街", "大道")),
        random.choice(_ESTATES),
        random.choice(_REGIONS),
    )
    building, unit, flat = (
        random.randint(1, 40),
        random.randint(1, 6),
        random.randint(1, 30) * 100 + random.randint(1, 6),
    )
    house = f"{region}{road}{random.randint(1, 999)}"
    village = (
        f"{random.choice(_COUNTIES)}{random.choice(('王庄镇', '李集乡'))}{random.choice(('东', '李家', '新丰'))}村"
    )
    place = random.choice(
        (
            f"{house}号",
            f"{house}号{building}栋{unit}单元{flat}室",
            f"{house}号{estate}{building}幢{flat}",
            f"{house}弄{building}号{flat}室",
            f"{house}号{random.choice('ABC')}座{flat}",
            f"{region}{estate}{building}栋{unit}单元{flat}",
            f"{region}{estate}{building}号楼{flat}室",
            f"{village}{unit}组{building}号",
        )
    )
    return random.choice(("地址：{}", "送到{}", "我住在{}", "收货地址是{}", "寄{}", "{}")).format(place), place


def _wechat(random: Random) -> tuple[str, str]:
    piece = random.choice(_NAMES) + random.choice(("_", "-", "")) + _digits(random, random.randint(3, 5))
    return random.choice(
        (
            "微信{}",
            "微信号：{}",
            "VX:{}",
            "vx {}",
            "加我v{}",
            "加v：{}",
            "wx：{}",
            "+V {}",
            "薇信{}",
            "微信是{}",
            "WeChat: {}",
        )
    ).format(piece), piece


def _qq(random: Random) -> tuple[str, str]:
    piece = random.choice("123456789") + _digits(random, random.randint(5, 9))
    return random.choice(("QQ {}", "QQ：{}", "qq{}", "QQ号是{}", "加QQ{}", "QQ群{}", "扣扣{}")).format(piece), piece


_PERSONAL: Mapping[PersonalKind, Callable[[Random], tuple[str, str]]] = {
    "phone": _phone,
    "id_card": _id_card,
    "bank_card": _bank_card,
    "email": _email,
    "plate": _plate,
    "address": _address,
    "wechat": _wechat,
    "qq": _qq,
}


def _said(*frames: str) -> Callable[[str, Random], tuple[str, str]]:
    def say(piece: str, random: Random) -> tuple[str, str]:
        return random.choice(frames).format(piece), piece

    return say


_ORDER = _said("订单号{}", "订单编号：{}", "订单 {}", "单号是{}", "运单号{}", "快递单号 {}", "工单{}")
_BARE = _said("{}")


_THINGS = (
    "坐地铁2号线到5号口", "等了3天5号才发货", "3号店的货", "一号店买的", "1楼大厅", "双11号称最低价", "去年12月5号",
    "我在2楼等", "微信支付", "微信小程序", "QQ音乐", "QQ飞车", "微信iPhone版", "微信8.0.48", "用微信付了199", "Q弹好吃",
    "加V认证", "浙江省杭州市", "上海的朋友", "北京路上", "全新A1234芯片", "云A7处理器", "@星河手机", "最新B2024款",
    "100件", "16GB+512GB", "12315", "95588",
)  # fmt: skip
_MODELS = ("X5-Pro256", "RTX4090", "iPhone15ProMax", "KFR-35GW/N8MJA1", "HUAWEI-P70", "SM-S9280", "i7-13700K")
_COURIERS = ("SF", "YT", "JD", "ZTO")


def _moment(random: Random) -> str:
    day = f"2026-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return f"{day} {random.randint(0, 23):02}:{random.randint(0, 59):02}:00"


def _day(random: Random) -> str:
    return f"2026年{random.randint(1, 12)}月{random.randint(1, 28)}号"


def _price(random: Random) -> str:
    return str(random.randint(10, 99999))


def _count(random: Random) -> str:
    return str(random.randint(10000, 10**11))


_LOOK_ALIKES: tuple[Callable[[Random], tuple[str, str]], ...] = (
    lambda random: _ORDER(_digits(random, random.randint(10, 20)), random),
    lambda random: _ORDER(_mobile(random), random),
    lambda random: _ORDER(random.choice(_COURIERS) + _digits(random, 13), random),
    lambda random: _said("价格{}元", "花了{}元", "总价{}", "只要{}块")(_price(random), random),
    lambda random: _BARE(f"¥{random.randint(1, 9999)}.{_digits(random, 2)}", random),
    lambda random: _said("型号{}", "买的是{}", "{}这款")(random.choice(_MODELS), random),
    lambda random: _BARE(_moment(random), random),
    lambda random: _said("{}买的", "{}下单", "{}才发货")(_day(random), random),
    lambda random: _said("IMEI {}", "IMEI：{}", "序列号{}", "条码{}")(_digits(random, 15), random),
    lambda random: _said("播放量{}次", "{}个赞", "销量{}")(_count(random), random),
    lambda random: _BARE(random.choice(_THINGS), random),
    lambda random: _BARE(f"https://shop.example/item/{_digits(random, 12)}", random),
)
