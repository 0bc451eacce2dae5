"""Learning from the labels of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from monitor.scoring import Wording, channel_of, read_text, score_wordings
from monitor.sentiment.adaptation.fitting import Example, NothingLearnedError, learn
from monitor.sentiment.adaptation.weights import Adaptation, Correction
from monitor.sentiment.engine import SentimentEngine
from monitor.store.labels import Labelled, labelled


def learn_from_labels(connection: Connection, base: SentimentEngine, now: datetime) -> Adaptation:
    """Corrections from every label in force: for each source that gave enough, and for other sources of a channel where
    several did. Sources that teach nothing are in ``refused`` with the reason."""
    by_source: dict[str, list[Labelled]] = defaultdict(list)
    for each in labelled(connection):
        by_source[each.source_id].append(each)
    examples: dict[str, list[Example]] = defaultdict(list)
    for source, found in sorted(by_source.items()):
        items: list[Wording] = [*found]
        for each, verdict in zip(found, score_wordings(base, items, source), strict=True):
            example = Example(read_text(each), verdict.score, verdict.label, each.correction.label, source)
            examples[source].append(example)
            examples[f"*{channel_of(each.kind)}"].append(example)
    corrections: dict[str, Correction] = {}
    refused: dict[str, str] = {}
    for key, given in sorted(examples.items()):
        shared = key.startswith("*")
        if shared and len({each.group for each in given}) < 2:
            continue
        try:
            corrections[key] = learn(given, by_group=shared)
        except NothingLearnedError as error:
            refused[key] = str(error)
    return Adaptation(base.name, base.version, now.isoformat(), corrections, refused)


def told(adaptation: Adaptation) -> Mapping[str, object]:
    """What was learned, as commands say it."""
    return {
        "engine": adaptation.engine,
        "engine_version": adaptation.engine_version,
        "learned": {
            key: {
                "labels": each.proof.n,
                "accuracy_before": each.proof.before,
                "accuracy_after": each.proof.after,
                "made_right": each.proof.gained,
                "made_wrong": each.proof.lost,
                "neutral_band": each.neutral_band,
                "ngrams": len(each.ngrams),
            }
            for key, each in adaptation.corrections.items()
        },
        "refused": dict(adaptation.refused),
    }
