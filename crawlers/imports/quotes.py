"""The rows of a CSV text, line by line: a quote that is never closed costs its own row and not those below it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import islice

from monitor.mention import Rejection

#: Characters of one cell. Quoted text that goes on for longer is a quote that was never closed.
FIELD_LIMIT = 4 * 1024 * 1024
UNCLOSED = "unclosed quote"


class Ending(Enum):
    """How a line leaves what it began in: a quote may go on below it, or end before something that is no separator."""

    CLOSED = "closed"
    OPEN = "open"
    REOPENED = "reopened"  # the quote that it began in ended, and another one goes on
    TORN = "torn"


def ending(line: str, separator: str, quoted: bool) -> Ending:
    """``quoted``: the line begins inside a quote. A quote opens only as the first character of a cell."""
    inside, at, ended = quoted, 0, False
    if line.startswith('"') and not quoted:
        inside, at = True, 1
    while True:
        if inside:
            at = line.find('"', at)
            if at < 0:
                return Ending.REOPENED if quoted and ended else Ending.OPEN
            if line.startswith('"', at + 1):
                at += 2
                continue
            at += 1
            rest = line[at : at + 1]
            if quoted and not ended and rest not in ("", separator, "\r", "\n", " "):
                return Ending.TORN
            ended, inside = True, False
        at = line.find(separator, at) + 1
        if at == 0:
            return Ending.CLOSED
        if line.startswith('"', at):
            inside, at = True, at + 1


class Lines:
    """Numbered lines, of which some can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.number = 0

    def take(self) -> str | None:
        line = self._back.popleft() if self._back else next(self._lines, None)
        self.number += line is not None
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


class Rows:
    """Iterates over rows. What is no row is a rejection whose detail is ``line N``: "bad row", "unclosed quote".

    Of a quote that is never closed only the line is lost. What it would have swallowed is read anew, where it has as
    many cells as the table; every other line is a rejection of its own, so that the counts add up.
    """

    def __init__(self, lines: Iterator[str], separator: str) -> None:
        self._lines = Lines(lines)
        self._separator = separator
        #: Cells of the widest row so far, and up to which line nothing else is believed.
        self._width = 0
        self._doubtful_until = 0

    def __iter__(self) -> Iterator[Sequence[str] | Rejection]:
        while (line := self._lines.take()) is not None:
            number = self._lines.number
            found = self._row([line], number)
            if not isinstance(found, Rejection):
                if number <= self._doubtful_until and found and len(found) != self._width:
                    found = Rejection(UNCLOSED, f"line {number}")
                else:
                    self._width = max(self._width, len(found))
            yield found

    def _row(self, taken: list[str], number: int) -> Sequence[str] | Rejection:
        if '"' not in taken[0] or ending(taken[0], self._separator, False) is not Ending.OPEN:
            return parsed(taken, self._separator, number)
        opened, size = 0, len(taken[0])
        while size <= FIELD_LIMIT and (line := self._lines.take()) is not None:
            taken.append(line)
            size += len(line)
            left = ending(line, self._separator, True)
            if left is Ending.REOPENED:
                opened, size = len(taken) - 1, len(line)
            elif left is Ending.CLOSED or (left is Ending.TORN and not self._swallowed(line)):
                return parsed(taken, self._separator, number)
            elif left is Ending.TORN:
                break
        self._doubtful_until = max(self._doubtful_until, self._lines.number)
        self._lines.give_back(taken[opened + 1 :])
        return Rejection(UNCLOSED, f"line {number + opened}")

    def _swallowed(self, line: str) -> bool:
        """Whether a line that ends a quote in the midst of a cell is a row itself: some exports double no quotes."""
        if ending(line, self._separator, False) is Ending.OPEN:
            return True
        alone = parsed([line], self._separator, 0)
        return not isinstance(alone, Rejection) and len(alone) == self._width and not any('"' in cell for cell in alone)


def place_of(unclosed: Rejection) -> str:
    """``line N``, whatever was put before it on the way."""
    return unclosed.detail.rpartition(": ")[2]


def parsed(lines: Sequence[str], separator: str, number: int) -> Sequence[str] | Rejection:
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error as error:
        return Rejection("bad row", f"line {number}: {error}")


def rows_of(lines: Iterator[str], separator: str) -> Iterator[Sequence[str] | Rejection]:
    csv.field_size_limit(FIELD_LIMIT)
    # NUL bytes and overlong cells are faults of one row, not of the file.
    yield from Rows((line.replace("\0", "") for line in lines), separator)


def separator_of(head: Sequence[str], separators: Sequence[str]) -> str:
    return max(separators, key=lambda each: sum(line.count(each) for line in islice(head, 3)))
