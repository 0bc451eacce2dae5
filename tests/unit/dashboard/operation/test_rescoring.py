"""A re-score: told before, in batches, resumed where it stopped, labels of people kept, figures moved, nobody paged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from alerts.evaluation import evaluate_closed_steps
from alerts.tables import alert, outbox
from dashboard.operation.rescoring import diff, rescore_one
from dashboard.operation.worker import Pipelines
from monitor.mention import Channel, Sentiment
from monitor.pipeline import Pipeline
from monitor.store.database import reading, writing
from monitor.store.labels import give_label
from monitor.store.reading import by_ids
from monitor.store.rescoring import BATCH, LEASE, ask, open_run, read_run
from monitor.store.rollups import aggregate, mark_range
from monitor.store.tables import mention, rollup, touched_step
from tests.unit.dashboard.operation.place import KEYWORDS, Clock, apply, installation_of, pipelines
from tests.unit.monitor.store.samples import HOUR, sample, store

NUMBER = BATCH + 20
RULES = "rules:\n  - {id: spike, measure: negative_ratio, detector: scan, by: [brand, source], params: {warm_up: 1d}}\n"


class Grim:
    """Whatever is said is bad, and critical words are said all the time."""

    name = "grim"
    version = "1"

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        return [Sentiment("negative", -0.9, 0.95) for _ in texts]


def grim() -> Pipelines:
    return Pipelines(b"k", Grim())


def negatives(engine: Engine) -> int:
    aggregate(engine, HOUR)
    with reading(engine) as connection:
        return int(connection.scalar(select(func.sum(rollup.c.negative)).where(rollup.c.brand_id == "*")) or 0)


def test_told_done_resumed_and_silent(database: Engine, tmp_path: Path, now: datetime) -> None:
    here, clock = installation_of(database, tmp_path), Clock(now)
    applied = apply(here, now)
    hours = [now - timedelta(hours=2 + number % 60) for number in range(NUMBER)]
    good = Sentiment("positive", 0.9, 0.95)
    with writing(database) as connection:
        items = [
            sample(str(place), text="电池发烫", published_at=at, sentiment=good, engine="old")
            for place, at in enumerate(hours)
        ]
        store(connection, items, applied.version_id, now)
        give_label(connection, 1, "neutral", by="ada", now=now, step_seconds=HOUR)
    assert negatives(database) == 0
    pipeline: Pipeline = grim().of(applied)

    (told,) = diff(here, pipeline, None).values()
    assert (told.mentions, told.kept, dict(told.changes)) == (NUMBER, 1, {("positive", "negative"): NUMBER - 1})
    assert len(told.samples) == 5
    with writing(database) as connection:
        run = ask(connection, None, "ada", now)
        assert ask(connection, "shop", "bo", now).id == run.id  # one at a time
    assert negatives(database) == 0

    first = rescore_one(here, applied, lambda: pipeline, "one", clock)
    assert first is not None
    assert rescore_one(here, applied, lambda: pipeline, "two", clock) is None  # the other one has it
    assert negatives(database) == 0  # figures move when all is through
    clock.move(LEASE + timedelta(seconds=1))  # and was killed
    while rescore_one(here, applied, lambda: pipeline, "two", clock) is not None:
        pass
    with reading(database) as connection:
        done = read_run(connection, run.id)
        assert (done.state, done.scored, done.changed) == ("done", NUMBER, NUMBER - 1)
        assert connection.scalar(select(func.count()).where(mention.c.engine != "grim")) == 0
        (labelled,) = by_ids(connection, [1])
        assert len(connection.execute(select(touched_step)).all()) == 60
    assert (labelled.label, labelled.score) == ("neutral", -0.9)
    assert labelled.correction is not None
    assert labelled.correction.engine_label == "negative"
    assert negatives(database) == NUMBER - 1


def test_an_engine_that_changed_on_the_way_begins_anew(sqlite_database: Engine, tmp_path: Path, now: datetime) -> None:
    here, clock = installation_of(sqlite_database, tmp_path), Clock(now)
    applied = apply(here, now)
    with writing(sqlite_database) as connection:
        store(connection, [sample("a", published_at=None), sample("b")], applied.version_id, now)
        ask(connection, None, "ada", now)
    rescore_one(here, applied, lambda: grim().of(applied), "one", clock)
    other = pipelines().of(applied)
    while rescore_one(here, applied, lambda: other, "one", clock) is not None:
        pass
    with reading(sqlite_database) as connection:
        assert set(connection.scalars(select(mention.c.engine))) == {"telling"}
        assert open_run(connection) is None


class Stern(Grim):
    """Takes four in ten for bad where the engine before took one."""

    name = "stern"

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        return [BAD if text[-1] in "0123" else GOOD for text in texts]


BAD, GOOD = Sentiment("negative", -0.9, 0.95), Sentiment("positive", 0.9, 0.95)
HOURS = 120


@pytest.mark.parametrize("whole", [True, False])
def test_a_stricter_engine_pages_nobody_once_it_is_through(
    sqlite_database: Engine, tmp_path: Path, now: datetime, whole: bool
) -> None:
    """The other half shows what would become of figures that move while the re-score is on its way."""
    here, clock = installation_of(sqlite_database, tmp_path), Clock(now)
    applied = apply(here, now, KEYWORDS + RULES)
    places = [(hour, kind) for kind in range(10) for hour in range(HOURS)]
    items = [
        sample(
            f"{hour}-{kind}",
            text=f"一般{kind}",
            published_at=now - timedelta(hours=2 + hour),
            sentiment=BAD if kind == 0 else GOOD,
        )
        for hour, kind in places
    ]
    with writing(sqlite_database) as connection:
        store(connection, items, applied.version_id, now)
        ask(connection, None, "ada", now)
    aggregate(sqlite_database, HOUR)
    evaluate_closed_steps(sqlite_database, applied, here.channels, now)
    if whole:
        pipeline = Pipelines(b"k", Stern()).of(applied)
        while rescore_one(here, applied, lambda: pipeline, "one", clock) is not None:
            pass
    else:
        recent = int((now - timedelta(hours=30)).timestamp())
        with writing(sqlite_database) as connection:
            half_way = (mention.c.timeline_epoch >= recent, mention.c.text.in_([f"一般{kind}" for kind in range(4)]))
            connection.execute(update(mention).where(*half_way).values(negative=True))
            mark_range(connection, HOUR, recent, int(now.timestamp()))
    aggregate(sqlite_database, HOUR)
    for _ in range(3):
        evaluate_closed_steps(sqlite_database, applied, here.channels, clock.move(timedelta(hours=1)))
    with reading(sqlite_database) as connection:
        for table in (alert, outbox):
            assert (connection.execute(select(table)).first() is None) == whole, table.name
