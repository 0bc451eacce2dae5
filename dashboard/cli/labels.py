"""label: what people say a mention is, in and out as JSON Lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.choices import configuration, require_source
from dashboard.cli.clock import utc_now
from dashboard.cli.collecting import count_steps, opened
from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, note, write_json

app = typer.Typer(no_args_is_help=True)


@app.callback()
def root() -> None:
    """Labels that people gave to mentions; they stand before the engine's."""


@app.command("import")
def import_labels(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON Lines; - is standard input.")] = Path("-"),
    by: Annotated[str | None, typer.Option(help="Whose labels they are; the user of this machine.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Gives the labels of {"source","external_id","label"[,"note"]} lines; a line of JSON counts."""
    from dashboard.operation import labelling

    if str(file) != "-" and not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    installation, applied = opened(context, home)
    counts = labelling.import_labels(
        installation.engine,
        lines_of(file),
        by=by or getuser(),
        step_seconds=int(applied.config.settings.step.total_seconds()),
        now=utc_now(),
    )
    count_steps(installation, applied)
    write_json(asdict(counts))
    if counts.read and sum(counts.rejected.values()) == counts.read:
        note("no line could be used: each needs source and external_id of a stored mention, and a label")
        raise typer.Exit(WRONG)


def lines_of(file: Path) -> Iterator[bytes]:
    if str(file) == "-":
        yield from sys.stdin.buffer
        return
    with file.open("rb") as stream:
        yield from stream


@app.command("export")
def export_labels(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Of this source only.", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The labels in force as JSON Lines, which ``label import`` reads again."""
    from dashboard.operation.installation import open_installation
    from monitor.store.database import reading
    from monitor.store.labels import labelled

    installation = open_installation(home_of(context, home))
    with reading(installation.engine) as connection:
        require_source(connection, configuration(installation), source)
        for each in labelled(connection, source):
            given = each.correction
            write_json(
                {
                    "source": each.source_id,
                    "external_id": each.external_id,
                    "label": given.label,
                    "engine_label": given.engine_label,
                    "by": given.by,
                    "at": iso(given.at),
                    "note": given.note,
                    "title": each.title,
                    "text": each.text,
                }
            )
