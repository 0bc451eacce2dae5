"""Whom a mention belongs to, by the rule of the design: source, then names, then keyword, then nobody."""

from __future__ import annotations

import pytest

from monitor.attribution import Attributor
from monitor.config.schema import Brand, Config, Keyword, Product, Source
from monitor.mention import UNATTRIBUTED, KeywordMatch, Subject

CONFIG = Config(
    version=1,
    brands=(
        Brand(
            id="xinghe",
            name="星河",
            role="own",
            aliases=("Xinghe", "XH 5G"),
            products=(Product(name="星河X5手机", aliases=("X5",)), Product(name="星河降噪耳机")),
        ),
        Brand(id="tianqiong", name="天穹", role="competitor"),
        Brand(id="apple", name="苹果", role="competitor"),
        Brand(id="orchard", name="苹果园", role="competitor"),
    ),
    keywords=(Keyword(id="refund", query="退款", brand="xinghe"), Keyword(id="heat", query="发烫")),
)
ANY = Source(id="forum", kind="feed")
SUBJECTS = Attributor(CONFIG).subjects


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (None, "星河的电池发烫", [Subject("xinghe")]),
        (None, "我的星河 X5手机和星河降噪耳机", [Subject("xinghe", "星河X5手机")]),
        ("星河X5手机", "发烫", [Subject("xinghe", "星河X5手机")]),
        (None, "我买的 星河降噪 耳机", [Subject("xinghe", "星河降噪耳机")]),
        (None, "X5发烫", [Subject("xinghe", "星河X5手机")]),
        (None, "X50发烫", [Subject(UNATTRIBUTED)]),
        (None, "xx5发烫", [Subject(UNATTRIBUTED)]),
        (None, "ＸＩＮＧＨＥ is hot", [Subject("xinghe")]),
        (None, "my xh\u30005g phone", [Subject("xinghe")]),
        (None, "星 河", [Subject("xinghe")]),
        (None, "星。河", [Subject(UNATTRIBUTED)]),
        (None, "天穹不如星河", [Subject("tianqiong"), Subject("xinghe")]),
        (None, "蘋果發燙", [Subject("apple")]),
        (None, "苹果园站", [Subject("orchard")]),
        (None, "今天天气好", [Subject(UNATTRIBUTED)]),
    ],
)
def test_names_in_title_and_text_in_order(title: str | None, text: str, expected: list[Subject]) -> None:
    assert list(SUBJECTS(ANY, title, text, ())) == expected


def test_the_brand_of_the_source_decides_and_the_text_may_name_its_product() -> None:
    shop = Source(id="shop", kind="feed", brand="xinghe")
    assert SUBJECTS(shop, None, "比天穹好，X5不错", ()) == (Subject("xinghe", "星河X5手机"),)
    assert SUBJECTS(shop, None, "不错", (), product="星河手表") == (Subject("xinghe", "星河手表"),)


def test_the_product_of_the_source_names_its_brand() -> None:
    page = Source(id="page", kind="feed", product="星河X5手机")
    assert SUBJECTS(page, None, "天穹更好", ()) == (Subject("xinghe", "星河X5手机"),)


def test_a_product_that_the_item_states_is_a_name_too() -> None:
    assert SUBJECTS(ANY, None, "发烫", (), product="星河X5手机 12GB 黑色") == (Subject("xinghe", "星河X5手机"),)
    assert SUBJECTS(ANY, None, "发烫", (), product="电饭锅") == (Subject(UNATTRIBUTED, "电饭锅"),)


def test_a_space_between_scripts_is_typography_and_no_other_name() -> None:
    config = Config(version=1, brands=(Brand(id="a", name="甲", role="own", products=(Product(name="甲方X5手机"),)),))
    assert Attributor(config).subjects(ANY, None, "这台 甲方 X5 手机", ()) == (Subject("a", "甲方X5手机"),)


def test_a_keyword_with_a_brand_counts_only_where_nobody_is_named() -> None:
    matches = (KeywordMatch("heat"), KeywordMatch("refund"))
    assert SUBJECTS(ANY, None, "发烫，要退款", matches) == (Subject("xinghe"),)
    assert SUBJECTS(ANY, None, "天穹发烫，要退款", matches) == (Subject("tianqiong"),)
    assert SUBJECTS(ANY, None, "发烫", matches[:1]) == (Subject(UNATTRIBUTED),)
