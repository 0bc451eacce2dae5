"""Commands that read JSON Lines and answer one line each, in order: a bad line is answered with its error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

#: Lines that are answered together.
BATCH = 256


class BadLineError(ValueError):
    """What is wrong with a line; ``id`` is its id where it could be read."""

    def __init__(self, message: str, line_id: object = None) -> None:
        super().__init__(message)
        self.line_id = line_id


@dataclass(frozen=True, slots=True)
class Line:
    """``fields`` holds all of the line, ``id`` and ``text`` too."""

    id: object
    text: str
    fields: Mapping[str, Any]

    def optional(self, name: str) -> str | None:
        """A text field, ``None`` where absent or null. Raises :class:`BadLineError` for another type."""
        value = self.fields.get(name)
        if value is None or isinstance(value, str):
            return value
        raise BadLineError(f"{name} is not text", self.id)


def read_lines(stream: Iterable[bytes] | None = None) -> Iterator[Line | BadLineError]:
    """The lines of standard input, or of ``stream``. White lines are errors too, so that answers keep their place."""
    for number, content in enumerate(sys.stdin.buffer if stream is None else stream):
        yield parse_line(content.removeprefix(b"\xef\xbb\xbf") if number == 0 else content)


def batches(lines: Iterator[Line | BadLineError], size: int) -> Iterator[list[Line | BadLineError]]:
    while batch := list(islice(lines, size)):
        yield batch


def parse_line(content: bytes) -> Line | BadLineError:
    """One line; never raises."""
    try:
        fields = _DECODE(content.decode())
    except UnicodeDecodeError:
        return BadLineError("not UTF-8")
    except (ValueError, RecursionError):
        return BadLineError("not JSON")
    if not isinstance(fields, dict):
        return BadLineError("not a JSON object")
    line_id = fields.get("id")
    text = fields.get("text")
    if not isinstance(text, str):
        return BadLineError("text is missing" if text is None else "text is not text", line_id)
    return Line(line_id, text, fields)


def refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


#: Made once: json.loads with an argument of its own makes a decoder for each line.
_DECODE = json.JSONDecoder(parse_constant=refuse).decode


def error_row(error: BadLineError) -> dict[str, object]:
    return {"id": error.line_id, "error": str(error)}


def answered(
    batch: Sequence[Line | BadLineError], answers: Sequence[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """A row for each line in its order: its id with the next of ``answers``, which are of the good lines alone, or what
    is wrong with it."""
    good = iter(answers)
    for line in batch:
        yield error_row(line) if isinstance(line, BadLineError) else {"id": line.id, **next(good)}
