"""report weekly."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import USAGE, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import progress, write_json, write_line

app = typer.Typer(help="Reports.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Reports."""


@app.command()
def weekly(
    context: typer.Context,
    week: Annotated[str | None, typer.Option(help="ISO week such as 2026-W47; last week.", show_default=False)] = None,
    format_names: Annotated[str, typer.Option("--format", help="One or more, with commas.")] = "html",
    out: Annotated[Path | None, typer.Option("--out", help="Also copied here.", show_default=False)] = None,
    language: Annotated[Literal["zh-CN", "en"] | None, typer.Option(show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The competitive report of a week, for each format one file."""
    from dashboard.operation.installation import apply_home, open_installation
    from dashboard.reports.formats import FORMATS
    from dashboard.reports.week import last_week, parse_week
    from dashboard.reports.weekly import write_weekly

    formats = [name.strip() for name in format_names.split(",")]
    for name in formats:
        if name not in FORMATS:
            raise Fault(USAGE, f"--format {name!r}: choose from {', '.join(sorted(FORMATS))}")
    folder = home_of(context, home)
    installation = open_installation(folder)
    now = utc_now()
    applied = apply_home(installation, now)
    settings = applied.config.settings
    zone = ZoneInfo(settings.timezone)
    try:
        chosen = parse_week(week, zone) if week else last_week(now, zone)
    except ValueError as error:
        raise Fault(USAGE, f"--week {week!r}: {error}") from error
    spoken = language or settings.language
    rows = []
    for name in formats:
        progress(f"writing {chosen.name} as {name}")
        path = write_weekly(installation.engine, applied, folder, chosen.name, spoken, now, name)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            path = Path(shutil.copy(path, out))
        rows.append({"week": chosen.name, "format": name, "language": spoken, "path": str(path)})
    if as_json:
        write_json(rows)
        return
    for row in rows:
        write_line(str(row["path"]))
