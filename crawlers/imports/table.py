"""Tables: the rows of a CSV, TSV or XLSX file, and which of the first rows name the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from crawlers.imports.cells import plain
from crawlers.imports.columns import GENERIC, PART, Columns, fits, fold, listed, mapped, places
from crawlers.imports.failure import UnreadableFile
from crawlers.imports.item import mention_of
from crawlers.imports.opening import DAMAGED, Format, bounded_lines, open_text
from crawlers.imports.preset import Preset, Shape
from crawlers.imports.quotes import rows_of, separator_of
from crawlers.imports.workbook import sheet_rows
from monitor.mention import RawMention, Rejection

Row = Sequence[Any]

#: Rows that are looked at for the names of the columns: exports put a title, a period or a notice above them.
HEAD = 30
HIGHEST_HEADER = 12
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class TableFile:
    """Where a table stands; reading it twice gives the same rows."""

    path: Path
    format: Format
    encoding: str
    sheet: str | None = None

    def rows(self) -> Iterator[Row | Rejection]:
        """Every row as it stands, the header too. Raises :class:`UnreadableFile`."""
        if self.format == "xlsx":
            yield from sheet_rows(self.path, self.sheet or "")
            return
        with open_text(self.path, self.encoding) as stream:
            yield from csv_rows(bounded_lines(stream), "\t" if self.format == "tsv" else None)


@dataclass(frozen=True, slots=True)
class Header:
    """``depth`` rows from ``start`` (0 is the first) that name the columns."""

    start: int
    depth: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableLayout:
    header: Header
    shape: Shape
    columns: Mapping[str, Columns]
    preset: Preset | None
    #: Presets that fitted where more than one did, so that none was taken.
    candidates: tuple[str, ...] = ()


def csv_rows(lines: Iterator[str], separator: str | None) -> Iterator[Row | Rejection]:
    head = list(islice(lines, HIGHEST_HEADER))
    yield from rows_of(chain(head, lines), separator or separator_of(head, SEPARATORS))


def headers(rows: Sequence[Row | Rejection]) -> Iterator[Header]:
    """Rows that may name the columns, the likeliest first: above them stand only rows with fewer filled cells."""
    fewest = 0
    for start, row in enumerate(rows[:HIGHEST_HEADER]):
        if isinstance(row, Rejection):
            return
        filled = sum(plain(cell) is not None for cell in row)
        if filled <= fewest:
            continue
        fewest = filled
        names = tuple((plain(cell) or "").replace(DAMAGED, "\ufffd") for cell in row)
        yield Header(start, 1, names)
        below = rows[start + 1] if start + 1 < len(rows) else ()
        if not isinstance(below, Rejection):
            yield Header(start, 2, two_rows(names, tuple(plain(cell) or "" for cell in below)))


def two_rows(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Names over two rows: an upper one spans the empty cells at its right, where the lower row goes on."""
    names: list[str] = []
    group = ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        group = above or (group if below else "")
        names.append(f"{group}{PART}{below}" if group and below and group != below else below or above)
    return tuple(names)


def layout_of(
    rows: Sequence[Row | Rejection], presets: Sequence[Preset], given: bool, chosen: Mapping[str, str]
) -> TableLayout:
    """How to read a table that begins with ``rows``.

    With ``given`` the one preset must fit; else a preset is taken where only one fits. ``chosen`` names columns by
    hand. Raises :class:`UnreadableFile` where the columns cannot be told.
    """
    options = list(headers(rows))
    if not options:
        broken = next((f" ({row.reason}, {row.detail})" for row in rows if isinstance(row, Rejection)), "")
        raise UnreadableFile(f"no row that names the columns{broken}")
    fitting = shaped(options, rows, presets)
    if fitting and (given or len(fitting) == 1):
        preset, header, shape = fitting[0]
        return checked(TableLayout(header, shape, mapped(header.names, shape, chosen), preset))
    if given and "text" not in chosen:
        raise UnreadableFile(
            f"this is no export that the preset {presets[0].name!r} knows (columns: {listed(options[0].names)}): "
            "leave the preset out, or name the columns by hand, such as text=评价内容"
        )
    names = tuple(preset.name for preset, _, _ in fitting)
    return checked(generic(options, rows, chosen, names))


def shaped(
    options: Sequence[Header], rows: Sequence[Row | Rejection], presets: Sequence[Preset]
) -> list[tuple[Preset, Header, Shape]]:
    """The presets that fit, each with its first header and shape that do."""
    found: list[tuple[Preset, Header, Shape]] = []
    for preset in presets:
        first = next(
            (
                (header, shape)
                for shape in preset.shapes
                for header in options
                if fits(shape, header.names) and header.depth == depth_of(shape, header, rows)
            ),
            None,
        )
        if first is not None:
            found.append((preset, *first))
    return found


def depth_of(shape: Shape, header: Header, rows: Sequence[Row | Rejection]) -> int:
    if shape.second_row is None or header.start + 1 >= len(rows):
        return 1
    at = places(header.names).get(fold(shape.second_row))
    below = rows[header.start + 1]
    if at is None or isinstance(below, Rejection):
        return 1
    return 1 if at < len(below) and plain(below[at]) else 2


def generic(
    options: Sequence[Header], rows: Sequence[Row | Rejection], chosen: Mapping[str, str], names: tuple[str, ...]
) -> TableLayout:
    """By column names that are understood without being told: the header that names the most fields."""
    best: TableLayout | None = None
    problem: UnreadableFile | None = None
    for header in options:
        above = rows[header.start]
        # Two rows only where the upper one has gaps: a group over several columns, or a cell over both rows.
        if header.depth == 2 and not isinstance(above, Rejection) and all(plain(cell) for cell in above):
            continue
        try:
            columns = mapped(header.names, GENERIC, chosen)
        except UnreadableFile as error:
            problem = problem or error
            continue
        if "text" in columns and (best is None or len(columns) > len(best.columns)):
            best = TableLayout(header, GENERIC, columns, None, names)
    if best is not None:
        return best
    if problem is not None:
        raise problem
    if names:
        raise UnreadableFile(f"the columns fit several presets: choose one of {', '.join(names)}")
    return TableLayout(options[0], GENERIC, {}, None)


def checked(layout: TableLayout) -> TableLayout:
    if "text" not in layout.columns and "title" not in layout.columns:
        raise UnreadableFile(
            f"no column with the text: there are {listed(layout.header.names)}; "
            "name it with a column mapping, such as text=评价内容"
        )
    return layout


def table_mentions(rows: Iterator[Row | Rejection], layout: TableLayout) -> Iterator[RawMention | Rejection]:
    """One result a row with anything in it; the first below the header is row 1."""
    where = places(layout.header.names)
    shape, columns = layout.shape, layout.columns
    more = tuple(where[fold(name)] for name in shape.more_text if fold(name) in where)
    rating = columns.get("rating")
    scale = next((each for each in shape.scales if rating and each.pattern.search(fold(rating.names[0]))), None)
    for number, row in enumerate(islice(rows, layout.header.start + layout.header.depth, None), start=1):
        if isinstance(row, Rejection):
            yield Rejection(row.reason, f"row {number}: {row.detail}")
            continue
        if not any(plain(cell) for cell in row):
            continue
        words = {field: joined(row, each.positions, shape.blank) for field, each in columns.items()}
        if more and words.get("text"):
            words["text"] = "\n".join(part for part in (words["text"], joined(row, more, shape.blank)) if part)
        yield mention_of(words, shape, number, value_in(row, where), scale)


def value_in(row: Row, where: Mapping[str, int]) -> Any:
    def value(name: str) -> Any:
        at = where.get(fold(name))
        return row[at] if at is not None and at < len(row) else None

    return value


def joined(row: Row, positions: Sequence[int], blank: frozenset[str]) -> str | None:
    """The cells one below the other, each of them once."""
    parts = [plain(row[at]) for at in positions if at < len(row)]
    return "\n".join(dict.fromkeys(part for part in parts if part and part.casefold() not in blank)) or None
