"""Opens what users hand in: which format it is, how it is encoded, gzip or not, and nothing without a bound."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from crawlers.imports.failure import UnreadableFile

Format = Literal["csv", "tsv", "xlsx", "json", "jsonl"]

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
SAMPLE = 64 * 1024
#: Characters of one line, and of a whole file once unpacked. More is a bomb, or belongs into several files.
LINE_LIMIT = 8 * 1024 * 1024
UNPACKED_LIMIT = 4 * 1024**3

#: Stands for each byte that cannot be decoded: half a surrogate pair, which no decoded text holds. Rows with it are
#: rejected.
DAMAGED = "\udcff"
#: A file of which more than one character in ten cannot be read is no text in that encoding.
MOST_DAMAGED = 0.1
OTHER_THAN_ASCII = re.compile(r"[^\x00-\x7f]")

ZIP, GZIP, OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


def format_of(path: Path) -> Format:
    """By name, and by the first bytes where back offices write one format under the name of another.

    Raises :class:`UnreadableFile` with the mend for what is none of ours.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(OLE):
        raise UnreadableFile(
            f"{path.name}: an old .xls workbook, or one with a password: open it in Excel or WPS "
            "and save it as .xlsx without a password"
        )
    if suffix in {".xls", ".xlsx", ".xlsm"}:
        if start.startswith(ZIP):
            return "xlsx"
        if suffix == ".xls":
            raise UnreadableFile(f"{path.name}: not a workbook inside: open it in Excel or WPS and save it as .xlsx")
        raise UnreadableFile(f"{path.name}: damaged, or not an XLSX workbook: export it again")
    if suffix not in FORMATS:
        raise UnreadableFile(f"{path.name}: not a CSV, TSV, XLSX, JSON or JSONL file; its name must end so")
    return FORMATS[suffix]


def marked(error: UnicodeError) -> tuple[str, int]:
    """What stands in place of bytes that cannot be decoded, and where to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return DAMAGED * (error.end - error.start), error.end


codecs.register_error("marked", marked)


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without a mark) or UTF-16 with a mark; what is mostly no UTF-8 is GB 18030, Excel's in China.

    Raises :class:`UnreadableFile` for a damaged gzip file, one that unpacks to more than 4 GiB, and what is no text.
    """
    with damage_told(path), binary(path) as stream:
        if stream.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            return "utf-16"
    encoding = "utf-8-sig"
    characters, others, damaged = census(path, encoding)
    # Bytes of another encoding are hardly ever valid UTF-8, so that what is valid tells it, damage or not.
    if damaged and others <= damaged:
        encoding = "gb18030"
        characters, others, damaged = census(path, encoding)
    if damaged > MOST_DAMAGED * characters:
        raise UnreadableFile(
            f"{path.name}: neither UTF-8 nor GB 18030 ({damaged} of {characters} characters cannot be read)"
        )
    return encoding


def census(path: Path, encoding: str) -> tuple[int, int, int]:
    """How many characters a file has, how many of them are not ASCII, and how many bytes cannot be decoded."""
    characters = others = damaged = 0
    with open_text(path, encoding) as decoder:
        while sample := decoder.read(SAMPLE):
            characters += len(sample)
            if characters > UNPACKED_LIMIT:
                raise UnreadableFile(f"{path.name}: unpacks to more than 4 GiB: split it")
            if not sample.isascii():
                here = sample.count(DAMAGED)
                damaged += here
                others += len(OTHER_THAN_ASCII.findall(sample)) - here
    return characters, others, damaged


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[IO[str]]:
    """The text of a file, unzipped, with :data:`DAMAGED` for bytes that cannot be decoded (in UTF-16 an error); what
    breaks while it is read is an :class:`UnreadableFile`."""
    errors = "strict" if encoding == "utf-16" else "marked"
    with damage_told(path):
        stream = binary(path)
        # Some programs put the mark of UTF-8 before text in another encoding.
        if encoding == "gb18030" and stream.peek(len(codecs.BOM_UTF8)).startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        with io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="") as text:
            yield text


def bounded_lines(stream: IO[str]) -> Iterator[str]:
    """Its lines. Raises :class:`UnreadableFile` for one that is no line of a table or of records."""
    number = 0
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if len(line) == LINE_LIMIT:
            raise UnreadableFile(f"line {number} is longer than {LINE_LIMIT // 1024**2} MiB")
        yield line


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise UnreadableFile(f"{path.name}: damaged UTF-16 text") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{path.name}: damaged gzip file") from error


def binary(path: Path) -> io.BufferedReader:
    with path.open("rb") as start:
        zipped = start.read(2) == GZIP
    return io.BufferedReader(gzip.open(path)) if zipped else path.open("rb")
