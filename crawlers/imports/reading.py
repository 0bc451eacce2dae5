"""Reads mentions from files that users export or save: CSV, TSV, XLSX, JSON and JSON Lines, also gzipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from crawlers.imports import records, table
from crawlers.imports.columns import GENERIC, check_fields
from crawlers.imports.failure import UnreadableFile
from crawlers.imports.opening import Format, encoding_of, format_of
from crawlers.imports.preset import FIELDS, Preset
from crawlers.imports.records import JsonFile, JsonLayout
from crawlers.imports.registry import PRESETS
from crawlers.imports.table import HEAD, TableFile, TableLayout
from crawlers.imports.workbook import sheet_names
from monitor.mention import Kind, RawMention, Rejection


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. ``columns``: field → the columns or keys that it comes from, as the file names them."""

    format: Format
    encoding: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    preset: str | None
    #: ``given`` by the user, ``detected`` from the columns or keys, or ``None``: by known names.
    preset_by: str | None
    #: Presets that fitted where more than one did, so that none was taken.
    candidates: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    #: Zone of its times that state none, where the source names no zone of its own.
    timezone: str | None


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file whose layout is known. :meth:`mentions` may be called any number of times."""

    layout: Layout
    source: TableFile | JsonFile
    plan: TableLayout | JsonLayout | None

    def mentions(self) -> Iterator[RawMention | Rejection]:
        """One result a row or record, in order, without holding a table or JSON Lines in memory.

        What cannot be used is a :class:`Rejection` with ``detail`` ``"row N"`` (the first row of data is 1). Raises
        :class:`UnreadableFile` where the file breaks on the way.
        """
        if isinstance(self.source, TableFile) and isinstance(self.plan, TableLayout):
            yield from table.table_mentions(self.source.rows(), self.plan)
        elif isinstance(self.source, JsonFile) and isinstance(self.plan, JsonLayout):
            yield from records.json_mentions(self.source.documents(), self.plan)


def open_import(
    path: Path,
    preset: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    kind_of_item: Kind = "review",
) -> ImportFile:
    """Looks at the beginning of a file and says how it will be read.

    ``columns`` (field → column, or columns joined by ``+``) comes before ``preset`` (a name of the registry), and that
    before the known names. ``kind_of_item``: what a row is where neither a column nor a preset says so. Raises
    :class:`UnreadableFile`: it says what is wrong and what to do.
    """
    return as_kind(open_as_is(path, preset, columns, sheet), kind_of_item)


def as_kind(opened: ImportFile, kind: Kind) -> ImportFile:
    """The file with rows of that kind, where no preset knows better."""
    plan = opened.plan
    if plan is None or plan.preset is not None or kind == GENERIC.kind:
        return opened
    if isinstance(plan, TableLayout):
        return replace(opened, plan=replace(plan, shape=replace(plan.shape, kind=kind)))
    return replace(opened, plan=replace(plan, kind=kind))


def open_as_is(path: Path, preset: str | None, columns: Mapping[str, str] | None, sheet: str | None) -> ImportFile:
    chosen = dict(columns or {})
    check_fields(chosen)
    if preset is not None and preset not in PRESETS:
        raise UnreadableFile(f"unknown preset {preset!r}: one of {', '.join(sorted(PRESETS))}")
    presets = list(PRESETS.values()) if preset is None else [PRESETS[preset]]
    kind = format_of(path)
    if sheet is not None and kind != "xlsx":
        raise UnreadableFile(f"{path.name}: only a workbook has sheets")
    if kind in ("json", "jsonl"):
        return open_json(JsonFile(path, kind, encoding_of(path)), presets, preset is not None, chosen)
    if kind == "xlsx":
        return open_workbook(path, sheet, presets, preset is not None, chosen)
    return open_table(TableFile(path, kind, encoding_of(path)), (), presets, preset is not None, chosen)


def open_workbook(
    path: Path, sheet: str | None, presets: Sequence[Preset], given: bool, chosen: Mapping[str, str]
) -> ImportFile:
    """The named sheet; else the first that can be read: exports put notes and covers before the data."""
    sheets = sheet_names(path)
    if sheet is not None and sheet not in sheets:
        raise UnreadableFile(f"{path.name}: no sheet {sheet!r}: there are {', '.join(sheets)}")
    problem: UnreadableFile | None = None
    for name in sheets if sheet is None else (sheet,):
        try:
            opened = open_table(TableFile(path, "xlsx", "", name), sheets, presets, given, chosen)
        except UnreadableFile as error:
            problem = problem or error
            continue
        if opened.plan is not None or sheet is not None:
            return opened
    if problem is not None:
        raise problem
    return ImportFile(empty_layout("xlsx", None, sheets), TableFile(path, "xlsx", "", sheet), None)


def open_table(
    source: TableFile, sheets: tuple[str, ...], presets: Sequence[Preset], given: bool, chosen: Mapping[str, str]
) -> ImportFile:
    rows = source.rows()
    head = list(islice(rows, HEAD))
    encoding = source.encoding or None
    if not any(isinstance(row, Rejection) or any(cell not in (None, "") for cell in row) for row in head):
        return ImportFile(empty_layout(source.format, encoding, sheets), source, None)
    plan = table.layout_of(head, presets, given, chosen)
    used = {at for each in plan.columns.values() for at in each.positions}
    layout = Layout(
        format=source.format,
        encoding=encoding,
        sheet=source.sheet,
        sheets=sheets,
        preset=plan.preset.name if plan.preset else None,
        preset_by=("given" if given else "detected") if plan.preset else None,
        candidates=plan.candidates,
        columns={field: each.names for field, each in plan.columns.items()},
        unused=tuple(name for at, name in enumerate(plan.header.names) if at not in used and name),
        timezone=plan.preset.timezone if plan.preset else None,
    )
    return ImportFile(layout, source, plan)


def open_json(source: JsonFile, presets: Sequence[Preset], given: bool, chosen: Mapping[str, str]) -> ImportFile:
    plan = records.layout_of(source.documents(), presets, given, chosen)
    keys, unused = keys_of(source, plan)
    layout = Layout(
        format=source.format,
        encoding=source.encoding,
        sheet=None,
        sheets=(),
        preset=plan.preset.name if plan.preset else None,
        preset_by=("given" if given else "detected") if plan.preset else None,
        candidates=plan.candidates,
        columns=keys,
        unused=unused,
        timezone=plan.preset.timezone if plan.preset else None,
    )
    return ImportFile(layout, source, plan)


def keys_of(source: JsonFile, plan: JsonLayout) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The keys behind each field in the first record that is understood, and its other keys."""
    for _, document in islice(source.documents(), records.SAMPLE):
        for record in islice(records.records(document, plan.shapes), records.SAMPLE):
            shape = records.shape_of(record, plan.shapes)
            if shape is not None:
                keys = {
                    field: found for field in FIELDS if (found := records.keys_at(record, shape, plan.chosen, field))
                }
                roots = {key.split(".")[0] for found in keys.values() for key in found} | {
                    key for found in keys.values() for key in found
                }
                return keys, tuple(str(key) for key in record if key not in roots)
    return {}, ()


def empty_layout(kind: Format, encoding: str | None, sheets: tuple[str, ...]) -> Layout:
    return Layout(kind, encoding, None, sheets, None, None, (), {}, (), None)


def read_file(
    path: Path, preset: str | None = None, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> Iterator[RawMention | Rejection]:
    """:func:`open_import` and its mentions in one. Raises :class:`UnreadableFile` with the first result."""
    yield from open_import(path, preset, columns, sheet).mentions()
