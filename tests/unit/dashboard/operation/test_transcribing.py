"""From a slip to a mention: typed in, stored under what keywords.yaml says of its source, at the time it was received;
and the round that tells of what is overdue."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from alerts.tables import outbox
from dashboard.operation.installation import Installation
from dashboard.operation.jobs import Jobs
from dashboard.operation.transcribing import Draft, transcribe
from dashboard.operation.worker import Worker
from monitor.inbox.sealing import inbox_key
from monitor.mention import Rejection
from monitor.outlets.keeping import Received, register
from monitor.outlets.reading import Item, waiting
from monitor.outlets.source import TranscriptsSource
from monitor.store.database import reading, writing
from monitor.store.tables import answer, mention, mention_subject
from tests.unit.dashboard.operation.place import KEY, KEYWORDS, Clock, apply, pipelines

WITH_OUTLETS = KEYWORDS.replace(
    "routes:",
    """\
  - id: counter
    kind: transcripts
    channel: counter
    product: 星河X5
    brand: xinghe
    outlets: [{id: nanjing, name: 南京路店}]
routes:""",
)
ZONE = "Asia/Shanghai"
SEALED = inbox_key(KEY["TINGFENG_AUTHOR_KEY"].encode())


def received(here: Installation, source: TranscriptsSource, clock: Clock) -> Item:
    what = Received(source.id, "nanjing", "slip", clock.now, clock.now + source.transcribe_within, "a" * 32)
    with writing(here.engine) as connection:
        register(connection, what, "nanjing-20261123-", "li", clock.now)
        return waiting(connection, source.id)[0]


def test_a_slip_becomes_a_mention_of_the_moment_it_was_received(installation: Installation, clock: Clock) -> None:
    source = apply(installation, clock.now, WITH_OUTLETS).config.source("counter")
    assert isinstance(source, TranscriptsSource)
    item, begun = received(installation, source, clock), clock.now
    clock.move(timedelta(hours=9))
    nothing = transcribe(
        installation.engine, source, ZONE, item, Draft("​"), SEALED, "li", clock.now, lambda _connection: None
    )
    assert isinstance(nothing, Rejection)
    draft = Draft("坏 电池发烫，打我电话 13812345678", rating="1", answers={"wish": "refund"})
    assert (
        transcribe(installation.engine, source, ZONE, item, draft, SEALED, "li", clock.now, lambda _connection: None)
        is None
    )
    assert Worker(installation, clock, owner="one", pipelines=pipelines()).drain_one()
    with reading(installation.engine) as connection:
        row = connection.execute(select(mention)).one()
        subject = connection.execute(select(mention_subject)).one()
        said = {each.question: each.value for each in connection.execute(select(answer))}
        assert waiting(connection, "counter") == []
    assert (row.source_id, row.external_id, row.kind) == ("counter", "nanjing-20261123-01", "review")
    assert (row.published_at, row.collected_at, row.rating) == (begun, clock.now, 0.0)
    assert said == {"medium": "slip", "outlet": "南京路店", "wish": "refund"}
    assert row.text == "坏 电池发烫，打我电话 138****5678"
    assert (subject.brand_id, subject.product) == ("xinghe", "星河X5")


def test_the_round_takes_over_the_outlets_and_tells_what_is_overdue(installation: Installation, clock: Clock) -> None:
    source = apply(installation, clock.now, WITH_OUTLETS).config.source("counter")
    assert isinstance(source, TranscriptsSource)
    jobs = Jobs(installation)
    assert jobs.watch_outlets(clock.now) == []
    received(installation, source, clock)
    assert jobs.watch_outlets(clock.move(timedelta(hours=24))) == []
    assert jobs.watch_outlets(clock.move(timedelta(minutes=1))) == [
        ("counter", "transcription-overdue", "firing"),
        ("counter", "box-unconfirmed", "firing"),
    ]
    assert jobs.watch_outlets(clock.move(timedelta(minutes=1))) == []
    with reading(installation.engine) as connection:
        assert len(connection.execute(select(outbox)).all()) == 2
