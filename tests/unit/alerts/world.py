"""A small world for alert tests: a configuration in force, rolled-up steps and stored mentions, all in real tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, select

from alerts.registry import DETECTORS
from alerts.tables import alert, alert_transition, evaluation, outbox, series_state, ticket
from monitor.config.schema import Brand, Config, Keyword, Route, Rule, Settings
from monitor.config.versions import Applied
from monitor.store.database import insert, reading, writing
from monitor.store.tables import match, mention, mention_subject, rollup
from tests.conftest import add_config_version

STEP = timedelta(hours=1)
DELAY = timedelta(minutes=10)
HOUR = 3600

SPIKE = {
    "id": "spike",
    "measure": "negative_ratio",
    "detector": "wilson",
    "params": {"window": "3h", "lag": "6h", "warm_up": "24h", "half_life": "7d", "z": 1.96},
    "for": 2,
    "clear": 2,
    "min_mentions": 10,
}
FLOOD = {"id": "flood", "measure": "negative_count", "detector": "ceiling", "params": {"limit": 3, "window": "1h"}}


def rule(values: dict[str, Any]) -> Rule:
    params = DETECTORS[values["detector"]].params.model_validate(values["params"])
    return Rule.model_validate({**values, "params": params})


class World:
    """``channels`` are operator.yaml's. Steps are hours; ``hour(0)`` is midnight UTC of 1 November 2026."""

    def __init__(self, engine: Engine, *rules: dict[str, Any], routes: list[dict[str, Any]] | None = None) -> None:
        self.engine = engine
        self.channels = ("console",)
        self.origin = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
        self.applied = Applied(
            Config(
                version=1,
                brands=(
                    Brand(id="xinghe", name="星河", role="own"),
                    Brand(id="tianqiong", name="天穹", role="competitor"),
                ),
                keywords=(
                    Keyword(id="safety", query="起火", severity="critical"),
                    Keyword(id="refund", query="退款"),
                    Keyword(id="recall", query="召回", brand="xinghe", severity="major"),
                ),
                rules=tuple(rule(values) for values in rules),
                routes=tuple(
                    Route.model_validate(one) for one in (routes or [{"notify": ["console"], "ticket": "L1"}])
                ),
                settings=Settings(step=STEP, close_delay=DELAY),
            ),
            add_config_version(engine),
            "hash",
        )
        self._mentions = 0

    def hour(self, number: float) -> datetime:
        return self.origin + timedelta(hours=number)

    def closed(self, number: int) -> datetime:
        """The moment at which the step that ends at ``hour(number)`` has just closed."""
        return self.hour(number) + DELAY

    def steps(
        self,
        first: int,
        last: int,
        n: int,
        k: int,
        brand: str = "xinghe",
        source: str = "shop",
        *,
        once: tuple[int, int] | None = None,
    ) -> None:
        """The hours first … last − 1, each with n mentions of the brand of which k are negative; ``once`` are the two
        with each cluster of near-duplicates taken once, where any repeats another."""
        rows = [
            {
                "step_seconds": HOUR,
                "brand_id": brand_id,
                "source_id": source,
                "step_start": int(self.hour(number).timestamp()),
                "n": n,
                "negative": k,
                "neutral_label": 0,
                "positive_label": n - k,
                "score_sum": 0.0,
                "rated": 0,
                "rating_sum": 0.0,
                "n_once": n if once is None else once[0],
                "negative_once": k if once is None else once[1],
            }
            for number in range(first, last)
            for brand_id in (brand, "*")
        ]
        with writing(self.engine) as connection:
            statement = insert(connection, rollup)
            keys = ["step_seconds", "brand_id", "source_id", "step_start"]
            newer = {name: statement.excluded[name] for name in ("n", "negative", "n_once", "negative_once")}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=newer), rows)

    def mention(
        self,
        published: datetime | None,
        text: str = "电池发烫",
        *,
        negative: bool = True,
        brand: str = "xinghe",
        source: str = "shop",
        keywords: tuple[str, ...] = (),
        rating: float | None = None,
        duplicate_of: int | None = None,
    ) -> int:
        """The id of a stored mention."""
        self._mentions += 1
        collected = published or self.hour(0)
        values: dict[str, Any] = {
            "source_id": source,
            "external_id": str(self._mentions),
            "url": f"https://shop.example/{self._mentions}",
            "kind": "review",
            "text": text,
            "author_masked": "王**",
            "published_at": published,
            "collected_at": collected,
            "changed_at": collected,
            "timeline_epoch": int(collected.timestamp()),
            "duplicate_of": duplicate_of,
            "rating": rating,
            "lang": "zh",
            "content_hash": "0",
            "revision": 1,
            "brand_id": brand,
            "label": "negative" if negative else "positive",
            "score": -0.9 if negative else 0.9,
            "confidence": 0.95,
            "reasons": [],
            "negative": negative,
            "engine": "test",
            "engine_version": "1",
            "config_version_id": self.applied.version_id,
        }
        with writing(self.engine) as connection:
            new = insert(connection, mention).values(values).returning(mention.c.id)
            mention_id = int(connection.execute(new).scalar_one())
            connection.execute(insert(connection, mention_subject).values(mention_id=mention_id, brand_id=brand))
            for keyword in keywords:
                connection.execute(
                    insert(connection, match).values(
                        mention_id=mention_id,
                        keyword_id=keyword,
                        spans=[[0, 2]],
                        title_spans=[],
                        config_version_id=self.applied.version_id,
                    )
                )
        return mention_id

    def rows(self, table: Table) -> list[Any]:
        order = list(table.primary_key.columns)
        with reading(self.engine) as connection:
            return list(connection.execute(select(table).order_by(*order)))

    def snapshot(self) -> dict[str, list[Any]]:
        """Everything that an evaluation may write."""
        tables = (series_state, evaluation, alert, alert_transition, outbox, ticket)
        return {table.name: self.rows(table) for table in tables}
