"""import: a file that a user exported or saved into a source, or a look at what it would bring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.collecting import count_steps, opened, report
from dashboard.cli.faults import UNAVAILABLE, USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption
from dashboard.cli.output import note, progress, write_json

if TYPE_CHECKING:
    from crawlers.imports.reading import ImportFile, Layout
    from dashboard.operation.importing import ReadAs
    from monitor.config.schema import Config, Source

app = typer.Typer()


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSON or JSON Lines; texts also gzipped.")],
    source: Annotated[str, typer.Option("--source", help="Source id that the mentions belong to.")],
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="The platform that the export is from; found by itself where only one fits."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", help="text=评价内容,rating=评分,…; text=第一问+第二问 joins two columns."),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook; default: the first.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Say what would come in, and store nothing.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Imports a file; a line of JSON counts. A replay of the same file changes nothing."""
    from dashboard.operation.crawling import run_import
    from dashboard.operation.importing import SourceBusyError, begin_run, file_events, in_zone, read_as
    from dashboard.operation.worker import own_name, pipelines_of

    installation, applied = opened(context, home)
    named = target_of(applied.config, source)
    opened_file = open_file(file, read_as(named, preset, mapping_of(columns or []), sheet))
    target = in_zone(named, opened_file.layout.timezone)
    say_layout(opened_file.layout)
    if preview:
        write_preview(opened_file, applied.config, target)
        return
    from crawlers.imports.failure import UnreadableFile

    try:
        events = file_events(opened_file)
        lease = begin_run(installation, target.id, "import", own_name(), utc_now())
    except UnreadableFile as error:
        raise Fault(WRONG, f"{file}: {error}") from error
    except SourceBusyError as error:
        raise Fault(UNAVAILABLE, str(error)) from error
    pipelines = pipelines_of(installation)
    progress(f"importing {file}")
    collected = run_import(installation, applied, target, lease, lambda: pipelines.of(applied), utc_now, events)
    code = report(target.id, collected, preset=opened_file.layout.preset)
    if code == 0 and collected.reason:
        note(f"{file}: {collected.reason}")
    count_steps(installation, applied)
    raise typer.Exit(code)


def open_file(file: Path, asked: ReadAs) -> ImportFile:
    from crawlers.imports.failure import UnreadableFile
    from crawlers.imports.registry import PRESETS

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    if asked.preset is not None and asked.preset not in PRESETS:
        raise Fault(USAGE, f"--preset: unknown preset {asked.preset!r}: one of {', '.join(sorted(PRESETS))}")
    try:
        return asked.open(file)
    except UnreadableFile as error:
        raise Fault(WRONG, f"{file}: {error}") from error


def mapping_of(columns: list[str]) -> dict[str, str]:
    """``text=评价内容,rating=评分``; a comma before a word without ``=`` belongs to the column's name."""
    from crawlers.imports.preset import FIELDS

    mapping: dict[str, str] = {}
    for option in columns:
        field = ""
        for part in option.split(","):
            name, equals, column = part.partition("=")
            if equals and (name.strip() in FIELDS or not field):
                field = name.strip()
                if field not in FIELDS:
                    raise Fault(USAGE, f"--columns: unknown field {field!r}: one of {', '.join(FIELDS)}")
                mapping[field] = column.strip()
            elif field:
                mapping[field] += f",{part}"
            else:
                raise Fault(USAGE, f"--columns: write field=column, such as text=评价内容, not {option!r}")
    return mapping


def target_of(config: Config, source: str) -> Source:
    from pydantic import ValidationError

    from dashboard.operation.importing import import_source

    try:
        return import_source(config, source)
    except ValidationError as error:
        raise Fault(USAGE, f"--source {source!r}: use lower case letters, digits, - and _") from error


def say_layout(layout: Layout) -> None:
    """For people: what was taken without being told."""
    if layout.preset_by == "detected":
        note(f"read as an export of the preset {layout.preset}; --preset names another")
    elif layout.candidates:
        note(f"several presets fit ({', '.join(layout.candidates)}): read by column names; --preset names one")


def write_preview(opened_file: ImportFile, config: Config, target: Source) -> None:
    from crawlers.imports.failure import UnreadableFile
    from dashboard.operation.preview import preview

    try:
        shown = preview(opened_file, config, target, utc_now())
    except UnreadableFile as error:
        raise Fault(WRONG, str(error)) from error
    write_json({"source": target.id, **shown.as_json()})
