"""The weights file: what ``tingfeng train`` makes and the engine reads.

One line of magic, one line of JSON (scalars, and name, type and shape of each array), then the arrays, compressed as
one bzip2 stream: bzip2's output has been the same for the same input since 2000, so equal weights are equal files.
"""

from __future__ import annotations

import bz2
import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.mention import Channel
from monitor.sentiment.default.lexicon import Entries

MAGIC = b"tingfeng-sentiment-1\n"
CHANNELS: tuple[Channel, ...] = ("review", "social")
FILE = "weights.bin"
#: Values of lexicon entries are stored as int8 in these steps.
VALUE_STEP = 1 / 24


class WeightsError(ValueError):
    """The file is no weights file of this version: train anew."""


@dataclass(frozen=True, slots=True)
class Head:
    """How a channel's sums become log-odds: ``ngram_scale · n-grams/√n + lexicon_scale · lexicon + bias``.
    ``neutral_band``: |score| below it is neutral."""

    ngram_scale: float
    lexicon_scale: float
    bias: float
    neutral_band: float


@dataclass(frozen=True, slots=True)
class Weights:
    """``folding``: pairs (code point, folded); ``ngrams``: int8 by channel and bucket; ``digest`` names the content."""

    folding: NDArray[np.uint32]
    ngrams: NDArray[np.int8]
    entries: Entries
    heads: tuple[Head, ...]
    digest: str = ""


def dump(weights: Weights) -> bytes:
    """The file's content; the same for the same weights on every machine."""
    arrays: dict[str, NDArray[Any]] = {
        "folding": weights.folding.astype("<u4").T,
        "ngrams": weights.ngrams,
        "values": np.rint(weights.entries.values / VALUE_STEP).astype(np.int8),
        "roles": weights.entries.roles,
        "words": np.frombuffer("\n".join(weights.entries.words).encode(), dtype=np.uint8),
    }
    head = {
        "heads": [[each.ngram_scale, each.lexicon_scale, each.bias, each.neutral_band] for each in weights.heads],
        "arrays": [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()],
    }
    body = b"".join(array.tobytes() for array in arrays.values())
    return MAGIC + json.dumps(head).encode() + b"\n" + bz2.compress(body, 9)


def load(content: bytes) -> Weights:
    """Raises :class:`WeightsError` for anything that ``dump`` did not write."""
    if not content.startswith(MAGIC):
        raise WeightsError(f"not a weights file: it does not begin with {MAGIC!r}; run tingfeng train")
    line, _, packed = content[len(MAGIC) :].partition(b"\n")
    try:
        head = json.loads(line)
        arrays = _arrays(head["arrays"], bz2.decompress(packed))
        heads = tuple(Head(*numbers) for numbers in head["heads"])
        words = tuple(arrays["words"].tobytes().decode().split("\n"))
        values = arrays["values"].astype(np.float32) * np.float32(VALUE_STEP)
        entries = Entries(words, values, arrays["roles"])
        folding = arrays["folding"].T.astype(np.uint32)
        return Weights(folding, arrays["ngrams"], entries, heads, hashlib.sha256(content).hexdigest())
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise WeightsError(f"the weights file is damaged ({error}); run tingfeng train") from error


def _arrays(listed: list[list[Any]], body: bytes) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    offset = 0
    for name, kind, shape in listed:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(body, dtype=kind, count=count, offset=offset).reshape(shape)
        offset += arrays[name].nbytes
    return arrays


def shipped() -> bytes:
    """The content of the file that comes with the product."""
    return resources.files(__package__).joinpath(FILE).read_bytes()
