"""The step as a whole: what comes out of a raw mention, and why one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.mention import Normalised, RawMention, Rejection
from monitor.normalise.item import SourceContext, normalise

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = SourceContext("shop", "Asia/Shanghai")
RAW = RawMention(
    text="<p>电池发烫</p>",
    url="https://Shop.example/p/1#review-3",
    author=" 王小明 ",
    published="2026-11-7 15:32:00",
    rating="1",
    markup="html",
)


def accepted(raw: RawMention, context: SourceContext = SHOP, now: datetime = NOW) -> Normalised:
    outcome = normalise(raw, context, now)
    assert isinstance(outcome, Normalised), outcome
    return outcome


def test_a_review_is_parsed_once_and_for_all() -> None:
    item = accepted(RAW)
    assert (item.text, item.url, item.author) == ("电池发烫", "https://shop.example/p/1", "王小明")
    assert item.published_at == datetime(2026, 11, 7, 7, 32, tzinfo=UTC)
    assert (item.rating, item.lang, item.source_id, item.collected_at) == (0.0, "zh", "shop", NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "<p> &nbsp;\u200b</p>"}, "no text"),
        ({"published": "bald"}, "bad date"),
        ({"rating": "17"}, "bad rating"),
        ({"published": "2026-11-25T12:00:00Z"}, "future date"),
        ({"text": "长" * 100_001}, "too long"),
        ({"text": "<b>" * 2_000_000}, "too long"),
    ],
)
def test_each_refusal_has_a_stable_reason_and_the_link(change: dict[str, str], reason: str) -> None:
    outcome = normalise(replace(RAW, **change), SHOP, NOW)  # type: ignore[arg-type]
    assert isinstance(outcome, Rejection)
    assert (outcome.reason, outcome.url) == (reason, "https://shop.example/p/1")


def test_no_date_is_no_reason_to_refuse() -> None:
    assert accepted(replace(RAW, published="  ")).published_at is None


def test_a_clock_that_is_a_few_hours_ahead_is_believed() -> None:
    assert accepted(replace(RAW, published="2026-11-24T11:00:00Z")).published_at == NOW + timedelta(hours=23)


def test_a_title_alone_is_the_text() -> None:
    item = accepted(replace(RAW, text="", title="电池发烫"))
    assert (item.text, item.title) == ("电池发烫", None)


def test_what_the_configuration_says_of_the_source_holds() -> None:
    context = SourceContext("shop", "UTC", lang="zh-CN", product="星河X5手机")
    item = accepted(replace(RAW, text="good", product="别的"), context)
    assert (item.lang, item.product, item.published_at) == (
        "zh", "星河X5手机", datetime(2026, 11, 7, 15, 32, tzinfo=UTC),
    )  # fmt: skip


def test_the_own_id_is_kept_and_an_overlong_one_hashed() -> None:
    assert accepted(replace(RAW, external_id=" r-3\x00 ")).external_id == "r-3"
    assert len(accepted(replace(RAW, external_id="x" * 301)).external_id) == 64


@pytest.mark.parametrize("own", ["r-3", " r\x00-3", "x" * 301])
def test_a_reply_finds_its_parent_by_the_same_id(own: str) -> None:
    assert accepted(replace(RAW, parent_id=own)).parent_id == accepted(replace(RAW, external_id=own)).external_id


def test_without_an_id_an_edited_text_is_the_same_item() -> None:
    assert accepted(RAW).external_id == accepted(replace(RAW, text="已退款")).external_id
    assert accepted(RAW).external_id != accepted(replace(RAW, author="李雷")).external_id
    assert accepted(RAW).external_id != accepted(replace(RAW, url="https://shop.example/p/2")).external_id


@pytest.mark.parametrize("unknown", [{"published": None}, {"author": None}, {"author": "匿名用户"}])
def test_two_texts_of_unknown_time_or_author_are_two_items(unknown: dict[str, str | None]) -> None:
    one, other = replace(RAW, **unknown), replace(RAW, text="好评", **unknown)  # type: ignore[arg-type]
    assert accepted(one).external_id != accepted(other).external_id
    assert accepted(one).external_id == accepted(one).external_id


def test_a_relative_time_does_not_make_a_new_item_at_each_visit() -> None:
    raw = replace(RAW, published="3 小时前")
    assert accepted(raw).external_id == accepted(raw, now=NOW + timedelta(minutes=7)).external_id
