"""Keys under which near-duplicates meet: MinHash of character shingles, cut into LSH bands. Pure.

A. Broder, "On the resemblance and containment of documents", 1997; P. Indyk and R. Motwani, STOC 1998. Of two texts
with a share s of common shingles one of the 20 bands of 3 agrees with probability 1 − (1 − s³)²⁰: 0.93 at s = 0.5,
0.99 at 0.6, below 0.02 at 0.1. Whoever meets is compared exactly (:func:`alike`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from monitor.duplicates.core import core_of
from monitor.mention import Fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHINGLE = 3
#: From this share of common shingles on two texts are one: one changed word in twenty characters leaves 0.55 to 0.7,
#: two different reviews of one product seldom have 0.2.
THRESHOLD = 0.5
#: Shorter ones (好评, 质量很好) are what many people say by themselves; they are nobody's copy.
SHORTEST = 10
#: Shorter ones are only one when they are equal: a single word makes half of their shingles.
SHORTEST_ALIKE = 16

_BANDS, _ROWS, _PERMUTATIONS, _SEED = 20, 3, 64, 20261123
_PRIMES = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def fingerprints(texts: Sequence[str]) -> list[Fingerprint]:
    """One a text, in order."""
    cores = [core_of(text) for text in texts]
    keys: list[tuple[int, ...]] = [()] * len(cores)
    places: list[int] = []
    for place, core in enumerate(cores):
        if len(core) < SHORTEST:
            continue
        if len(core) >= SHORTEST_ALIKE and _says_at_least(core, SHORTEST_ALIKE):
            places.append(place)
        elif _says_at_least(core, SHORTEST):
            keys[place] = _exact(core)
    for place, bands in zip(places, _bands([cores[place] for place in places]), strict=True):
        keys[place] = tuple(bands)
    return [Fingerprint(core, each) for core, each in zip(cores, keys, strict=True)]


def alike(one: str, other: str) -> bool:
    """Whether two cores are the same, or long enough and nearly so."""
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST_ALIKE:
        return False
    return similarity(one, other) >= THRESHOLD


def similarity(one: str, other: str) -> float:
    """The share of their shingles that two cores have in common (Jaccard), 0–1."""
    first, second = _shingle_set(one), _shingle_set(other)
    common = len(first & second)
    return common / (len(first) + len(second) - common) if common else 0.0


@lru_cache(maxsize=4096)
def _shingle_set(core: str) -> frozenset[str]:
    return frozenset(_shingles(core))


def _shingles(core: str) -> list[str]:
    return [core[start : start + SHINGLE] for start in range(len(core) - SHINGLE + 1)]


def _says_at_least(core: str, length: int) -> bool:
    """Whether there are as many different shingles as in a text of this length: 很好很好很好 is long and says no more
    than 很好. So many different characters make as many shingles, and are counted faster."""
    least = length - SHINGLE + 1
    return len(set(core)) >= least or len(_shingle_set(core)) >= least


def _exact(core: str) -> tuple[int, ...]:
    return (int.from_bytes(blake2b(core.encode("utf-8", "replace"), digest_size=8).digest(), signed=True),)


def _bands(cores: Sequence[str]) -> list[list[int]]:
    if not cores:
        return []
    # Here, for only what compares texts needs them: not the web process, not the scheduler.
    import numpy as np
    from rensa import RMinHash

    tokens, offsets = _tokens(cores)
    digests = RMinHash.digest_matrix_from_flat_token_hashes(tokens, offsets, num_perm=_PERMUTATIONS, seed=_SEED)
    rows = np.array(digests.to_rows(), dtype=np.uint64)[:, : _BANDS * _ROWS].reshape(len(cores), _BANDS, _ROWS)
    mixed = np.arange(_BANDS, dtype=np.uint64) * np.uint64(_PRIMES[0])
    for place in range(_ROWS):
        mixed = (mixed ^ rows[:, :, place]) * np.uint64(_PRIMES[place])
        mixed = mixed ^ (mixed >> np.uint64(29))
    return mixed.view(np.int64).tolist()  # type: ignore[no-any-return]


def _tokens(cores: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The shingles of all cores, each as a hash of its three code points (21 bits each, so that none are lost before
    they are mixed), and where each core's begin and end."""
    import numpy as np

    codes = np.frombuffer("".join(cores).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    triples = (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
    lengths = np.array([len(core) for core in cores])
    ends = np.cumsum(lengths)
    whole = np.ones(len(codes), dtype=bool)
    whole[ends - 1] = whole[ends - 2] = False  # the last two characters of a core begin no shingle
    tokens = triples[whole[:-2]] * np.uint64(_PRIMES[1])
    offsets = np.concatenate(([0], np.cumsum(lengths - SHINGLE + 1))).astype(np.uint64)
    return tokens ^ (tokens >> np.uint64(32)), offsets
