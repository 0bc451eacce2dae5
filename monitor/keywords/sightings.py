"""Where the patterns of a vocabulary stand in a batch, as far as arrays tell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from monitor.keywords.automaton import Automaton, Found, Ints
from monitor.keywords.batch import Batch, Bools
from monitor.keywords.characters import Codes, codes_of
from monitor.keywords.folding import Span
from monitor.keywords.patterns import Forms, Words
from monitor.keywords.vocabulary import HAYSTACKS, Haystack, Read, Sighted, Vocabulary


class Lookout:
    """One haystack's automaton, and which patterns each of its words stands for."""

    def __init__(self, haystack: Haystack, vocabulary: Vocabulary) -> None:
        self.haystack = haystack
        sighted: dict[str, list[int]] = {}
        read: dict[str, list[int]] = {}
        for number, way in enumerate(vocabulary.ways):
            if way.haystack != haystack:
                continue
            if isinstance(way, Sighted):
                sighted.setdefault(way.word, []).append(number)
            else:
                for word in way.words:
                    read.setdefault(word, []).append(number)
        self.words = list(dict.fromkeys([*sighted, *read]))
        self.automaton = Automaton(self.words) if self.words else None
        self.read = [read.get(word, []) for word in self.words]
        self._probing = np.array([bool(numbers) for numbers in self.read], bool)
        #: The patterns of word w stand from ``first[w]`` to ``first[w + 1]``.
        self._numbers = np.array([n for word in self.words for n in sighted.get(word, ())], np.int64)
        self._counts = np.array([len(sighted.get(word, ())) for word in self.words], np.int64)
        self._first = np.concatenate(([0], np.cumsum(self._counts)))

    def alphabet(self) -> frozenset[str]:
        return frozenset().union(*self.words)

    def find(self, codes: Codes, entries: Bools | None = None) -> Found | None:
        return self.automaton.find(codes, entries) if self.automaton is not None else None

    def patterns(self, found: Found) -> tuple[Ints, Ints]:
        """For each hit of a sighted pattern's word: the pattern and the hit."""
        counts = self._counts[found.words]
        hits = np.repeat(np.arange(len(counts)), counts)
        if len(hits) == len(counts) and (not len(counts) or int(counts.max()) == 1):
            return self._numbers[self._first[found.words]], hits
        within = np.arange(len(hits)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._numbers[self._first[found.words[hits]] + within], hits

    def probes(self, found: Found) -> Found:
        """The hits of words that patterns are read for."""
        wanted = self._probing[found.words]
        return Found(found.words[wanted], found.starts[wanted])


class Search:
    """A vocabulary made ready to be looked for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lookouts = [lookout for kind in HAYSTACKS if (lookout := Lookout(kind, vocabulary)).words]
        self.signs = frozenset().union(*(each.alphabet() for each in self.lookouts if each.haystack == "signs"))
        ways = vocabulary.ways
        sighted = [way if isinstance(way, Sighted) else None for way in ways]
        self.begins = np.array([way is not None and way.begins for way in sighted], bool)
        self.ends = np.array([way is not None and way.ends for way in sighted], bool)
        self.prefix = np.array([way is not None and way.prefix for way in sighted], bool)
        self.terms = np.array([way is not None and way.joint == "term" for way in sighted], bool)
        self.phrases = np.array([way is not None and way.joint == "phrase" for way in sighted], bool)
        #: Patterns that any text may hold whose characters do not fold one by one: words tell nothing of how it is
        #: written, or none is known.
        self.anywhere = frozenset(
            number
            for number, (way, pattern) in enumerate(zip(ways, vocabulary.patterns, strict=True))
            if isinstance(way, Read)
            and (not way.words or not (isinstance(pattern, Words) and pattern.form == "folded"))
        )

    def sight(self, batch: Batch) -> Sightings:
        parts: list[Sighting] = []
        probes: dict[int, set[int]] = {}
        for lookout in self.lookouts:
            entries = batch.entries if lookout.haystack in ("letters", "sounds") else None
            found = lookout.find(getattr(batch, lookout.haystack), entries)
            if found is None or not len(found.words):
                continue
            parts.append(self._verified(lookout, found, batch))
            probed = lookout.probes(found)
            places = probed.starts if lookout.haystack == "signs" else batch.kept[probed.starts]
            for word, text in set(zip(probed.words.tolist(), batch.text_at(places).tolist(), strict=True)):
                for number in lookout.read[word]:
                    probes.setdefault(number, set()).add(text)
        return Sightings(batch, parts, probes)

    def _verified(self, lookout: Lookout, found: Found, batch: Batch) -> Sighting:
        """The hits that stand as their patterns want them to."""
        assert lookout.automaton is not None  # noqa: S101 - it found them
        numbers, hits = lookout.patterns(found)
        at = found.starts[hits]
        last = at + lookout.automaton.lengths[found.words[hits]] - 1
        if lookout.haystack == "signs":
            starts, ends, good = at, last + 1, np.ones(len(at), bool)
        else:
            starts, ends = batch.kept[at], batch.kept[last] + 1
            good = (ends - starts) == (last - at + 1)
            if not good.all():
                good = self._standing(batch, numbers, at, last, good)
        words = batch.words
        good &= ~(self.begins[numbers] & words[starts - 1])
        good &= ~(self.ends[numbers] & words[ends])
        numbers, starts, ends = numbers[good], starts[good], ends[good]
        prefix = np.flatnonzero(self.prefix[numbers])
        if len(prefix):
            stops = batch.ends_of_words
            ends[prefix] = stops[np.searchsorted(stops, ends[prefix])]
        return Sighting(numbers, starts, ends)

    def _standing(self, batch: Batch, numbers: Ints, at: Ints, last: Ints, close: Bools) -> Bools:
        good = close.copy()
        loose = np.flatnonzero(~close)
        for wanted, barriers in ((self.terms, "term_barriers"), (self.phrases, "phrase_barriers")):
            some = loose[wanted[numbers[loose]]]
            if len(some):
                first, end = at[some], last[some]
                passing = [
                    np.searchsorted(each, first) == np.searchsorted(each, end) for each in getattr(batch, barriers)
                ]
                good[some] = np.logical_and.reduce(passing)
        return good

    def present(self, forms: Sequence[Forms]) -> frozenset[int]:
        """The patterns that texts may hold whose characters do not fold one by one."""
        found = set(self.anywhere)
        for lookout in self.lookouts:
            for each in forms:
                folded = each.sound if lookout.haystack == "sounds" else each.folded
                text = folded.text if lookout.haystack == "signs" else folded.squeezed
                hits = lookout.find(codes_of(text))
                if hits is not None:
                    found.update(lookout.patterns(hits)[0].tolist())
                    found.update(n for word in set(hits.words.tolist()) for n in lookout.read[word])
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Occurrence i: pattern ``numbers[i]`` from place ``starts[i]`` to ``ends[i]`` of the batch."""

    numbers: Ints
    starts: Ints
    ends: Ints


class Sightings:
    """The occurrences of sighted patterns, in order of pattern, text and start, and the texts in which to read for
    others. ``probes``: pattern → these texts."""

    def __init__(self, batch: Batch, parts: Sequence[Sighting], probes: dict[int, set[int]]) -> None:
        self.probes = probes
        self._batch = batch
        self._numbers, self._starts, self._ends = (
            np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0, np.int64)
            for name in ("numbers", "starts", "ends")
        )

    def __len__(self) -> int:
        return len(self._numbers)

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self._numbers * (len(self._batch.given) + 1) + self._starts)

    @cached_property
    def _texts(self) -> Ints:
        return self._batch.text_at(self._starts[self._order])

    @cached_property
    def _offsets(self) -> tuple[Ints, Ints]:
        """Beginnings and ends in their texts."""
        borders = self._batch.starts[self._texts]
        return self._starts[self._order] - borders, self._ends[self._order] - borders

    def _spans(self, low: int, high: int) -> list[Span]:
        # Of most occurrences nobody asks: objects are made for the others.
        starts, ends = self._offsets
        return list(zip(starts[low:high].tolist(), ends[low:high].tolist(), strict=True))

    @cached_property
    def texts(self) -> list[int]:
        found: list[int] = self._texts.tolist()
        return found

    @cached_property
    def ranges(self) -> dict[int, tuple[int, int]]:
        """Pattern → where its occurrences begin and end in that order."""
        numbers = self._numbers[self._order]
        borders = np.flatnonzero(np.diff(numbers, prepend=-1))
        edges = [*borders.tolist(), len(numbers)]
        return dict(zip(numbers[borders].tolist(), pairwise(edges), strict=True))

    def texts_of(self, number: int) -> Sequence[int]:
        """The texts that hold a sighted pattern, in order; a text stands there once for each occurrence."""
        low, high = self.ranges.get(number, (0, 0))
        return self.texts[low:high]

    def spans_in(self, number: int, text: int) -> Sequence[Span]:
        low, high = self.ranges.get(number, (0, 0))
        first = bisect_left(self.texts, text, low, high)
        return self._spans(first, bisect_right(self.texts, text, first, high))

    def occurrences(self, number: int) -> Iterator[tuple[int, Span]]:
        low, high = self.ranges.get(number, (0, 0))
        return zip(self.texts[low:high], self._spans(low, high), strict=True)
