"""The sentiment part of ``tingfeng bench text``: accuracy, calibration and speed of the default engine, beside SnowNLP,
pysenti and jionlp on the same texts in the same run.

Accuracy needs labelled sets, which the product does not ship: ``test_<set>.csv.gz`` files (text, label neg/neu/pos) in
a folder. Speed is measured on slices of their texts, or of SnowNLP's corpus where there are none, by processor time.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Final

from dashboard.bench.keywords import Figure, reviews
from dashboard.bench.verdicts import Scores, accuracy, calibration_error, macro_f1, negative_recall
from monitor.mention import Channel
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import load_engine

SHARED: Final = "TINGFENG_SHARED"
SEED: Final = 20261123
BATCH: Final = 256
#: What the product promises.
MEAN_ACCURACY, RECALL, MACRO_F1, ECE = 0.785, 0.75, 0.62, 0.07
SINGLE, BATCHED, TIMES, TIMES_WITH_REASONS = 8_000.0, 30_000.0, 200.0, 100.0
#: Sets of reviews; the others are posts.
REVIEWS: Final = frozenset({"waimai", "shop10", "hotel_htl", "chnsenticorp"})
#: Sets where one text praises and blames several parts: nothing is promised of three labels there.
FORUMS: Final = frozenset({"bdci_car"})
#: The command is measured over this many texts, so that its start counts as little as in a real run.
COMMAND_TEXTS: Final = 40_000

Rival = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """``labels`` are −1, 0 or 1."""

    name: str
    channel: Channel
    texts: tuple[str, ...]
    labels: tuple[int, ...]


def labelled(folder: Path | None) -> list[LabelledSet]:
    """The sets of a folder; those of TINGFENG_SHARED where none is named, none at all where that is not set either."""
    if folder is None:
        shared = os.environ.get(SHARED)
        folder = Path(shared) / "data" / "sentiment" if shared else None
    if folder is None:
        return []
    return [_read(path) for path in sorted(folder.glob("test_*.csv.gz"))]


def _read(path: Path) -> LabelledSet:
    name = path.name.removeprefix("test_").removesuffix(".csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = [(row["text"], {"neg": -1, "neu": 0, "pos": 1}[row["label"]]) for row in csv.DictReader(stream)]
    texts, labels = zip(*rows, strict=True)
    return LabelledSet(name, "review" if name in REVIEWS else "social", texts, labels)


def rivals() -> dict[str, Rival]:
    """Name → score of a text, of which the sign is the polarity. Those that are not installed are left out."""
    found: dict[str, Rival] = {}
    if find_spec("snownlp"):
        from snownlp import sentiment

        found["snownlp"] = lambda text: float(sentiment.classify(text)) - 0.5
    if find_spec("pysenti"):
        import pysenti

        found["pysenti"] = lambda text: float(pysenti.classify(text)["score"])
    if find_spec("jionlp"):
        import jionlp

        lexicon = jionlp.sentiment.LexiconSentiment()
        found["jionlp"] = lambda text: float(lexicon(text)) - 0.5
    return found


def run(folder: Path | None, rival_texts: int, rounds: int) -> list[Figure]:
    """All figures. Rivals answer at most ``rival_texts`` texts of each set: SnowNLP reads about a hundred a second."""
    sets = labelled(folder)
    beside = rivals() if rival_texts else {}
    engine = load_engine(with_reasons=False)
    return [*_accuracies(sets, engine, beside, rival_texts), *_speeds(sets, engine, beside, rival_texts, rounds)]


def _accuracies(
    sets: Sequence[LabelledSet], engine: SentimentEngine, beside: Mapping[str, Rival], rival_texts: int
) -> list[Figure]:
    figures: list[Figure] = []
    means: dict[str, list[float]] = {name: [] for name in ("", *beside)}
    for each in sets:
        verdicts = engine.score(each.texts, each.channel)
        ours = Scores(each.labels, tuple(verdict.score for verdict in verdicts))
        theirs = {name: _rival_accuracy(each, rival, rival_texts) for name, rival in beside.items()}
        value = accuracy(ours)
        for name, found in {"": value, **theirs}.items():
            means[name].append(found)
        figures.append(_figure(f"accuracy {each.name}", value, "", 0.0, theirs))
        figures.append(_figure(f"recall of negatives {each.name}", negative_recall(ours), "", RECALL, {}))
        figures.append(_figure(f"calibration error {each.name}", calibration_error(ours), "", ECE, {}, most=True))
        if 0 in each.labels:
            told = [{"negative": -1, "neutral": 0, "positive": 1}[verdict.label] for verdict in verdicts]
            must = 0.0 if each.name in FORUMS else MACRO_F1
            figures.append(_figure(f"macro-F1 of three labels {each.name}", macro_f1(each.labels, told), "", must, {}))
    if sets:
        mean = {name: sum(values) / len(values) for name, values in means.items()}
        figures.append(_figure("mean accuracy", mean.pop(""), "", MEAN_ACCURACY, mean))
    return figures


def _rival_accuracy(each: LabelledSet, rival: Rival, texts: int) -> float:
    chosen = Random(SEED).sample(range(len(each.texts)), min(texts, len(each.texts)))  # noqa: S311 - the same each time
    return accuracy(Scores([each.labels[place] for place in chosen], [rival(each.texts[place]) for place in chosen]))


def slices(sets: Sequence[LabelledSet], number: int) -> list[str]:
    """Distinct texts of 20 to 100 characters, 60 on average, cut from the sets or from SnowNLP's corpus."""
    random = Random(SEED)  # noqa: S311 - the same each time
    whole = "".join(text for each in sets for text in each.texts) or "".join(reviews())
    found: dict[str, None] = {}
    while len(found) < number:
        length = random.randint(20, 100)
        start = random.randrange(len(whole) - length)
        found[whole[start : start + length]] = None
    return list(found)


def _speeds(
    sets: Sequence[LabelledSet], engine: SentimentEngine, beside: Mapping[str, Rival], rival_texts: int, rounds: int
) -> list[Figure]:
    texts = slices(sets, COMMAND_TEXTS)
    some = texts[: 32 * BATCH]
    few = texts[: max(1, rival_texts)]
    theirs = {name: _rate(partial(_each, rival, few), len(few), 1) for name, rival in beside.items()}
    single = _rate(partial(_batches, engine, some[:2_000], 1), 2_000, rounds)
    whole = _rate(partial(_batches, engine, some, BATCH), len(some), rounds)
    figures = [
        _figure("texts one by one", single, "/s", SINGLE, theirs),
        _figure(f"texts in batches of {BATCH}", whole, "/s", BATCHED, {}),
    ]
    for name, options, times in (
        ("command score --no-reasons", ["--no-reasons"], TIMES),
        ("command score", [], TIMES_WITH_REASONS),
    ):
        rate = max(_command(texts, options) for _ in range(rounds))
        figures.append(_figure(name, rate, "/s", 0.0, {}))
        if "snownlp" in theirs:
            figures.append(_figure(f"{name}, times SnowNLP", rate / theirs["snownlp"], "×", times, {}))
    return figures


def _each(rival: Rival, texts: Sequence[str]) -> None:
    for text in texts:
        rival(text)


def _batches(engine: SentimentEngine, texts: Sequence[str], size: int) -> None:
    for at in range(0, len(texts), size):
        engine.score(texts[at : at + size], "review")


def _rate(work: Callable[[], object], texts: int, rounds: int) -> float:
    """Texts a second of this process's processor time, best of the rounds."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return texts / best


def _command(texts: Sequence[str], options: Sequence[str]) -> float:
    """Texts a second of the whole command, its start and its JSON included."""
    lines = "".join(json.dumps({"id": place, "text": text}) + "\n" for place, text in enumerate(texts)).encode()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "dashboard.cli.app", "score", *options]
    subprocess.run(command, input=lines, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return len(texts) / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _figure(
    name: str, value: float, unit: str, must: float, rivals: Mapping[str, float], *, most: bool = False
) -> Figure:
    places = 1 if unit else 4
    met = value <= must if most else value >= must
    return Figure(
        name, round(value, places), unit, must, met, {each: round(found, places) for each, found in rivals.items()}
    )
