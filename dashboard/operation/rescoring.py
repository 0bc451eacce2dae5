"""Re-scores: what one would change, and carrying one out, in the worker when asked or in the foreground."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from dashboard.operation.importing import is_gone
from dashboard.operation.installation import Clock, Installation
from monitor.config.versions import Applied
from monitor.mention import Label
from monitor.pipeline import Pipeline
from monitor.store.database import reading, writing
from monitor.store.labels import corrections
from monitor.store.rescoring import Due, RescoreRun, Verdict, claim, due, finish, open_run, store_scores

log = structlog.get_logger()

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    external_id: str
    text: str
    before: Label
    after: Label


@dataclass(slots=True)
class SourceDiff:
    """``kept`` mentions have a person's label, which stays; ``changes`` counts (before, after)."""

    mentions: int = 0
    kept: int = 0
    changes: Counter[tuple[Label, Label]] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)


def engine_named(pipeline: Pipeline) -> tuple[str, str]:
    return pipeline.engine.name, pipeline.engine.version


def diff(installation: Installation, pipeline: Pipeline, source_id: str | None) -> dict[str, SourceDiff]:
    """What a re-score would change, by source; nothing is stored. In transactions of one batch, however many."""
    found: dict[str, SourceDiff] = defaultdict(SourceDiff)
    position = 0
    while True:
        with reading(installation.engine) as connection:
            batch = due(connection, source_id, engine_named(pipeline), position)
            labelled = corrections(connection, [(each.id, each.title, each.text) for each in batch])
        if not batch:
            return dict(sorted(found.items()))
        for each, verdict in read_anew(pipeline, batch):
            told, after = found[each.source_id], verdict.sentiment.label
            told.mentions += 1
            if each.id in labelled:
                told.kept += 1
            elif after != each.label:
                told.changes[each.label, after] += 1
                if len(told.samples) < SAMPLES:
                    told.samples.append(Sample(each.external_id, each.text, each.label, after))
        position = batch[-1].id


def read_anew(pipeline: Pipeline, batch: Sequence[Due]) -> list[tuple[Due, Verdict]]:
    """In the order of the batch."""
    by_source: dict[str, list[Due]] = defaultdict(list)
    for each in batch:
        by_source[each.source_id].append(each)
    verdicts: dict[int, Verdict] = {}
    for source, items in by_source.items():
        for each, said in zip(items, pipeline.reread(source, items), strict=True):
            verdicts[each.id] = Verdict(said.sentiment, said.aspects, said.feedback)
    return [(each, verdicts[each.id]) for each in batch]


def rescore_one(
    installation: Installation, applied: Applied, pipeline: Callable[[], Pipeline], owner: str, clock: Clock
) -> RescoreRun | None:
    """The next batch of the open re-score, or its end; ``None`` where there is nothing to do here. Killed anywhere, it
    goes on from its last stored batch."""
    with reading(installation.engine) as connection:
        waiting = open_run(connection)
    if waiting is None:
        return None
    built = pipeline()
    engine = engine_named(built)
    held = waiting.lease_owner
    gone = held if held is not None and is_gone(held, owner) else None
    with writing(installation.engine) as connection:
        run = claim(connection, waiting.id, owner, engine, clock(), gone)
    if run is None:
        return None
    with reading(installation.engine) as connection:
        batch = due(connection, run.source_id, engine, run.position)
    if not batch:
        with writing(installation.engine) as connection:
            finish(connection, run, int(applied.config.settings.step.total_seconds()), clock())
        log.info("re-score done", run=run.id, scored=run.scored, changed=run.changed)
        return run
    # Scoring comes before the transaction, which holds SQLite's only write lock.
    scored = read_anew(built, batch)
    with writing(installation.engine) as connection:
        if not store_scores(connection, run, owner, scored, clock()):
            log.warning("re-score batch lost", run=run.id, reason="another process went on with it")
    return run
