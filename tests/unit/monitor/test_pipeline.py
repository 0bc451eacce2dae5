"""The pure steps as one: what comes in raw goes out redacted, scored, matched and attributed, or is counted."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.schema import Brand, Config, Keyword, Product, Source
from monitor.mention import RawMention, Subject
from monitor.pipeline import Pipeline
from monitor.redact import hash_author
from tests.unit.monitor.sentiment.engines import BrittleEngine, WordEngine

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = b"0123456789abcdef"
CONFIG = Config(
    version=1,
    brands=(Brand(id="xinghe", name="星河", role="own"),),
    keywords=(
        Keyword(id="refund", query="退款", brand="xinghe"),
        Keyword(id="low", query="rating:[1 TO 2]"),
        Keyword(id="here", query="site:shop.example"),
        Keyword(id="phone", query="13812345678"),
    ),
)
SHOP = Source(id="shop", kind="feed")
PIPELINE = Pipeline(CONFIG, WordEngine(), KEY)


def raw(text: str, **rest: object) -> RawMention:
    return RawMention(**{"text": text, "url": "https://shop.example/p", **rest})  # type: ignore[arg-type]


def test_a_review_goes_through_all_steps() -> None:
    enriched = Pipeline(CONFIG, WordEngine(), KEY).run(
        SHOP,
        [raw("太差了，要退款，打13812345678", author="王小明", published="2026-11-07", rating="2", external_id="r1")],
        NOW,
    )
    (mention,) = enriched.mentions
    assert mention.text == "太差了，要退款，打138****5678"
    assert (mention.author_masked, mention.author_hash) == ("王**", hash_author("王小明", KEY))
    assert mention.published_at == datetime(2026, 11, 6, 16, tzinfo=UTC)  # midnight in Asia/Shanghai, the default
    assert (mention.sentiment.label, mention.rating, mention.negative) == ("negative", 0.25, True)
    assert (mention.engine, mention.engine_version) == ("word", "1")
    assert [(match.keyword, match.spans) for match in mention.matches if match.spans] == [("refund", ((5, 7),))]
    assert {match.keyword for match in mention.matches} == {"refund", "low", "here"}
    assert mention.subjects == (Subject("xinghe"),)
    assert enriched.rejections == ()


def test_a_source_says_how_it_writes_its_dates() -> None:
    american = Source(id="us", kind="feed", date_order="mdy", timezone="America/New_York")
    (mention,) = PIPELINE.run(american, [raw("broken", published="08/11/2026, 3:32 PM")], NOW).mentions
    assert mention.published_at == datetime(2026, 8, 11, 19, 32, tzinfo=UTC)


def test_neither_the_engine_nor_the_result_sees_personal_data_or_the_plain_name() -> None:
    engine = WordEngine()
    enriched = Pipeline(CONFIG, engine, KEY).run(
        SHOP, [raw("找a@b.cn", title="打13812345678", author="王小明", product="找 a@b.cn 订")], NOW
    )
    seen = f"{engine.calls} {[asdict(mention) for mention in enriched.mentions]}"
    assert "138****5678" in seen
    for secret in ("13812345678", "a@b.cn", "王小明"):
        assert secret not in seen


def test_one_call_a_channel_and_every_verdict_at_its_own_mention() -> None:
    engine = WordEngine()
    raws = [raw("好", external_id="1"), raw("差帖", kind="post", external_id="2"), raw("差评", external_id="3")]
    mentions = Pipeline(CONFIG, engine, KEY).run(SHOP, raws, NOW).mentions
    assert engine.calls == [("review", ("好", "差评")), ("social", ("差帖",))]
    assert [(mention.external_id, mention.sentiment.label) for mention in mentions] == [
        ("1", "positive"),
        ("2", "negative"),
        ("3", "negative"),
    ]


def test_the_title_is_scored_with_the_text_and_reasons_stay_in_the_text() -> None:
    (mention,) = Pipeline(CONFIG, WordEngine(), KEY).run(SHOP, [raw("真差", title="差评")], NOW).mentions
    assert [reason.span for reason in mention.sentiment.reasons] == [(1, 2)]


def test_the_name_of_a_brand_or_product_is_no_reason() -> None:
    brand = Brand(
        id="x", name="差友", role="own", aliases=("Chayou",), products=(Product(name="不差手机", aliases=("差X5",)),)
    )
    pipeline = Pipeline(Config(version=1, brands=(brand,)), WordEngine(), KEY)
    (mention,) = pipeline.run(SHOP, [raw("差 友的不差手机和差X5都差", title="差友")], NOW).mentions
    assert [reason.span for reason in mention.sentiment.reasons] == [(13, 14)]
    assert (mention.sentiment.label, mention.sentiment.score) == ("negative", -0.8), "the score is the engine's"


def test_a_comment_is_not_scored_by_the_title_of_its_thread() -> None:
    (mention,) = Pipeline(CONFIG, WordEngine(), KEY).run(SHOP, [raw("好", title="差评", kind="comment")], NOW).mentions
    assert mention.sentiment.label == "positive"


def test_what_cannot_be_used_is_counted_and_the_rest_goes_on() -> None:
    raws = [raw("好"), raw(" "), raw("好", published="soon"), raw("差", rating="9")]
    enriched = Pipeline(CONFIG, WordEngine(), KEY).run(SHOP, raws, NOW)
    assert len(enriched.mentions) == 1
    assert [rejection.reason for rejection in enriched.rejections] == ["no text", "bad date", "bad rating"]


def test_a_text_that_breaks_the_engine_is_kept() -> None:
    mentions = Pipeline(CONFIG, BrittleEngine(), KEY).run(SHOP, [raw("毒"), raw("差")], NOW).mentions
    assert [(mention.sentiment.label, mention.sentiment.confidence) for mention in mentions] == [
        ("neutral", 0.0),
        ("negative", 0.9),
    ]


def test_the_same_input_gives_the_same_result() -> None:
    pipeline = Pipeline(CONFIG, WordEngine(), KEY)
    raws = [raw("差，退款", author="甲"), raw("好")]
    assert pipeline.run(SHOP, raws, NOW) == pipeline.run(SHOP, raws, NOW)
    assert pipeline.run(SHOP, [], NOW).mentions == ()


WORDS = st.text(alphabet=st.characters(), max_size=30)
ANYTHING = st.builds(
    RawMention,
    text=WORDS,
    external_id=st.none() | WORDS,
    url=st.none() | WORDS | WORDS.map("https://shop.example/{}".format),
    kind=st.sampled_from(["review", "post", "comment", "article"]),
    title=st.none() | WORDS,
    author=st.none() | WORDS,
    published=st.none() | WORDS | st.just("2026-11-07"),
    rating=st.none() | WORDS | st.just("4"),
    rating_best=st.none() | WORDS,
    lang=st.none() | WORDS,
    product=st.none() | WORDS,
    parent_id=st.none() | WORDS,
    markup=st.sampled_from(["text", "html"]),
)


@given(st.lists(ANYTHING, max_size=5))
def test_whatever_is_found_is_stored_or_counted(raws: list[RawMention]) -> None:
    enriched = PIPELINE.run(SHOP, raws, NOW)
    assert len(enriched.mentions) + len(enriched.rejections) == len(raws)
    for mention in enriched.mentions:
        json.dumps(asdict(mention), default=str, ensure_ascii=False).encode("utf-8")
        assert mention.text
        assert mention.subjects
        assert 1 <= len(mention.external_id) <= 300
        assert not any("\x00" in value for value in asdict(mention).values() if isinstance(value, str))


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="TINGFENG_AUTHOR_KEY"):
        Pipeline(CONFIG, WordEngine(), b"")
