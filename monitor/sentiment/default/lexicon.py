"""The lexicon prior: what the words of a text say, after negation, degree, contrast and questions.

One Aho–Corasick pass over the whole batch finds sentiment words and the words that change them (leftmost, longest);
the rules then work on the arrays of all matches at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from numpy.typing import NDArray

from monitor.sentiment.default.codes import Batch, Codes, text_of

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
    FACE = 6  # emoji and [表情]: no negation or degree reaches them


#: Words of Latin letters, told apart from others once.
_LATIN = len(Role)
#: A negation or degree word acts on the next sentiment word within this many characters and the same clause.
REACH = 2
#: What is negated says the opposite, but less: "不好" is worse than "不难看" is good.
NEGATED_POSITIVE = -0.9
NEGATED_NEGATIVE = -0.3
#: Words before a turn ("但是") count less than those after it.
BEFORE_TURN, AFTER_TURN = 0.8, 1.2
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
        latin = np.array([word[0].isascii() and word[0].isalpha() for word in entries.words])
        self._roles = np.where(latin & (entries.roles == Role.WORD), _LATIN, entries.roles).astype(np.uint8)

    def find(self, batch: Batch, channel: int) -> Found:
        """Every match with its effect on the log-odds: 0 for words that only change others."""
        matches = self._automaton.find_matches_as_indexes(text_of(batch.codes))
        flat = np.fromiter(chain.from_iterable(matches), np.intp, 3 * len(matches))
        entries, starts, ends = flat[0::3], flat[1::3], flat[2::3]
        documents = batch.ends.searchsorted(starts, side="right")
        effects = self._values[channel].take(entries)
        roles = self._roles.take(entries)
        counts = np.bincount(roles, minlength=len(Role) + 1).tolist()
        if counts[_LATIN]:  # "win" is not in "window"
            latin = (roles == _LATIN).nonzero()[0]
            inside = _letter(batch.codes[starts[latin] - 1]) | _letter(batch.codes[ends[latin]])
            effects[latin[inside]] = 0.0
            roles[latin] = Role.WORD
        origins = starts
        if counts[Role.NEGATION] or counts[Role.DEGREE]:
            origins = _negate_and_stretch(effects, roles, starts, ends)
        if counts[Role.CONTRAST]:
            _turn(effects, roles, documents)
        if counts[Role.QUESTION]:
            _ask(effects, roles, documents)
        return Found(documents, starts, ends, effects, origins)


def _letter(codes: Codes) -> NDArray[np.bool_]:
    return (codes >= ord("a")) & (codes <= ord("z"))


def _negate_and_stretch(effects: Floats, roles: NDArray[np.uint8], starts: Places, ends: Places) -> Places:
    """``不 好``, ``很 好``, ``不 太 好``, ``很 不 好``: one or two modifying matches directly before a word. Degree
    words come in with their factor as effect and have none of their own. Answers where each word's effect begins."""
    modifies = (roles == Role.NEGATION) | (roles == Role.DEGREE)
    factors = effects.copy()
    effects[roles == Role.DEGREE] = 0.0
    origins = starts.copy()
    reached = np.zeros(len(starts), dtype=bool)  # by match: the next one is near, and this one modifies it
    reached[:-1] = (starts[1:] - ends[:-1] <= REACH) & modifies[:-1]
    words = (roles == Role.WORD).nonzero()[0]
    for back in (1, 2):
        words = words[words >= back]
        words = words[reached[words - back]]
        before = words - back
        now = effects[words]
        turned = now * np.where(now > 0, NEGATED_POSITIVE, NEGATED_NEGATIVE)
        effects[words] = np.where(roles[before] == Role.NEGATION, turned, now * factors[before])
        origins[words] = starts[before]
    return origins


def _turn(effects: Floats, roles: NDArray[np.uint8], documents: Places) -> None:
    turns = np.flatnonzero(roles == Role.CONTRAST)
    last = np.full(int(documents[-1]) + 1, -1)
    last[documents[turns]] = turns  # ascending: the last one of a document stays
    own = last[documents]
    after = np.arange(len(effects)) > own
    effects *= np.where(own >= 0, np.where(after, AFTER_TURN, BEFORE_TURN), 1.0)


def _ask(effects: Floats, roles: NDArray[np.uint8], documents: Places) -> None:
    asks = roles == Role.QUESTION
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
