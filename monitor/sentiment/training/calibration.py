"""How the sums become probabilities: fitted on texts that the n-grams were not trained on.

Reviews: each of the corpus's domains is scored by n-grams that were trained on the others, as a new domain will be.
Social text: the clauses written for this project, which no weight is trained on, alone and among neutral ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.sentiment.training import words
from monitor.sentiment.training.corpora import Sample
from monitor.sentiment.training.exact import Floats, grained, sigmoid

#: What a review is about, by the words that only its kind has; a line that has none of them counts as the last.
_DOMAINS = (
    re.compile("酒店|房间|前台|入住|宾馆|早餐|客房|服务员|大堂|退房"),
    re.compile("书|作者|小说|读|内容|故事|翻译|当当"),
)
#: The share of texts whose reader would say otherwise than its writer: targets are drawn in by it.
DISSENT = 0.1
#: The share of negatives that social text is taken to have: who names a brand there complains oftener than praises.
NEGATIVE_SHARE = 0.6
_STEPS, _TINY = 60, 1e-9
BANDS = tuple(step / 20 for step in range(1, 11))


def domains(samples: Sequence[Sample]) -> list[int]:
    """The domain of each review: 0 hotels, 1 books, 2 the rest (notebook computers)."""
    return [
        next((number for number, named in enumerate(_DOMAINS) if named.search(sample.text)), len(_DOMAINS))
        for sample in samples
    ]


def posts() -> list[Sample]:
    """Short social posts: each clause alone, before and after a neutral one, and after another of its class."""
    found: list[Sample] = []
    clauses = words.sections("clauses_social.txt")
    neutral = clauses["neutral"]
    for name, positive in (("positive", 1 - DISSENT), ("negative", DISSENT)):
        own = clauses[name]
        for place, clause in enumerate(own):
            other = own[(place * 31 + 7) % len(own)]
            aside = neutral[(place * 17 + 3) % len(neutral)]
            shapes = (clause, f"{aside}，{clause}", f"{clause}，{aside}", f"{other}，{clause}")
            found += [Sample(shape, positive) for shape in shapes]
    return found


def shares(targets: Floats) -> Floats:
    """The importance of each text that gives the negative ones ``NEGATIVE_SHARE``."""
    negative = targets < 0.5
    share = int(negative.sum()) / len(targets)
    return np.where(negative, NEGATIVE_SHARE / share, (1 - NEGATIVE_SHARE) / (1 - share))


def clauses() -> tuple[list[str], NDArray[np.int8]]:
    """The clauses alone, with the neutral ones: −1, 0 or 1."""
    sections = words.sections("clauses_social.txt")
    named = (("negative", -1), ("neutral", 0), ("positive", 1))
    texts = [clause for name, _ in named for clause in sections[name]]
    return texts, np.array([label for name, label in named for _ in sections[name]], dtype=np.int8)


def fit_head(ngrams: Floats, lexicon: Floats, targets: Floats, importance: Floats) -> tuple[float, float, float]:
    """Scales of the two sums and the bias, by Newton's method on the log-loss: 3 numbers, exact sums."""
    features = np.stack([ngrams, lexicon, np.ones(len(ngrams))])
    scales = np.array([0.5, 0.5, 0.0])
    for _ in range(_STEPS):
        odds = features[0] * scales[0] + features[1] * scales[1] + scales[2]
        chance = sigmoid(odds)
        off = (chance - targets) * importance
        spread = chance * (1 - chance) * importance
        slope = [_total(each * off) for each in features]
        curve = [[_total(one * two * spread) for two in features] for one in features]
        change = _solved(curve, slope)
        scales = scales - change
        if max(abs(float(part)) for part in change) < _TINY:
            break
    return float(scales[0]), float(scales[1]), float(scales[2])


def best_band(ngrams: Floats, lexicon: Floats, head: tuple[float, float, float], labels: NDArray[np.int8]) -> float:
    """The neutral band with the best macro-F1 over texts that are negative (−1), neutral (0) or positive (1)."""
    scores = 2 * sigmoid(ngrams * head[0] + lexicon * head[1] + head[2]) - 1
    return max(BANDS, key=lambda band: _macro_f1(labels, np.where(np.abs(scores) < band, 0, np.sign(scores))))


def _macro_f1(labels: NDArray[np.int8], told: Floats) -> float:
    parts = []
    for label in (-1, 0, 1):
        both = int(((labels == label) & (told == label)).sum())
        parts.append(2 * both / (int((labels == label).sum()) + int((told == label).sum())))
    return sum(parts) / len(parts)


def _total(values: Floats) -> float:
    return float(np.cumsum(grained(values))[-1])


def _solved(matrix: list[list[float]], right: list[float]) -> Floats:
    """Cramer's rule: the same operations in the same order everywhere."""

    def determinant(m: list[list[float]]) -> float:
        return (
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        )

    whole = determinant(matrix)
    parts = []
    for column in range(3):
        replaced = [
            [right[row] if place == column else value for place, value in enumerate(values)]
            for row, values in enumerate(matrix)
        ]
        parts.append(determinant(replaced) / whole)
    return np.array(parts)
