"""What is new in what people say: phrases of this week against the weeks before, by log-odds with an informative
Dirichlet prior (B. Monroe, M. Colaresi and K. Quinn, "Fightin' Words", Political Analysis 16, 2008). Pure.

A phrase is counted once a text, so that one long rant does not make a topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from monitor.aspects.opinions import spelled

#: Han phrases of two to six characters, Latin ones of one to three words.
SHORTEST, LONGEST, MOST_WORDS = 2, 6, 3
#: In fewer texts of the week nothing is a topic.
FEWEST = 3
#: Weight of the prior, as a share of all that is counted. On a fortnight of 3,000 complaints with 24 planted ones a
#: fifth told the planted phrases best and nothing else; with less a phrase that is new never becomes sure.
PRIOR = 0.2
#: z of the log-odds ratio from which growth is told: one phrase in two hundred by chance.
LEAST_Z = 2.58
#: A phrase that hardly ever stands without a longer one round it is a piece of that one.
PIECE = 0.9

_RUN = re.compile(r"[\u4e00-\u9fa5]+|[a-z0-9]+(?:['-][a-z0-9]+)*(?: [a-z0-9]+(?:['-][a-z0-9]+)*)*")
#: Where a phrase does not begin or end.
_EDGE = frozenset(
    "的了是我你他她它们这那就也都还和与在有不很太又被把让给到去来说要会能可以吗呢啊吧呀么个着过得地之其而但因所为对从向"
)
_STOP = frozenset(
    (
        "the", "a", "an", "and", "or", "but", "of", "to", "in", "on", "at", "for", "with", "is", "are", "was", "were",
        "be", "been", "it", "this", "that", "i", "you", "he", "she", "we", "they", "my", "your", "its", "not", "no",
        "so", "very", "just", "have", "has", "had", "do", "does", "did", "will", "would", "can", "could", "as", "if",
        "when", "from",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """``now`` and ``before`` are texts that hold the phrase, ``z`` how sure its growth is, ``growth`` the ratio of its
    shares (smoothed by the prior). ``texts`` are the places, in what was given, of the first that hold it."""

    phrase: str
    now: int
    before: int
    growth: float
    z: float
    texts: tuple[int, ...]


def rising(now: Sequence[str], before: Sequence[str], most: int = 20) -> list[Topic]:
    """The phrases that stand in more of ``now`` than ``before`` lets expect, the surest first. Of phrases that stand in
    the same texts only the longest is told (充电发烫, not 电发烫 too)."""
    places: dict[str, list[int]] = {}
    for place, text in enumerate(now):
        for phrase in phrases(text):
            places.setdefault(phrase, []).append(place)
    candidates = whole({phrase: len(held) for phrase, held in places.items() if len(held) >= FEWEST})
    earlier = Counter(phrase for text in before for phrase in phrases(text) if phrase in candidates)
    total_now, total_before = sum(map(len, places.values())), _total(before)
    share = PRIOR * (total_now + total_before)
    found = []
    for phrase in candidates:
        count, past = len(places[phrase]), earlier[phrase]
        z, ratio = log_odds(count, total_now, past, total_before, PRIOR * (count + past), share)
        if z >= LEAST_Z:
            found.append(Topic(phrase, count, past, round(ratio, 2), round(z, 2), tuple(places[phrase][:5])))
    return _apart(sorted(found, key=lambda topic: (-topic.z, -len(topic.phrase), topic.phrase)), places)[:most]


def whole(counts: Mapping[str, int]) -> set[str]:
    """The phrases that are no piece of a longer one."""
    pieces: set[str] = set()
    for phrase, count in counts.items():
        words = phrase.split(" ") if " " in phrase else phrase
        for part in (words[1:], words[:-1]):
            piece = part if isinstance(part, str) else " ".join(part)
            if counts.get(piece, 0) * PIECE <= count:
                pieces.add(piece)
    return counts.keys() - pieces


def log_odds(k: int, n: int, k_before: int, n_before: int, prior: float, prior_total: float) -> tuple[float, float]:
    """z of the difference of the two log-odds (equations 15, 16 and 20 of the paper), and the odds ratio."""
    one = (k + prior) / (n + prior_total - k - prior)
    other = (k_before + prior) / (n_before + prior_total - k_before - prior)
    delta = log(one) - log(other)
    return delta / sqrt(1 / (k + prior) + 1 / (k_before + prior)), one / other


def phrases(text: str) -> set[str]:
    found: set[str] = set()
    for run in _RUN.findall(spelled(text)):
        if run[0].isascii():
            found.update(_latin(run.split(" ")))
        else:
            found.update(_han(run))
    return found


def _han(run: str) -> Iterable[str]:
    for start in range(len(run)):
        if run[start] in _EDGE:
            continue
        for end in range(start + SHORTEST, min(len(run), start + LONGEST) + 1):
            if run[end - 1] not in _EDGE:
                yield run[start:end]


def _latin(words: Sequence[str]) -> Iterable[str]:
    for start in range(len(words)):
        if words[start] in _STOP:
            continue
        for end in range(start + 1, min(len(words), start + MOST_WORDS) + 1):
            phrase = " ".join(words[start:end])
            if words[end - 1] not in _STOP and len(phrase) > 2 and not phrase.isdigit():
                yield phrase


def _total(texts: Iterable[str]) -> int:
    return sum(len(phrases(text)) for text in texts)


def _apart(found: Sequence[Topic], places: dict[str, list[int]]) -> list[Topic]:
    """Without phrases that lie in, or round, a surer one and stand in most of its texts."""
    kept: list[Topic] = []
    for topic in found:
        held = set(places[topic.phrase])
        near = [
            index
            for index, other in enumerate(kept)
            if (topic.phrase in other.phrase or other.phrase in topic.phrase or _overlap(topic.phrase, other.phrase))
            and len(held & set(places[other.phrase])) >= 0.7 * min(len(held), other.now)
        ]
        if not near:
            kept.append(topic)
        elif len(topic.phrase) > len(kept[near[0]].phrase) and topic.now >= 0.7 * kept[near[0]].now:
            kept[near[0]] = topic
    return list({topic.phrase: topic for topic in kept}.values())


def _overlap(one: str, other: str) -> bool:
    """Whether the end of one is the beginning of the other: 客服推 and 服推脱."""
    sizes = range(2, min(len(one), len(other)))
    return any(one[-size:] == other[:size] or other[-size:] == one[:size] for size in sizes)
