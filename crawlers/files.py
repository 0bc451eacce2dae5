"""Reads mentions from files: CSV (also TSV, gzip) and JSON Lines, columns found by their names."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, get_args

from monitor.mention import Kind, RawMention, Rejection

#: Column names that are understood without being told, folded to lower case; the first that is there wins.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "review", "review_text", "comment", "message", "评论", "评论内容", "内容",
             "评价", "正文"),
    "external_id": ("external_id", "id", "review_id", "comment_id", "编号", "评论id"),
    "url": ("url", "link", "链接", "网址"),
    "kind": ("kind", "类型"),
    "title": ("title", "headline", "subject", "标题"),
    "author": ("author", "user", "username", "nickname", "用户", "用户名", "昵称", "作者"),
    "published": ("published_at", "published", "date", "time", "datetime", "created_at", "timestamp", "时间", "日期",
                  "评论时间", "发布时间"),
    "rating": ("rating", "score", "stars", "star", "评分", "星级", "打分"),
    "lang": ("lang", "language", "语言"),
    "product": ("product", "product_name", "产品", "商品", "商品名称"),
    "parent_id": ("parent_id", "parent", "reply_to"),
}  # fmt: skip

#: Named sets of columns for exports whose names mean something else than above.
PRESETS: Mapping[str, Mapping[str, str]] = {
    "text-only": {"text": "text"},
}

#: Our own export names the 1–5 rating ``rating`` and the sentiment ``score``: these columns say that it is ours.
OURS = {"collected_at", "external_id", "label", "score"}
FIELD_LIMIT = 4 * 1024 * 1024
SAMPLE = 64 * 1024


class UnreadableFile(ValueError):  # noqa: N818 - names what it is, like the standard library's own
    """The file as a whole cannot be read; the message says why and what to do."""


def read_file(
    path: Path, preset: str | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[RawMention | Rejection]:
    """One result a row, in order, without holding the file in memory.

    ``columns`` (field → column name) comes before ``preset`` (see :data:`PRESETS`), and that before the known names.
    A row that cannot be used is a :class:`Rejection` with ``detail`` ``"row N"`` (the first data row is 1).
    Raises :class:`UnreadableFile` for an unknown preset or type of file, an unknown encoding, or no column with text.
    """
    if preset is not None and preset not in PRESETS:
        raise UnreadableFile(f"unknown preset {preset!r}: one of {', '.join(sorted(PRESETS))}")
    chosen = {**PRESETS.get(preset or "", {}), **(columns or {})}
    if unknown := set(chosen) - set(NAMES):
        raise UnreadableFile(f"unknown field {sorted(unknown)[0]!r}: one of {', '.join(NAMES)}")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]
    if kind not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
        raise UnreadableFile(f"{path.name}: not a CSV, TSV or JSONL file (XLSX: save it as CSV first)")
    with open_text(path) as lines:
        try:
            if kind in {".jsonl", ".ndjson"}:
                yield from json_rows(lines, chosen)
            else:
                yield from csv_rows(lines, chosen, "\t" if kind == ".tsv" else None)
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{path.name}: neither UTF-8 nor GB 18030 (at byte {error.start})") from error
        except (gzip.BadGzipFile, EOFError) as error:
            raise UnreadableFile(f"{path.name}: damaged gzip file") from error


def open_text(path: Path) -> IO[str]:
    return io.TextIOWrapper(binary(path), encoding=encoding_of(path), newline="")


def binary(path: Path) -> IO[bytes]:
    with path.open("rb") as start:
        zipped = start.read(2) == b"\x1f\x8b"
    return io.BufferedReader(gzip.open(path)) if zipped else path.open("rb")


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without a mark) or UTF-16 with a mark; what is not valid UTF-8 is GB 18030, Excel's in China."""
    with binary(path) as stream:
        try:
            sample = stream.read(2)
            if sample in {b"\xff\xfe", b"\xfe\xff"}:
                return "utf-16"
            decoder = io.TextIOWrapper(binary(path), encoding="utf-8-sig")
            with decoder:
                while decoder.read(SAMPLE):
                    pass
        except UnicodeDecodeError:
            return "gb18030"
        except (gzip.BadGzipFile, EOFError) as error:
            raise UnreadableFile(f"{path.name}: damaged gzip file") from error
    return "utf-8-sig"


def columns_of(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Field → the column that holds it, for those that are there."""
    folded = {name.strip().lower(): name for name in header}
    ours = set(folded) >= OURS
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        usable = (chosen[field].strip().lower(),) if field in chosen else names
        if ours and field == "rating":
            usable = ("rating",)
        column = next((folded[name] for name in usable if name in folded), None)
        if column is not None:
            found[field] = column
    return found


def checked_columns(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """Field → position. Raises :class:`UnreadableFile` where a chosen column or the text is missing."""
    found = columns_of(header, chosen)
    missing = next((column for field, column in chosen.items() if field not in found), None)
    if missing is not None:
        raise UnreadableFile(f"no column {missing!r}: there are {', '.join(header)}")
    if "text" not in found:
        raise UnreadableFile(f"no column with the text: there are {', '.join(header)}; name it with a column mapping")
    return {field: header.index(name) for field, name in found.items()}


def csv_rows(lines: IO[str], chosen: Mapping[str, str], delimiter: str | None) -> Iterator[RawMention | Rejection]:
    first = next(lines, "")
    separator = delimiter or max((",", ";", "\t"), key=first.count)
    csv.field_size_limit(FIELD_LIMIT)
    # NUL bytes and overlong fields are faults of one row, not of the file.
    reader = csv.reader(chain([first], (line.replace("\0", "") for line in lines)), delimiter=separator)
    header = next(reader, [])
    if not header:
        return
    columns = checked_columns(header, chosen)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejection("bad row", f"row {number}: {error}")
            continue
        if any(cell.strip() for cell in row):
            yield mention_of({field: row[at] for field, at in columns.items() if at < len(row)}, number)


def json_rows(lines: Iterable[str], chosen: Mapping[str, str]) -> Iterator[RawMention | Rejection]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Rejection("bad json", f"row {number}")
            continue
        if not isinstance(row, dict):
            yield Rejection("bad json", f"row {number}")
            continue
        columns = columns_of([str(name) for name in row], chosen)
        yield mention_of({field: row[name] for field, name in columns.items()}, number)


def mention_of(values: Mapping[str, Any], number: int) -> RawMention | Rejection:
    words = {field: plain(value) for field, value in values.items()}
    text = words.get("text")
    if not text:
        return Rejection("no text", f"row {number}", words.get("url"))
    stated = words.get("kind")
    kinds: dict[str, Kind] = {each: each for each in get_args(Kind)}
    return RawMention(
        text=text,
        external_id=words.get("external_id"),
        url=words.get("url"),
        kind=kinds.get(stated or "", "review"),
        title=words.get("title"),
        author=words.get("author"),
        published=words.get("published"),
        rating=words.get("rating"),
        lang=words.get("lang"),
        product=words.get("product"),
        parent_id=words.get("parent_id"),
    )


def plain(value: Any) -> str | None:
    """A cell as words; nested values and truth values are none."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    return str(value).strip() or None
