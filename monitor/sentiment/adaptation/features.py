"""What a correction reads in a text: which of the n-grams it knows stand in it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from math import sqrt

#: Characters of an n-gram at most.
LONGEST = 3
#: Only the head of a long text is read, for learning and for applying alike.
MAX_CHARACTERS = 2_000


class _Folding(dict[int, str]):
    """NFKC and case, character by character where that stays one character: spans survive."""

    def __missing__(self, code: int) -> str:
        given = chr(code)
        folded = unicodedata.normalize("NFKC", given).lower()
        self[code] = folded if len(folded) == 1 else given
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """As long as ``text``, or as its first :data:`MAX_CHARACTERS`."""
    return text[:MAX_CHARACTERS].translate(_FOLDING)


def ngrams(folded: str) -> set[str]:
    """All of 1 to 3 characters without white space."""
    return set(_ngrams(folded))


def _ngrams(folded: str) -> Iterator[str]:
    for length in range(1, LONGEST + 1):
        for start in range(len(folded) - length + 1):
            found = folded[start : start + length]
            if not any(character.isspace() for character in found):
                yield found


def vocabulary(texts: Sequence[set[str]], most: int) -> list[str]:
    """The ``most`` frequent n-grams that stand in two texts at least and in half of them at most; in a fixed order."""
    counts = Counter(ngram for text in texts for ngram in text)
    usable = [(-count, ngram) for ngram, count in counts.items() if 2 <= count <= len(texts) / 2]
    return [ngram for _, ngram in sorted(usable)[:most]]


def share(known: int) -> float:
    """How much each of ``known`` n-grams of a text counts: a long text is not surer by all of its length."""
    return 1 / sqrt(known) if known else 0.0
