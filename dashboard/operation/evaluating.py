"""What the engine in force makes of labelled texts: those of the store, or of a file of the user's own."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor.mention import Kind, Label
from monitor.scoring import Wording, score_wordings
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.evaluation import Judged
from monitor.sentiment.label_names import read_label
from monitor.store.labels import labelled

BATCH = 2_000
KINDS: Mapping[str, Kind] = {"review": "review", "social": "post"}


class UnusableFileError(ValueError):
    """The file holds no labelled texts; the message says where and what is missing."""


@dataclass(frozen=True, slots=True)
class Given:
    """A labelled text, as an engine reads it."""

    source: str
    kind: Kind
    title: str | None
    text: str
    label: Label


def judged(engine: SentimentEngine, given: Iterable[Given]) -> list[Judged]:
    by_source: dict[str, list[Given]] = defaultdict(list)
    for each in given:
        by_source[each.source].append(each)
    found: list[Judged] = []
    for source, texts in by_source.items():
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            items: list[Wording] = [*part]
            verdicts = score_wordings(engine, items, source)
            found += [Judged(source, each.label, said) for each, said in zip(part, verdicts, strict=True)]
    return found


def stored(connection: Connection, source: str | None) -> Iterator[Given]:
    for each in labelled(connection, source):
        yield Given(each.source_id, each.kind, each.title, each.text, each.correction.label)


def of_file(file: Path, source: str | None, channel: str) -> tuple[list[Given], Counter[str]]:
    """The texts of a CSV with a header or of JSON Lines (also gzipped) with ``text``, ``label`` and, where given,
    ``source`` and ``channel``; and why lines were left out. Raises :class:`UnusableFileError`."""
    rejected: Counter[str] = Counter()
    found: list[Given] = []
    for row in rows_of(file):
        given = None if row is None else given_of(row, source or file.name.partition(".")[0], channel)
        if isinstance(given, Given):
            found.append(given)
        else:
            rejected[given or "not a JSON object"] += 1
    if not found:
        why = ", ".join(f"{count} × {reason}" for reason, count in rejected.items()) or "it is empty"
        raise UnusableFileError(f"{file}: no labelled text (columns text and label are needed): {why}")
    return found, rejected


def given_of(row: Mapping[str, Any], source: str, channel: str) -> Given | str:
    text, label = row.get("text"), read_label(row.get("label"))
    if not isinstance(text, str) or not text.strip():
        return "no text"
    if label is None:
        return "unknown label"
    kind = KINDS.get(str(row.get("channel") or channel))
    return "unknown channel" if kind is None else Given(str(row.get("source") or source), kind, None, text, label)


def rows_of(file: Path) -> Iterator[Mapping[str, Any] | None]:
    """``None`` for a line that is no object."""
    try:
        content = file.read_bytes()
        words = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnusableFileError(f"{file} cannot be read: {error}") from error
    if not words.lstrip().startswith("{"):
        try:
            yield from csv.DictReader(io.StringIO(words, newline=""))
        except csv.Error as error:
            raise UnusableFileError(f"{file} is not CSV: {error}") from error
        return
    for line in words.split("\n"):
        if line.strip():
            yield object_of(line)


def object_of(line: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
