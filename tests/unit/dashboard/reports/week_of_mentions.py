"""Two weeks of stored mentions with known counts, for the report tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from alerts.tables import alert, ticket
from monitor.config.schema import Brand, Config, Keyword, Product
from monitor.mention import KeywordMatch, Mention, Sentiment, Subject
from monitor.store.database import writing
from monitor.store.mentions import store_batch

#: Monday of 2026-W47, 00:00 in Shanghai.
MONDAY = datetime(2026, 11, 15, 16, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

CONFIG = Config(
    version=1,
    brands=(
        Brand(id="tianqiong", name="天穹", role="competitor"),
        Brand(id="xinghe", name="星河", role="own", products=(Product(name="星河X5手机"),)),
    ),
    keywords=(Keyword(id="refund", query="退款", topic="售后"), Keyword(id="heat", query="发烫")),
    aspects={"logistics": ("快递", "物流"), "quality": ("做工", "死机")},
)


def mention(number: int, at: datetime, brand: str, rating: float | None, text: str, **changes: object) -> Mention:
    score = -0.8 if rating is not None and rating <= 0.25 else 0.6
    values: dict[str, object] = {
        "source_id": "shop",
        "external_id": f"m{number}",
        "url": f"https://shop.example/r/{number}",
        "kind": "review",
        "title": None,
        "text": text,
        "author_hash": None,
        "author_masked": "王**",
        "published_at": at,
        "collected_at": NOW,
        "rating": rating,
        "lang": "zh",
        "parent_id": None,
        "sentiment": Sentiment("negative" if score < 0 else "positive", score, 0.9),
        "engine": "test",
        "engine_version": "1",
        "matches": (),
        "subjects": (Subject(brand),),
    }
    return Mention(**{**values, **changes})  # type: ignore[arg-type]


def week(start: int, monday: datetime, own: int, own_negative: int, rival: int, rival_negative: int) -> list[Mention]:
    """Spread over the seven days; every third own one from the forum; negatives speak of refunds and parcels."""
    found = []
    refund = (KeywordMatch("refund", ((0, 2),)),)
    for index in range(own):
        at = monday + timedelta(hours=168 * (index + 0.5) / own)
        place = {"source_id": "forum"} if index % 3 == 2 else {}
        if index < own_negative:
            text = (
                f"退款拖了{index + 2}天还没到账，客服不理人"
                if index % 2
                else f"快递<b>摔坏</b>了{index + 2}次，盒子都烂了"
            )
            about = refund if index % 2 else ()
            found.append(mention(start + index, at, "xinghe", 0.0, text, matches=about, **place))
        else:
            found.append(mention(start + index, at, "xinghe", 1.0, "很好用", **place))
    for index in range(rival):
        at = monday + timedelta(hours=168 * (index + 0.5) / rival)
        rating = 0.25 if index < rival_negative else 0.75
        found.append(mention(start + 500 + index, at, "tianqiong", rating, "还可以"))
    return found


def fill(engine: Engine, config_version_id: int) -> None:
    """W46: own 60 (6 negative), competitor 40 (8). W47: own 90 (27), competitor 40 (6); one alert with its ticket.

    Around them: a second before and after the weeks, an undated mention, one of both brands' neighbour.
    """
    before = MONDAY - timedelta(days=7)
    mentions = [
        *week(0, before, 60, 6, 40, 8),
        *week(1000, MONDAY, 90, 27, 40, 6),
        mention(9001, before - timedelta(seconds=1), "xinghe", 0.0, "太早"),
        mention(9002, MONDAY + timedelta(days=7), "xinghe", 0.0, "太晚"),
        mention(9003, MONDAY, "xinghe", 0.0, "没有时间", published_at=None, collected_at=MONDAY + timedelta(days=1)),
        mention(9004, MONDAY + timedelta(days=2), "unattributed", 0.0, "不知道是谁"),
    ]
    with writing(engine) as connection:
        store_batch(connection, mentions, config_version_id=config_version_id, step_seconds=3600, now=NOW)
        fired = MONDAY + timedelta(days=3)
        connection.execute(
            alert.insert(),
            {
                "id": 1, "rule_id": "spike", "fingerprint": "f", "episode": 1, "labels": {"brand": "xinghe"},
                "brand_id": "xinghe", "severity": "major", "state": "resolved", "since": fired, "fired_at": fired,
                "resolved_at": fired + timedelta(hours=5), "n": 60, "k": 18, "expected": 5.4, "score": 0.2,
                "window_start": 0, "window_end": 1, "quotes": [], "config_version_id": config_version_id,
                "measure": "negative_ratio",
            },
        )  # fmt: skip
        connection.execute(
            ticket.insert(),
            {
                "number": "FB20261119001",
                "alert_id": 1,
                "title": "星河",
                "level": "L1",
                "state": "open",
                "opened_at": fired,
            },
        )
