"""XLSX: the rows of one sheet, streamed and within bounds. Values as Excel shows them: results, not formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from crawlers.imports.failure import UnreadableFile

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

#: Words, a number, a truth value, a date or a time, or nothing.
Cell = Any

#: Excel's own row limit, and more columns than any export has.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 512
MEGABYTE = 1024 * 1024
#: Bytes once unpacked: sheets are streamed, shared texts are held in memory, the rest is small in any honest file.
MAX_UNPACKED, MAX_TEXTS, MAX_OTHER, MAX_PARTS = 1024 * MEGABYTE, 192 * MEGABYTE, 32 * MEGABYTE, 5_000
#: Excel keeps this many digits of a number: a longer id was rounded and may stand for several.
EXACT_DIGITS = 15


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets with cells, in their order. Raises :class:`UnreadableFile`."""
    with opened(path) as workbook:
        return tuple(sheet.title for sheet in workbook.worksheets)


def sheet_rows(path: Path, name: str) -> Iterator[Sequence[Cell]]:
    """Every row of a sheet up to its last, empty ones too. Raises :class:`UnreadableFile`, also on the way."""
    with opened(path) as workbook:
        sheet = workbook[name]
        if hasattr(sheet, "reset_dimensions"):  # stated sizes are often wrong
            sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=MAX_ROWS, values_only=True):
            yield [exact(value) for value in trimmed(row[:MAX_COLUMNS])]


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """Whatever breaks inside is an :class:`UnreadableFile`: openpyxl meets damage with what happens to fail first."""
    from openpyxl import load_workbook

    try:
        check_size(path)
        # By its content: back offices name workbooks .xls, which openpyxl refuses by the name.
        with path.open("rb") as stream:
            workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            try:
                yield workbook
            finally:
                workbook.close()
    except Exception as error:
        raise damaged(path, error) from error


def check_size(path: Path) -> None:
    """Refuses a bomb by what its parts unpack to; zipfile reads no more of a part than it states."""
    with ZipFile(path) as archive:
        parts = archive.infolist()
    sizes = {part.filename.lower(): part.file_size for part in parts}
    texts = max((size for name, size in sizes.items() if name.endswith("sharedstrings.xml")), default=0)
    # Pictures stay unread.
    other = (
        size
        for name, size in sizes.items()
        if name.endswith((".xml", ".rels")) and "/worksheets/" not in name and not name.endswith("sharedstrings.xml")
    )
    sheets = sum(size for name, size in sizes.items() if "/worksheets/" in name)
    if sheets > MAX_UNPACKED or texts > MAX_TEXTS or max(other, default=0) > MAX_OTHER or len(parts) > MAX_PARTS:
        raise UnreadableFile(f"{path.name}: too large once unpacked: split it, or save the sheet as CSV")


def damaged(path: Path, error: Exception) -> UnreadableFile:
    if isinstance(error, UnreadableFile):
        return error
    told = (
        "not a whole ZIP archive"
        if isinstance(error, BadZipFile)
        else f"{type(error).__name__}: {first_line(error, path)}"
    )
    return UnreadableFile(f"{path.name}: damaged workbook ({told}): export it again, or save the sheet as CSV")


def first_line(error: Exception, path: Path) -> str:
    """What the library says, without the place of the file on this machine."""
    return str(error).partition("\n")[0].replace(str(path), path.name)[:200]


def trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def exact(value: Cell) -> Cell:
    """The value, or nothing where it is one of Excel's error words or a number that Excel rounded."""
    if isinstance(value, str):
        return None if value.startswith("#") and value in ERRORS else value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
        digits = f"{abs(value):.0f}"
        return None if isinstance(value, float) or not digits[EXACT_DIGITS:].strip("0") else value
    return value


ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
