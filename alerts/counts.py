"""Counts of series from a file: CSV with ``series,hour,mentions`` and, for ratios, ``negatives``."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from alerts.replay import Counted


class CountsError(ValueError):
    """What is wrong with the file: its line (1-based) and what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """The file as text, unpacked where it is gzip, whatever its name."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        with TextIOWrapper(gzip.GzipFile(fileobj=raw) if packed else raw, encoding="utf-8-sig", newline="") as text:
            yield text


def read_counts(lines: Iterable[str], *, negatives: bool) -> dict[str, list[Counted]]:
    """The steps of each series in time order; series in the order of the file. ``hour`` is the start of the step:
    ISO 8601, UTC where it has no zone. Without ``negatives`` that column may be missing.

    Raises :class:`CountsError` for the first line that cannot be read, and for an hour that stands there twice.
    """
    rows = csv.DictReader(lines)
    wanted = {"series", "hour", "mentions", *(("negatives",) if negatives else ())}
    if missing := sorted(wanted - set(rows.fieldnames or ())):
        raise CountsError(
            1, f"no column {', '.join(missing)}: the first line must name series, hour, mentions, negatives"
        )
    found: dict[str, dict[int, Counted]] = {}
    for row in rows:
        step = counted(row, rows.line_num, negatives)
        series = found.setdefault(row["series"], {})
        if step.start in series:
            raise CountsError(rows.line_num, f"{row['hour']} of {row['series']} is there twice: add the counts up")
        series[step.start] = step
    return {name: [steps[start] for start in sorted(steps)] for name, steps in found.items()}


def counted(row: Mapping[str, str | None], line: int, negatives: bool) -> Counted:
    start = moment(row["hour"] or "", line)
    n = count(row["mentions"], "mentions", line)
    k = count(row.get("negatives") or ("" if negatives else "0"), "negatives", line)
    if k > n:
        raise CountsError(line, f"{k} negatives of {n} mentions: there cannot be more negative ones than there are")
    return Counted(start, n, k)


def moment(text: str, line: int) -> int:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CountsError(line, f"hour {text!r} is no time: write it like 2026-11-23T09:00:00Z") from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def count(text: str | None, column: str, line: int) -> int:
    if text is None or not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12:
        raise CountsError(line, f"{column} {text!r} is no count: write a whole number, 0 or more")
    return int(text)
