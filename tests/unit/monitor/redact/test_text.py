"""Personal data goes, look-alikes stay. All numbers are made up; cards and identities are only valid by checksum."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.bench.personal_data import samples
from monitor.redact import Redacted, redact
from monitor.redact.plain import plain_of
from monitor.redact.text import candidates
from monitor.redact.trigger import EVERY, triggers


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("电话13812345678，谢谢", "电话138****5678，谢谢", "phone"),
        ("打+86 138-1234-5678吧", "打138****5678吧", "phone"),
        ("(+86)13812345678", "138****5678", "phone"),
        ("138 1234 5678", "138****5678", "phone"),
        ("1 3 8 1 2 3 4 5 6 7 8", "138****5678", "phone"),
        ("８６１３８１２３４５６７８", "138****5678", "phone"),
        ("加wx13812345678", "加wx138****5678", "phone"),
        ("打400-820-8820", "打400****8820", "phone"),
        ("座机010-12345678", "座机010****5678", "phone"),
        ("(0755) 8234 5678", "075****5678", "phone"),
        ("+1 415 555 2671", "141****2671", "phone"),
        ("身份证11010519491231002X。", "身份证110***************。", "id_card"),
        ("110105 19491231 002x", "110***************", "id_card"),
        ("卡号6222021234567890128", "卡号***************0128", "bank_card"),
        ("4111 1111-1111 1111", "************1111", "bank_card"),
        ("写信到a.b+c@mail.qq.com。", "写信到***@***。", "email"),
        ("ｔｅｓｔ＠ｑｑ．ｃｏｍ", "***@***", "email"),
        ("13812345678@qq.com", "***@***", "email"),
        ("13812345678,2号楼", "138****5678,2号楼", "phone"),
        ("13812345678.2个月了", "138****5678.2个月了", "phone"),
        ("13812345678.55", "138****5678.55", "phone"),
        ("138 12345678", "138****5678", "phone"),
        ("1381234 5678", "138****5678", "phone"),
        ("138_1234_5678", "138****5678", "phone"),
        ("138·1234·5678", "138****5678", "phone"),
        ("138/1234-5678", "138****5678", "phone"),
        ("138 123 45678", "138****5678", "phone"),
        ("1381 2345 678", "138****5678", "phone"),
        ("13812345678abc", "138****5678abc", "phone"),
        ("a13812345678", "a138****5678", "phone"),
        ("user_13812345678_x", "user_138****5678_x", "phone"),
        ("https://x.cn/u?tel=13812345678", "https://x.cn/u?tel=138****5678", "phone"),
        ("https://x.cn/u?a=1&userPhone=%2B8613812345678&b", "https://x.cn/u?a=1&userPhone=%2B138****5678&b", "phone"),
        ("快递13812345678", "快递138****5678", "phone"),
        ("商品13812345678", "商品138****5678", "phone"),
        ("物流：13812345678", "物流：138****5678", "phone"),
        ("13812345678个人微信", "138****5678个人微信", "phone"),
        ("13812345678元旦在", "138****5678元旦在", "phone"),
        ("010-12345678,2号楼", "010****5678,2号楼", "phone"),
        ("0571.2888.1123", "057****1123", "phone"),
        ("+44 7911 123456", "447****3456", "phone"),
        ("+852 9123 4567", "852****4567", "phone"),
        ("110105 1990 0307 2936", "110***************", "id_card"),
        ("1101-0519-9003-0729-36", "110***************", "id_card"),
        ("1234 110105 1990 0307 2936", "1234 110***************", "id_card"),
        ("身份证110105491231002", "身份证110************", "id_card"),
        ("110105 491231 002", "110************", "id_card"),
        ("622202 1001123456789", "***************6789", "bank_card"),
        ("3782 822463 10005", "***********0005", "bank_card"),
        ("378282246310005", "***********0005", "bank_card"),
        ("4111 1111 1111 1111 12月到期", "************1111 12月到期", "bank_card"),
        ("4111111111111111,2月", "************1111,2月", "bank_card"),
        ("写信abc @ qq.com", "写信***@***", "email"),
        ("abc@ qq.com", "***@***", "email"),
        ("abc[at]qq.com", "***@***", "email"),
        ("abc (AT) mail.qq.com", "***@***", "email"),
    ],
)
def test_personal_data_is_masked_and_its_place_told(text: str, expected: str, kind: str) -> None:
    redacted = redact(text)
    assert redacted.text == expected
    assert [masked.kind for masked in redacted.masked] == [kind]
    start, end = redacted.masked[0].span
    assert "***" in redacted.text[start:end]


@pytest.mark.parametrize(
    "text",
    [
        "订单号：20261107123456789",
        "订单号13812345678",
        "快递单号 4111111111111111",
        "¥13812345678",
        "型号JD13812345678",
        "快递单号13812345678",
        "商品编号：13812345678",
        "IMEI 350101491231002",
        "价格13812345678元",
        "单价15900000000",
        "总价为 15900000000",
        "15812345678个赞",
        "播放量13812345678次",
        "播放量：13812345678",
        "+10 20 30",
        "比分+100 200 300",
        "涨了+12 3456 789",
        "+12 3456 789",
        "+28 1234 5678",
        "0571 2026 1123",
        "16 128 256 512",
        "2026 1381 2345 678",
        "你好 @shop.example",
        "iPhone 15 Pro 256GB 8999元",
        "2026-11-07 15:32:00",
        "https://shop.example/item/13812345678",
        "拨打95588或12315",
        "110105194912310021",  # the checksum does not hold
        "4111111111111112",  # Luhn does not hold
        "110105194913310021",
        "1381234567",
        "138123456789",
        "微博@星河手机",
        "@shop.example",
        "138****5678",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).masked == ()


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("我手机一三八零零一三八零零零", "我手机138****8000", "phone"),
        ("幺三八 0013 8000", "138****8000", "phone"),
        ("客服4008208820打不通", "客服400****8820打不通", "phone"),
        ("发到abc(at)qq(dot)com", "发到***@***", "email"),
        ("车牌京A12345。", "车牌京A*****。", "plate"),
        ("粤b·D12345停在门口", "粤B*****停在门口", "plate"),
        ("沪A12345D", "沪A*****", "plate"),
        ("苏E·F1234挂", "苏E*****", "plate"),
        ("寄到浙江省杭州市西湖区文三路138号5幢602室，谢谢", "寄到***，谢谢", "address"),
        ("我住在阳光花园3栋2单元501", "我住在***", "address"),
        ("送到3号楼1203室吧", "送到***吧", "address"),
        ("地址：江苏省丰县王庄镇东村3组12号", "地址：***", "address"),
        ("天府大道中段1366号", "***", "address"),
        ("收货地址是江苏省南京市东山街道", "收货地址是***", "address"),
        ("长江西路四里河小区3-2-501", "***", "address"),
        ("微信abc123", "微信***", "wechat"),
        ("ＶＸ：wang_88", "ＶＸ：***", "wechat"),
        ("加我vlily_01呀", "加我v***呀", "wechat"),
        ("薇❤zhao88888", "薇❤***", "wechat"),
        ("QQ 12345678", "QQ ***", "qq"),
        ("加q:12345678", "加q:***", "qq"),
        ("qq群是987654321", "qq群是***", "qq"),
    ],
)
def test_plates_addresses_and_accounts_are_masked(text: str, expected: str, kind: str) -> None:
    redacted = redact(text)
    assert (redacted.text, [masked.kind for masked in redacted.masked]) == (expected, [kind])


@pytest.mark.parametrize(
    "text",
    [
        "坐地铁2号线到5号口", "我知道5号发货", "从15号等到20号", "小区5号停水", "这个小区3栋的柜子", "第3栋",
        "301房间很脏", "酒店房间号1203", "取件码 8-1-3021", "三社区团购", "步行街5号活动", "浙江省杭州市西湖区",
        "路由器2号机", "在3楼等", "全新A12345", "云A7处理器", "苏C919飞机", "川A8L还可以", "微信支付", "微信iPhone版",
        "微信8.0.48", "加vip12345", "QQ音乐", "QQ2024新版", "V:8.0.48", "Q弹好吃", "CPU Q:6600",
        "一二三四五六七八九十一二三", "¥12,999",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_plate_an_address_or_an_account_stays(text: str) -> None:
    assert redact(text) == Redacted(text, ())


def test_a_generated_set_is_masked_and_its_look_alikes_stay() -> None:
    missed, spoiled = [], []
    for sample in samples(4000):
        done = redact(sample.text)
        if sample.kind is None:
            spoiled += [sample] if done.masked else []
        elif [masked.kind for masked in done.masked] != [sample.kind] or sample.piece in done.text:
            missed.append(sample)
        assert redact(done.text).text == done.text
    assert (missed, spoiled) == ([], [])


PIECES = st.sampled_from(
    [
        "138 0013 8000", "１３８", "一三八零零一三八零零零", "6222021234567890128", "a@b.cn", " at ", "[at]qq.com",
        "京A",
        "D12345", "12345挂", "文三路", "138号", "5幢", "3-2-501", "阳光小区", "2单元", "地址：", "微信", "加v", "QQ",
        "：",
        "abc_123", "12345678", "王庄镇", "+86", "¥", "订单号", "***", "****", "，",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=9).map("".join))
def test_the_quick_search_rules_out_nothing_that_the_finders_would_find(text: str) -> None:
    plain = plain_of(text)
    assert candidates(plain, triggers(text)) == candidates(plain, EVERY)
    once = redact(text).text
    assert redact(once).text == once


def test_several_in_one_text_each_have_their_span() -> None:
    assert redact("13812345678,13912345678").text == "138****5678,139****5678"
    assert redact("010-12345678,010-87654321").text == "010****5678,010****4321"
    redacted = redact("打13812345678或13987654321，或a@b.cn")
    assert redacted.text == "打138****5678或139****4321，或***@***"
    assert [redacted.text[masked.span[0] : masked.span[1]] for masked in redacted.masked] == [
        "138****5678",
        "139****4321",
        "***@***",
    ]


@given(st.text(max_size=80) | st.text("0123456789 -+@.,_/*(xX订单号元a", max_size=60))
def test_what_was_masked_needs_no_second_masking(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert [masked.span for masked in once.masked] == sorted(masked.span for masked in once.masked)
    assert all("*" in once.text[start:end] for start, end in (masked.span for masked in once.masked))


@pytest.mark.parametrize(
    "text",
    [
        "13812344111 1111 1111 1111",  # the digits that the first mask leaves would begin a bank card
        "138-12345-(0755) 82345678",  # … and would end a mobile number
        "11010519491231002X4111111111111111",
        "13812345678" + "1" * 64 + "@qq.com",
        "a@b.sn 13812345678",
        "a@qq.com+14155552671",
        "a@qq.com378282246310005",
        "138 1234 5678x@b.cn",
    ],
)
def test_masks_are_not_read_again(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


GAPS = st.sampled_from(["", " ", "-", ".", "_", "·", "/", "　", "—"])


@given(st.integers(3, 9), st.integers(0, 10**9 - 1), GAPS, GAPS, st.text("，。你好 ,.ab", max_size=5))
def test_no_mobile_number_gets_through(second: int, rest: int, gap: str, other: str, around: str) -> None:
    digits = f"1{second}{rest:09d}"
    redacted = redact(f"{around}{digits[:3]}{gap}{digits[3:7]}{other}{digits[7:]}{around}")
    assert [masked.kind for masked in redacted.masked] == ["phone"]
    assert digits[3:7] not in redacted.text.replace(digits[7:], "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        "1 " * 500_000,
        "@a." * 330_000,
        "a@" * 500_000,
        "+1-23" * 200_000,
        "4111 " * 200_000,
        "110105-" * 140_000,
        "https://?tel=13812345678 " * 40_000,
        "订单" * 330_000 + "1" * 10,
        "文三路" * 330_000,
        "3栋2单元" * 150_000,
        "3栋，" * 250_000,
        "加v" * 500_000,
        "一三八" * 330_000,
    ],
)
def test_half_a_hostile_megabyte_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    redact(hostile[: len(hostile) // 2])
    assert time.process_time() - start < 5
