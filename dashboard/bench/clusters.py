"""The clusters' part of ``tingfeng bench text``: speed, copies that are found and strangers that are left alone, beside
rensa's own deduplicator fed with what its guide feeds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from dashboard.bench.keywords import SEED, Figure, reviews, seconds
from dashboard.bench.redaction import LENGTH, figure
from monitor.duplicates.core import core_of
from monitor.duplicates.fingerprint import SHORTEST_ALIKE
from monitor.duplicates.index import ClusterIndex

RATE, COPIES, STRANGERS = 30_000.0, 0.95, 0.99
_BATCH = 256
_RIVAL = "rensa's deduplicator, characters"


def run(number: int = 20_000, rounds: int = 3) -> list[Figure]:
    """On so many reviews of the corpus, a tenth of which come again with a change."""
    random = Random(SEED)  # noqa: S311 - to be the same every time
    texts = [text[:LENGTH] for text in reviews()[:number]]
    firsts = first_of_their_kind(texts)
    originals = random.sample(firsts, min(len(firsts), max(1, number // 10)))
    copies = [changed(text, random) for text in originals]
    index = ClusterIndex()
    numbers = index.assign(originals)
    met = sum(one == other for one, other in zip(numbers, index.assign(copies), strict=True)) / len(copies)
    alone = len(set(ClusterIndex().assign(firsts))) / len(firsts)
    rate = len(texts) / seconds(lambda: assign(texts), rounds)
    beside = len(texts) / seconds(rival(texts), rounds)
    return [
        figure("clusters texts", rate, "/s", RATE, {_RIVAL: beside}),
        figure("clusters copies found", met, "", COPIES, {_RIVAL: rival_met(originals, copies)}),
        figure("clusters strangers left alone", alone, "", STRANGERS, {}),
    ]


def assign(texts: Sequence[str]) -> list[int]:
    index = ClusterIndex()
    return [found for start in range(0, len(texts), _BATCH) for found in index.assign(texts[start : start + _BATCH])]


def first_of_their_kind(texts: Sequence[str]) -> list[str]:
    """The texts long enough to be copies, each once."""
    cores = {core_of(text): text for text in texts}
    return [text for core, text in cores.items() if len(core) >= SHORTEST_ALIKE]


def changed(text: str, random: Random) -> str:
    """A copy as people make them: reposted, a word dropped, a sign added, a head or a tail."""
    place = random.randrange(max(1, len(text) - 4))
    return random.choice(
        (
            f"转发微博//@用户{random.randrange(999)}:{text}",
            f"支持//@a:{text}",
            text[:place] + text[place + 2 :],
            text.replace("，", " ") + "！！！",
            f"真的，{text}",
            f"{text} https://t.example/{random.randrange(9999)}",
        )
    )


def rival(texts: Sequence[str]) -> Callable[[], object]:
    from rensa import RMinHashDeduplicator

    def task() -> object:
        deduplicator = RMinHashDeduplicator(0.5, 64, True, 16)
        return deduplicator.add_pairs((str(place), list(text)) for place, text in enumerate(texts))

    return task


def rival_met(originals: Sequence[str], copies: Sequence[str]) -> float:
    from rensa import RMinHashDeduplicator

    deduplicator = RMinHashDeduplicator(0.5, 64, True, 16)
    deduplicator.add_pairs((str(place), list(text)) for place, text in enumerate(originals))
    kept = deduplicator.add_pairs((f"copy {place}", list(text)) for place, text in enumerate(copies))
    return sum(not new for new in kept) / max(1, len(copies))
