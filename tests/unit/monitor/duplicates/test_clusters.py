"""Copies meet their original; what people say by themselves stays theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.duplicates.core import core_of
from monitor.duplicates.fingerprint import fingerprints
from monitor.duplicates.index import ClusterIndex

ORIGINAL = "星河X5手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法，太让人失望了"


@pytest.mark.parametrize(
    "copy",
    [
        "星河X5手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法，太让人失望了！！！",
        "星河Ｘ5手机充电时突然发燙，客服一直推脱，等了三天也沒有人給個說法，太讓人失望了",
        "转发微博//@路人甲:星河X5手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法，太让人失望了",
        "支持//@b:太对了//@a：星河X5手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法，太让人失望了",
        "RT @someone: 星河X5手机充电时突然发烫，客服一直推脱，等了三天也没有人给个说法，太让人失望了 https://t.example/a1",
        "星河X5手机充电时突然发烫😡客服一直推脱，等了两天都没有人给个说法，太让人失望了",
        "我的星河X5手机充电的时候突然发烫，客服一直推脱，等了三天也没有人给个说法，让人失望",
    ],
)
def test_copies_and_reposts_join_the_original(copy: str) -> None:
    assert ClusterIndex().assign([ORIGINAL, "别的话：今天的天气真好，适合出门散步", copy]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("好评", "好评"),
        ("质量很好，物流快", "质量很好，物流快"),
        ("很好" * 60, "很好" * 60),
        ("好" * 400, "好" * 400),
        ("", ""),
        ("😀" * 30, "😀" * 30),
        (ORIGINAL, "星河X5手机很好用，充电快，客服耐心，第二天就送到了，会推荐给朋友"),
        ("支持国货支持星河，一直用这个牌子", "支持国货支持天穹，一直买他们家手机"),
        (ORIGINAL, "我不同意，我用了半年从来没有遇到过这种问题//@a:" + ORIGINAL),
    ],
)
def test_what_people_say_by_themselves_stays_apart(one: str, other: str) -> None:
    assert ClusterIndex().assign([one, other]) == [0, 1]


def test_short_texts_are_copies_only_when_they_are_the_same() -> None:
    texts = ["包装破损，少了一根数据线", "包装破损，少了一根数据线！", "包装破损，少了两根数据线"]
    assert ClusterIndex().assign(texts) == [0, 0, 1]


def test_a_chain_of_small_changes_is_not_one_cluster() -> None:
    characters = "".join(chr(0x4E00 + number) for number in range(100))
    chain = [characters[step : step + 40] for step in range(0, 60, 6)]
    assert len(set(ClusterIndex().assign(chain))) > 2


@given(st.lists(st.text("好坏快慢的很电池，。！ab12@/:", max_size=40), max_size=12), st.integers(0, 12))
def test_batches_make_no_difference_and_equal_texts_meet(texts: list[str], cut: int) -> None:
    at_once = ClusterIndex().assign(texts)
    index = ClusterIndex()
    assert index.assign(texts[:cut]) + index.assign(texts[cut:]) == at_once
    for text, cluster, fingerprint in zip(texts, at_once, fingerprints(texts), strict=True):
        assert fingerprint.core == core_of(text)
        assert not fingerprint.keys or at_once[texts.index(text)] == cluster


@given(st.text())
def test_any_text_has_a_fingerprint_with_keys_that_a_database_can_hold(text: str) -> None:
    (fingerprint,) = fingerprints([text])
    assert all(-(2**63) <= key < 2**63 for key in fingerprint.keys)
    assert fingerprints([text, "x", text])[2] == fingerprint


def test_keys_are_the_same_on_every_machine() -> None:
    # They are stored: what was stored by an older version must still be met.
    assert fingerprints([ORIGINAL])[0].keys[:2] == (-1819641449550858213, 5309179970804219028)
