"""Many words looked for in one pass over a text: a trie that is entered at every position at once.

Each step takes all positions that are still on a path one letter further, as one array operation; nearly all leave at
the first. Beside an Aho–Corasick automaton in Rust this is several times as fast where words are found often, because
no Python object is made for a hit (decision 0017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.keywords.characters import SIZE, Codes

Ints = NDArray[np.int64]
Letters = NDArray[np.int32]

#: Of a longer word only so much is looked for: a text of one letter repeated takes a step for each letter of the word.
LONGEST: Final = 32
#: Fibonacci hashing: 2^64 over the golden ratio.
SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
#: As many pairs of letters have a table that tells which begin a word: 4 MB.
PAIRS: Final = 1 << 22
#: Slots for each entry of a table, so that most keys stand in the first slot looked at.
ROOM: Final = 8
ABSENT: Final = -1
NONE: Final = np.zeros(0, np.int64)


class Moves:
    """A hash table from keys (≥ 0) to values (≥ 0) that is asked for many keys at once: open addressing, read until
    the key or a free slot."""

    def __init__(self, entries: dict[int, int]) -> None:
        bits = max(8, (ROOM * len(entries)).bit_length())
        self._shift = np.uint64(64 - bits)
        keys = np.fromiter(entries.keys(), np.int64, len(entries))
        taken = np.full((1 << bits) + len(entries) + 1, ABSENT, np.int64)
        values = np.full(len(taken), ABSENT, np.int32)
        for key, wished, value in zip(entries, self._slots(keys).tolist(), entries.values(), strict=True):
            slot = wished
            while taken[slot] != ABSENT:
                slot += 1
            taken[slot], values[slot] = key, value
        self._taken, self._values = taken, values

    def _slots(self, keys: Ints) -> Ints:
        spread: Ints = ((keys.view(np.uint64) * SPREAD) >> self._shift).view(np.int64)
        return spread

    def of(self, keys: Ints) -> tuple[Ints, Letters]:
        """Which of the keys have a value (their places), and these values."""
        slots = self._slots(keys)
        found = self._taken[slots]
        places = np.flatnonzero(found != ABSENT)
        slots, wanted, found = slots[places], keys[places], found[places]
        right = found == wanted
        astray = np.flatnonzero(~right)
        while len(astray):
            slots[astray] += 1
            found = self._taken[slots[astray]]
            hit = found == wanted[astray]
            right[astray[hit]] = True
            astray = astray[~hit & (found != ABSENT)]
        return places[right], self._values[slots[right]]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits: ``words[i]`` (its number) begins at ``starts[i]``; in no order."""

    words: Ints
    starts: Ints


class Automaton:
    """Looks for ``words``, none empty. ``length[n]`` is how many letters of word n are looked for."""

    def __init__(self, words: Sequence[str]) -> None:
        self.lengths = np.array([min(len(word), LONGEST) for word in words], np.int64)
        alphabet = sorted(set().union(*(word[:LONGEST] for word in words)))
        #: Letter of a folded character; 0: of none of the words.
        self.letters = np.zeros(SIZE, np.int32)
        self.letters[codes_list(alphabet)] = np.arange(1, len(alphabet) + 1)
        self._radix = len(alphabet) + 1
        self._plant(words)

    def _plant(self, words: Sequence[str]) -> None:
        letters = self.letters
        single = np.full(self._radix, ABSENT, np.int64)
        first: dict[int, int] = {}
        further: dict[int, int] = {}
        ends: list[int] = []
        for number, word in enumerate(words):
            path = letters[codes_list(word[:LONGEST])].tolist()
            if len(path) == 1:
                single[path[0]] = number
                continue
            state = first.setdefault(path[0] * self._radix + path[1], len(ends))
            for letter in path[2:]:
                if state == len(ends):
                    ends.append(ABSENT)
                state = further.setdefault(state * self._radix + letter, len(ends))
            if state == len(ends):
                ends.append(ABSENT)
            ends[state] = number
        #: Which pairs of letters begin a word, where there are not too many; it is looked up before what they lead to.
        self._pairs = np.zeros(self._radix**2, bool) if self._radix**2 <= PAIRS else None
        if self._pairs is not None:
            self._pairs[list(first)] = True
        self._single = single if (single != ABSENT).any() else None
        self._first, self._further = Moves(first), Moves(further)
        self._ends = np.array(ends, np.int64)

    def find(self, folded: Codes, entries: NDArray[np.bool_] | None = None) -> Found:
        """Every occurrence of every word, overlapping ones too; only those that begin at one of the ``entries``."""
        letters = self.letters[folded]
        words: list[Ints] = []
        starts: list[Ints] = []
        if self._single is not None:
            numbers = self._single[letters]
            places = np.flatnonzero(numbers != ABSENT if entries is None else (numbers != ABSENT) & entries)
            words.append(numbers[places])
            starts.append(places)
        self._walk(letters, *self._pair(letters, entries), words, starts)
        return Found(np.concatenate(words), np.concatenate(starts)) if words else Found(NONE, NONE)

    def _pair(self, letters: Letters, entries: NDArray[np.bool_] | None) -> tuple[Ints, Letters]:
        """Where the first two letters of a word stand, and the state that they lead to."""
        if self._pairs is None:
            at, states = self._first.of(letters[:-1] * np.int64(self._radix) + letters[1:])
            inside = slice(None) if entries is None else entries[at]
            return at[inside], states[inside]
        pairs = letters[:-1] * np.int32(self._radix) + letters[1:]
        at = np.flatnonzero(self._pairs[pairs])
        if entries is not None:
            at = at[entries[at]]
        return at, self._first.of(pairs[at].astype(np.int64))[1]

    def _walk(self, letters: Letters, at: Ints, states: Letters, words: list[Ints], starts: list[Ints]) -> None:
        depth = 2
        while len(at):
            numbers = self._ends[states]
            ended = np.flatnonzero(numbers != ABSENT)
            words.append(numbers[ended])
            starts.append(at[ended])
            if at[-1] + depth >= len(letters):
                inside = np.flatnonzero(at + depth < len(letters))
                at, states = at[inside], states[inside]
            places, states = self._further.of(states.astype(np.int64) * self._radix + letters[at + depth])
            at = at[places]
            depth += 1


def codes_list(word: Sequence[str]) -> list[int]:
    return [ord(character) for character in word]
