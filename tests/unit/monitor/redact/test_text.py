"""Personal data goes, look-alikes stay. All numbers are made up; cards and identities are only valid by checksum."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.redact import redact


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
        "13812345678A",
        "iPhone 15 Pro 256GB 8999元",
        "2026-11-07 15:32:00",
        "https://shop.example/item/13812345678",
        "400-820-8820",
        "110105194912310021",  # the checksum does not hold
        "4111111111111112",  # Luhn does not hold
        "110105194913310021",
        "1381234567",
        "138123456789",
        "13812345678.55",
        "微博@星河手机",
        "@shop.example",
        "138****5678",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).masked == ()


def test_several_in_one_text_each_have_their_span() -> None:
    redacted = redact("打13812345678或13987654321，或a@b.cn")
    assert redacted.text == "打138****5678或139****4321，或***@***"
    assert [redacted.text[masked.span[0] : masked.span[1]] for masked in redacted.masked] == [
        "138****5678",
        "139****4321",
        "***@***",
    ]


@given(st.text(max_size=80) | st.text("0123456789 -+@.xX订单号a", max_size=60))
def test_what_was_masked_needs_no_second_masking(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert [masked.span for masked in once.masked] == sorted(masked.span for masked in once.masked)
    assert all("*" in once.text[start:end] for start, end in (masked.span for masked in once.masked))


@given(st.integers(3, 9), st.integers(0, 10**9 - 1), st.sampled_from(["", " ", "-"]), st.text("，。你好 ", max_size=5))
def test_no_mobile_number_gets_through(second: int, rest: int, gap: str, around: str) -> None:
    digits = f"1{second}{rest:09d}"
    redacted = redact(f"{around}{gap.join((digits[:3], digits[3:7], digits[7:]))}{around}")
    assert [masked.kind for masked in redacted.masked] == ["phone"]
    assert digits[3:7] not in redacted.text.replace(digits[7:], "")


@pytest.mark.parametrize("hostile", ["1 " * 500_000, "@a." * 330_000, "a@" * 500_000, "+1-23" * 200_000])
def test_a_hostile_megabyte_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    redact(hostile)
    assert time.process_time() - start < 10
