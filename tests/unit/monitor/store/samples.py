"""Mentions to store: everything has a default, a test states only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from monitor.mention import KeywordMatch, Mention, Reason, Sentiment, Subject
from monitor.store.mentions import StoreResult, store_batch

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = 3600

PLAIN = Mention(
    source_id="shop",
    external_id="r1",
    url="https://shop.example/r1",
    kind="review",
    title="一般",
    text="快递很快，电池发烫",
    author_hash="0" * 64,
    author_masked="王**",
    published_at=NOON,
    collected_at=NOON + timedelta(minutes=5),
    rating=None,
    lang="zh",
    parent_id=None,
    sentiment=Sentiment("neutral", 0.0, 0.5, (Reason((5, 9), -0.5),)),
    engine="snownlp",
    engine_version="1",
    matches=(KeywordMatch("heat", ((7, 9),), ()),),
    subjects=(Subject("xinghe", "星河X5手机"),),
)


def sample(external_id: str = "r1", **changes: Any) -> Mention:
    return replace(PLAIN, external_id=external_id, **changes)


def store(connection: Connection, mentions: list[Mention], version: int, now: datetime = NOON) -> StoreResult:
    return store_batch(connection, mentions, config_version_id=version, step_seconds=HOUR, now=now)
