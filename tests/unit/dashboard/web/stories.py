"""A small store to show: two brands, two weeks of mentions, a crisis in the last minutes, one alert, one ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from alerts import tables as alerts
from alerts.tickets import queue
from crawlers.browser import MEND
from crawlers.imports.source import ImportSource
from dashboard.tables import report_run
from dashboard.web.accounts import add_user
from dashboard.web.app import Services
from monitor.config.schema import Kinds, Params, Source
from monitor.mention import KeywordMatch, Mention, Reason, Sentiment, Subject
from monitor.redact import hash_author
from monitor.store import sources
from monitor.store.database import writing
from monitor.store.mentions import store_batch
from monitor.store.rollups import aggregate
from monitor.store.tables import config_version

PASSWORD = "correct horse battery"
AUTHOR_KEY = b"a key of the tests"
STEP = 60
CONFIG = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own, products: [星河X5手机]}
  - {id: tianqiong, name: 天穹, role: competitor}
keywords:
  - {id: safety, query: '发烫 OR 鼓包', brand: xinghe}
  - {id: refund, query: '退款'}
sources:
  - {id: shop, kind: plain, every: 30m}
  - {id: forum, kind: plain, every: 10m}
  - {id: microblog, kind: plain, every: 10m}
  - {id: survey, kind: import, brand: xinghe}
rules:
  - {id: spike, measure: negative_ratio, detector: wilson, params: {}, by: [brand]}
settings: {step: 1m, close_delay: 1m}
"""
KINDS = Kinds(sources={"plain": Source, "import": ImportSource}, detectors={"wilson": Params}, channels={})

#: The counts of a crawl that worked.
STORED = {
    "fetched": 60,
    "new": 48,
    "unchanged": 10,
    "rejected": {"bad date": 2},
    "failed": {"timeout": 1},
    "deleted": 3,
}
GOOD = (
    "屏幕很清晰,拍照也好,物流第二天就到了,推荐。",
    "用了两周,续航比上一代好很多,手感轻。",
    "Great phone for the price, the camera is sharp and the battery lasts a day.",
    "客服很耐心,换货很快,给个好评。",
)
BAD = (
    "充电十分钟后盖就发烫,不敢放枕头边,申请退款一直没人理。",
    "才买三天电池就鼓包了,客服 138****5678 打不通,太失望了。",
    "The back gets too hot to hold while charging. Not safe, asking for a refund.",
)


def mention_of(number: int, at: datetime, *, brand: str, source: str, bad: bool) -> Mention:
    text = BAD[number % len(BAD)] if bad else GOOD[number % len(GOOD)]
    hit = text.find("发烫") if "发烫" in text else text.find("鼓包")
    weak = text.find("失望") if "失望" in text else text.find("没人理")
    return Mention(
        source_id=source,
        external_id=f"{brand}-{number}",
        url=f"https://shop.example/review/{number}",
        kind="review" if source == "shop" else "post",
        title="电池问题" if bad else None,
        text=text,
        author_hash=hash_author("王小明" if bad else "李雷", AUTHOR_KEY),
        author_masked="王**",
        published_at=at,
        collected_at=at + timedelta(seconds=20),
        rating=(0.0 if bad else 1.0) if source == "shop" else None,
        lang="en" if text.isascii() else "zh",
        parent_id=None,
        sentiment=Sentiment(
            "negative" if bad else "positive",
            -0.8 if bad else 0.7,
            0.9,
            (Reason((weak, weak + 2), -0.5),) if bad and weak >= 0 else (),
        ),
        engine="snownlp",
        engine_version="0.12.3",
        matches=(KeywordMatch("safety", ((hit, hit + 2),)),) if bad and hit >= 0 else (),
        subjects=(Subject(brand, "星河X5手机" if brand == "xinghe" else None),),
        likes=None if source == "shop" else number % 40,
        replies=None if source == "shop" else number % 3,
    )


def story(now: datetime) -> list[Mention]:
    """Two weeks of ordinary talk, then a crisis of the own brand that began four minutes before ``now``."""
    places = ("shop", "forum")
    found = [
        mention_of(
            number,
            now - timedelta(minutes=90 * number + 1),
            brand="xinghe" if number % 3 else "tianqiong",
            source=places[number % 2],
            bad=number % 11 == 0,
        )
        for number in range(1, 220)
    ]
    found += [
        mention_of(
            number,
            now - timedelta(seconds=100 * (number - 1000) + 5),
            brand="xinghe" if number % 4 else "tianqiong",
            source=places[number % 2],
            bad=number % 9 == 0,
        )
        for number in range(1000, 1036)
    ]
    found += [
        mention_of(number, now - timedelta(seconds=5 * (number - 2000) + 1), brand="xinghe", source="shop", bad=True)
        for number in range(2000, 2048)
    ]
    return found


def add_configuration(connection: Connection, now: datetime, text: str = CONFIG) -> int:
    digest = sha256(text.encode()).hexdigest()
    row = insert(config_version).values(hash=digest, text=text, author="test", note="", created_at=now)
    return int(connection.execute(row.returning(config_version.c.id)).scalar_one())


def add_alert(connection: Connection, now: datetime, quotes: list[int], version: int) -> int:
    """A firing alert with its history, one notification and one ticket."""
    key = {"rule_id": "spike", "fingerprint": "f" * 64}
    begun = now - timedelta(minutes=3)
    row = insert(alerts.alert).values(
        **key,
        episode=1,
        labels={"brand": "xinghe"},
        brand_id="xinghe",
        severity="major",
        state="firing",
        since=begun,
        fired_at=now - timedelta(minutes=2),
        n=60,
        k=48,
        expected=5.4,
        score=0.68,
        window_start=int((now - timedelta(minutes=10)).timestamp()),
        window_end=int(now.timestamp()),
        quotes=quotes,
        config_version_id=version,
        measure="negative_ratio",
    )
    alert_id = int(connection.execute(row.returning(alerts.alert.c.id)).scalar_one())
    for number, (old, new) in enumerate((("inactive", "pending"), ("pending", "firing"))):
        at = begun + timedelta(minutes=number)
        reason = f"condition true {number + 1} {'times in a row' if number else 'of 2 times'}"
        values = {"alert_id": alert_id, "from_state": old, "to_state": new, "at": at, "reason": reason}
        connection.execute(insert(alerts.alert_transition).values(**key, **values))
        connection.execute(
            insert(alerts.evaluation).values(
                **key,
                step_end=int(at.timestamp()),
                at=at,
                status="ok",
                active=True,
                n=60,
                k=40 + number,
                expected=5.4,
                score=0.6,
                threshold=0.11,
                window_seconds=600,
                config_version_id=version,
            )
        )
    connection.execute(
        insert(alerts.outbox).values(
            idempotency_key="spike/f/1/firing/console",
            alert_id=alert_id,
            channel="console",
            transition="firing",
            payload={},
            state="sent",
            attempts=1,
            created_at=now,
            due_at=now,
            sent_at=now,
        )
    )
    queue.open_for_alert(
        connection,
        alert_id,
        title="星河:60 条中 48 条负面,基线 9%",
        brand_id="xinghe",
        level="L1",
        timezone="Asia/Shanghai",
        now=now,
    )
    return alert_id


def add_runs(connection: Connection, now: datetime) -> None:
    """A source that works, one that is refused, one without a browser; one report."""
    outcomes: tuple[tuple[str, sources.Outcome, str], ...] = (
        ("shop", "done", ""),
        ("forum", "blocked", "too many requests (Retry-After: 60)"),
        ("microblog", "unavailable", MEND),
    )
    for source, outcome, reason in outcomes:
        run = sources.start_run(connection, source, "schedule", "test", now, timedelta(minutes=5))
        assert run is not None
        counts = STORED if outcome == "done" else {}
        sources.finish_run(connection, run.id, state=outcome, counts=counts, reason=reason, now=now)


def tell(engine: Engine, now: datetime, home: Path) -> int:
    """Writes the whole story; returns the alert's id."""
    with writing(engine) as connection:
        version = add_configuration(connection, now)
        stored = store_batch(connection, story(now), config_version_id=version, step_seconds=STEP, now=now)
        alert_id = add_alert(connection, now, list(stored.new_ids[-3:]), version)
        add_runs(connection, now)
        add_user(connection, "ada", PASSWORD, "admin", language="en", now=now)
        add_user(connection, "vic", PASSWORD, "viewer", language="en", now=now)
        values = {"week": "2026-W47", "format": "html", "language": "zh-CN", "created_at": now}
        connection.execute(insert(report_run).values(state="done", path="reports/2026-W47.html", **values))
    (home / "reports").mkdir(parents=True, exist_ok=True)
    (home / "reports" / "2026-W47.html").write_text("<!doctype html><title>周报</title><h1>周报</h1>", "utf-8")
    aggregate(engine, STEP)
    return alert_id


def services(engine: Engine, now: datetime, home: Path, *, demo: bool = False) -> Services:
    credentials = ("ada", PASSWORD) if demo else None
    return Services(engine, KINDS, lambda: now, home, demo=demo, demo_credentials=credentials, author_key=AUTHOR_KEY)
