"""What commands write: UTF-8 on standard output whatever the terminal's locale says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


def write_json(value: object) -> None:
    """One line of JSON. Text that is no valid Unicode (a lone surrogate) is written with escapes."""
    write_rows((value,))


def write_rows(values: Iterable[object]) -> None:
    """:func:`write_json` for each, in one piece."""
    sys.stdout.buffer.write(b"".join(map(encoded, values)))


def encoded(value: object) -> bytes:
    line = _ENCODE(value)
    try:
        return line.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value).encode() + b"\n"


#: Made once: json.dumps with an argument of its own makes an encoder for each value.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def write_line(line: str) -> None:
    sys.stdout.buffer.write(line.encode(errors="replace") + b"\n")


def write_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A plain table for people; a cell that is ``None`` is a dash."""
    from rich.cells import cell_len

    cells = [list(head), *([("-" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        write_line("  ".join(padded).rstrip())


def note(message: str) -> None:
    """For people, on standard error."""
    sys.stderr.write(message + "\n")


def progress(message: str) -> None:
    """Progress: on standard error, and only where that is a terminal."""
    if sys.stderr.isatty():
        note(message)


def iso(moment: datetime | None) -> str | None:
    """UTC, ISO 8601 with a Z."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
