"""The lexicon that is shipped: our own words, those of jionlp's list, and what the review corpus says of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind
from numpy.typing import NDArray

from monitor.sentiment.default.codes import Codes, encode, fold_text, text_of
from monitor.sentiment.default.lexicon import Entries, Role
from monitor.sentiment.default.weights import VALUE_STEP
from monitor.sentiment.training import words
from monitor.sentiment.training.corpora import Sample, jionlp_words

#: What a word of jionlp's list weighs: the list tells a polarity but no strength.
LISTED = 1.0
LONGEST_LISTED = 6
MOST_VALUE = 127 * VALUE_STEP

#: Our own lists, and how much of a value holds for reviews and for social text. Where it is all of it, ours overrules
#: the value that the word had; a smaller share is for words that have none.
OWN: tuple[tuple[str, tuple[float, float]], ...] = (
    ("common.txt", (1, 1)),
    ("review.txt", (1, 0.7)),
    ("social.txt", (0.4, 1)),
    ("emoji.txt", (1, 1)),
    ("english.txt", (1, 1)),
    ("function.txt", (0.2, 1)),
)

#: The corpus counts as much as the value before it once it holds a word this many times.
LISTED_STRENGTH, OWN_STRENGTH = 20, 60
#: A value from the corpus is no larger; how much of it holds on social text, which the corpus does not have.
MOST_OBSERVED = 2.5
SOCIAL_SHARE = 0.5
_CHUNK = 1_000


def vocabulary(table: Codes, samples: Sequence[Sample]) -> Entries:
    """All entries, folded, in code point order. Of jionlp's words those go that are long and that the corpus, which is
    as colloquial as what will be scored, never holds: half of the list, and no set is read worse without them."""
    values = {word: (value, value) for word, value in _listed(table).items()}
    ours: set[str] = set()
    for name, shares in OWN:
        for word, value in words.polarities(name).items():
            folded = fold_text(word, table)
            before = values.get(folded, (0.0, 0.0))
            now = [value * share if share == 1 or not old else old for share, old in zip(shares, before, strict=True)]
            values[folded] = (now[0], now[1])
            ours.add(folded)
    roles = {fold_text(face, table): Role.FACE for face in words.polarities("emoji.txt")}
    for word, (role, factor) in words.rules().items():
        folded = fold_text(word, table)
        roles[folded] = role
        values[folded] = (factor, factor) if role is Role.DEGREE else values.get(folded, (0.0, 0.0))
    ordered = sorted(values)
    numbers = np.array([values[word] for word in ordered]).T
    kinds = np.array([roles.get(word, Role.WORD) for word in ordered], dtype=np.uint8)
    own = np.array([word in ours for word in ordered])
    positive, negative = _counts(ordered, table, samples)
    vetted = _vetted(numbers, own, kinds == Role.WORD, positive, negative)
    short = np.array([len(word) <= 2 for word in ordered])
    kept = own | (kinds != Role.WORD) | short | (positive + negative > 0)
    return Entries(
        tuple(word for word, stays in zip(ordered, kept.tolist(), strict=True) if stays),
        np.clip(vetted[:, kept], -MOST_VALUE, MOST_VALUE).astype(np.float32),
        kinds[kept],
    )


def _listed(table: Codes) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, value in jionlp_words().items():
        folded = fold_text(word, table)
        if 2 <= len(folded) <= LONGEST_LISTED:
            found[folded] = LISTED if value > 0 else -LISTED
    return found


def _counts(
    ordered: Sequence[str], table: Codes, samples: Sequence[Sample]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each word how many positive and negative texts of the corpus hold it."""
    automaton = AhoCorasick(list(ordered), matchkind=MatchKind.LeftmostLongest, store_patterns=False)
    positive, negative = np.zeros(len(ordered)), np.zeros(len(ordered))
    for first in range(0, len(samples), _CHUNK):
        chunk = samples[first : first + _CHUNK]
        batch = encode([sample.text for sample in chunk], table)
        flat = np.fromiter(chain.from_iterable(automaton.find_matches_as_indexes(text_of(batch.codes))), np.intp)
        documents = np.searchsorted(batch.ends, flat[1::3], side="right")
        pairs = np.unique(documents * len(ordered) + flat[0::3])
        praised = np.array([sample.positive > 0.5 for sample in chunk])[pairs // len(ordered)]
        positive += np.bincount(pairs[praised] % len(ordered), minlength=len(ordered))
        negative += np.bincount(pairs[~praised] % len(ordered), minlength=len(ordered))
    return positive, negative


def _vetted(
    values: NDArray[np.float64],
    own: NDArray[np.bool_],
    words_only: NDArray[np.bool_],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The values drawn towards the log-odds that the corpus shows, the more the oftener it holds the word."""
    seen = positive + negative
    observed = np.log((positive + 0.5) / (negative + 0.5)) - np.log(positive.sum() / negative.sum())
    observed = np.clip(observed, -MOST_OBSERVED, MOST_OBSERVED)
    strength = np.where(own, OWN_STRENGTH, LISTED_STRENGTH)
    drawn = (values * strength + observed * seen) / (strength + seen)
    drawn[1] = np.where(own, values[1], (1 - SOCIAL_SHARE) * values[1] + SOCIAL_SHARE * drawn[1])
    return np.where(words_only, drawn, values)
