"""The lexicon prior: what the words of a text say, after negation, degree, contrast and questions.

One Aho–Corasick pass over the whole batch finds sentiment words and the words that change them (leftmost, longest);
the rules then work on the arrays of all matches at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from numpy.typing import NDArray

from monitor.sentiment.default.codes import SEPARATOR, Batch, text_of

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Role(IntEnum):
    """What an entry of the lexicon does; the numbers are stored."""

    WORD = 0
    NEGATION = 1
    DEGREE = 2
    CONTRAST = 3
    BREAK = 4
    QUESTION = 5


#: A negation or degree word acts on the next sentiment word within this many characters and the same clause.
REACH = 4
#: What is negated says the opposite, but less: "不好" is worse than "不难看" is good.
NEGATED_POSITIVE = -0.9
NEGATED_NEGATIVE = -0.5
#: Words before a turn ("但是") count less than those after it.
BEFORE_TURN, AFTER_TURN = 0.6, 1.3
#: Words of a clause that asks count less.
ASKED = 0.6


@dataclass(frozen=True, slots=True)
class Entries:
    """The lexicon as stored: ``words`` folded; ``values`` by channel and entry; ``roles`` as in :class:`Role`."""

    words: tuple[str, ...]
    values: NDArray[np.float32]
    roles: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Found:
    """All matches of a batch in its order: the text of each, its span in the batch's codes, its effect on the
    log-odds, and where the words begin that changed it (``origins``, at most ``starts``)."""

    documents: Places
    starts: Places
    ends: Places
    effects: Floats
    origins: Places


class Lexicon:
    """Built once; ``find`` is a pure function of the batch."""

    def __init__(self, entries: Entries) -> None:
        self._automaton = AhoCorasick(
            list(entries.words),
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )
        self._values = np.ascontiguousarray(entries.values, dtype=np.float64)
        self._roles = entries.roles

    def find(self, batch: Batch, channel: int) -> Found:
        """Every match with its effect on the log-odds: 0 for words that only change others."""
        matches = self._automaton.find_matches_as_indexes(text_of(batch.codes))
        if not matches:
            nothing = np.zeros(0, np.intp)
            return Found(nothing, nothing, nothing, np.zeros(0), nothing)
        flat = np.fromiter(chain.from_iterable(matches), np.intp, 3 * len(matches))
        entries, starts, ends = flat[0::3], flat[1::3], flat[2::3]
        documents = np.searchsorted(batch.ends, starts, side="right")
        values = self._values[channel][entries]
        roles = self._roles[entries]
        words = roles == Role.WORD
        effects = np.where(roles == Role.DEGREE, 0.0, values)
        origins = _negate_and_stretch(effects, values, roles, words, starts, ends)
        _turn(effects, roles, documents)
        _ask(effects, roles, documents)
        return Found(documents, starts, ends, effects, origins)


def _near(back: int, words: NDArray[np.bool_], starts: Places, ends: Places) -> Places:
    """The indices of the words whose ``back``-th match before them is within reach."""
    places = np.flatnonzero(words[back:]) + back
    return places[starts[places] - ends[places - back] <= REACH]


def _negate_and_stretch(
    effects: Floats,
    values: Floats,
    roles: NDArray[np.uint8],
    words: NDArray[np.bool_],
    starts: Places,
    ends: Places,
) -> Places:
    """``不 好``, ``很 好``, ``不 太 好``, ``很 不 好``: one or two modifying matches directly before a word. For degree
    words ``values`` holds the factor."""
    modifies = (roles == Role.NEGATION) | (roles == Role.DEGREE)
    if not modifies.any():
        return starts
    origins = starts.copy()
    for back in (1, 2):
        places = _near(back, words, starts, ends)
        places = places[modifies[places - back]]
        if back == 2:
            places = places[modifies[places - 1] & (starts[places] - ends[places - 1] <= REACH)]
        before = places - back
        negation = roles[before] == Role.NEGATION
        degree = ~negation
        effects[places[degree]] *= values[before[degree]]
        turned = places[negation]
        now = effects[turned]
        effects[turned] = now * np.where(now > 0, NEGATED_POSITIVE, NEGATED_NEGATIVE)
        origins[places] = starts[before]
    return origins


def _turn(effects: Floats, roles: NDArray[np.uint8], documents: Places) -> None:
    turns = np.flatnonzero(roles == Role.CONTRAST)
    if not len(turns):
        return
    last = np.full(int(documents[-1]) + 1, -1)
    last[documents[turns]] = turns  # ascending: the last one of a document stays
    own = last[documents]
    turned = own >= 0
    after = np.arange(len(effects)) > own
    effects *= np.where(turned, np.where(after, AFTER_TURN, BEFORE_TURN), 1.0)


def _ask(effects: Floats, roles: NDArray[np.uint8], documents: Places) -> None:
    asks = roles == Role.QUESTION
    if not asks.any():
        return
    ends_clause = asks | (roles == Role.BREAK)
    clause = np.cumsum(ends_clause) - ends_clause  # the mark belongs to the clause that it ends
    clause = clause + documents  # a clause ends with its text
    asked = np.zeros(int(clause[-1]) + 1, dtype=bool)
    asked[clause[asks]] = True
    effects *= np.where(asked[clause], ASKED, 1.0)


def totals(found: Found, texts: int) -> Floats:
    """For each text the sum of its effects over the root of the count of its matches (a text of many words is not
    surer by all of them: they are not independent)."""
    sums = np.bincount(found.documents, weights=found.effects, minlength=texts)
    counts = np.bincount(found.documents, minlength=texts)
    return sums / np.sqrt(np.maximum(counts, 1))


def fold_words(words: Sequence[str]) -> tuple[str, ...]:
    """Refuses words that hold a separator."""
    for word in words:
        if not word or chr(SEPARATOR) in word:
            raise ValueError(f"no word for a lexicon: {word!r}")
    return tuple(words)
