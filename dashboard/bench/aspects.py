"""The aspects' part of ``tingfeng bench text``: F1 of (aspect, polarity) on sentences of ours and speed, beside what
shops do: the aspect's words, and one verdict for the whole text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dashboard.bench.aspect_sentences import sentences
from dashboard.bench.keywords import Figure, reviews, seconds
from dashboard.bench.redaction import LENGTH, figure
from monitor.aspects.lexicon import WORDS, Words
from monitor.aspects.opinions import AspectReader
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import load_engine

F1 = 0.74
_SIGNS = {"positive": "+", "negative": "-", "neutral": "0"}


def run(number: int = 20_000, rounds: int = 3) -> list[Figure]:
    engine, reader = load_engine(with_reasons=False), AspectReader({})
    written = list(sentences())
    texts = [text[:LENGTH] for text in reviews()[:number]]

    def ours(said: Sequence[str]) -> list[set[str]]:
        found = reader.read(said, engine)
        return [{each.name + _SIGNS[each.polarity] for each in of_text} for of_text in found]

    beside = {
        "our words, SnowNLP on the whole text": f1(written, whole(load_engine("snownlp", with_reasons=False))),
        "our words, our engine on the whole text": f1(written, whole(engine)),
    }
    rate = len(texts) / seconds(lambda: ours(texts), rounds)
    return [figure("aspects F1", f1(written, ours), "", F1, beside), figure("aspects texts", rate, "/s", 0, {})]


def whole(engine: SentimentEngine) -> Callable[[Sequence[str]], list[set[str]]]:
    def read(texts: Sequence[str]) -> list[set[str]]:
        verdicts = engine.score(texts, "review")
        return [
            {
                name + _SIGNS[verdict.label]
                for name, words in WORDS.items()
                if any(term in text for term in words.terms.split())
            }
            for text, verdict in zip(texts, verdicts, strict=True)
        ]

    return read


def named(text: str, words: Words) -> bool:
    return any(term in text for term in words.terms.split())


def f1(written: Iterable[tuple[str, frozenset[str]]], read: Callable[[Sequence[str]], list[set[str]]]) -> float:
    """Micro F1 over what is judged."""
    texts, wanted = zip(*written, strict=True)
    right = told = due = 0
    for found, want in zip(read(texts), wanted, strict=True):
        judged = {sign for sign in found if not sign.endswith("0")}
        right += len(judged & want)
        told += len(judged)
        due += len(want)
    return 2 * right / (told + due) if told + due else 0.0
