"""exposure: units sold or orders per product and day, so that failure rates have a denominator."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.collecting import opened
from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption
from dashboard.cli.output import write_json

app = typer.Typer()

#: Products that the counts name one by one.
NAMED = 20


@app.command()
def exposure(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSON or JSON Lines: product, day, units or orders.")],
    source: Annotated[str, typer.Option("--source", help="Where the numbers are from; it replaces only its own.")] = (
        "exposure"
    ),
    columns: Annotated[
        list[str] | None, typer.Option("--columns", help="product=商品,day=日期,units=件数,orders=订单数")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook; default: the first.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Count, and store nothing.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Imports units sold or orders per product and day; a line of JSON counts. A replay changes nothing."""
    from zoneinfo import ZoneInfo

    from crawlers.imports.exposure import DayReader, read_exposures
    from crawlers.imports.failure import UnreadableFile
    from dashboard.operation.exposure import gather, import_exposures

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", source):
        raise Fault(USAGE, f"--source {source!r}: use lower case letters, digits, - and _")
    mapping = mapping_of(columns or [])
    installation, applied = opened(context, home)
    now = utc_now()
    days = DayReader(ZoneInfo(applied.config.settings.timezone), now)
    try:
        gathered = gather(read_exposures(file, days, mapping, sheet), applied.config)
    except UnreadableFile as error:
        raise Fault(WRONG, f"{file}: {error}") from error
    counts: dict[str, object] = {
        "source": source,
        "rows": gathered.rows,
        "days": len(gathered.sold),
        "rejected": dict(sorted(gathered.rejected.items())),
        "unknown_products": list(gathered.unknown[:NAMED]),
    }
    if not preview:
        stored = import_exposures(installation, source, gathered, now)
        counts |= {"new": stored.new, "updated": stored.updated, "unchanged": stored.unchanged}
    write_json(counts)
    if gathered.rows and not gathered.sold:
        raise Fault(WRONG, f"{file}: none of its {gathered.rows} rows could be used")


def mapping_of(columns: list[str]) -> dict[str, str]:
    from crawlers.imports.exposure import FIELDS

    mapping: dict[str, str] = {}
    for part in ",".join(columns).split(",") if columns else ():
        field, equals, column = part.partition("=")
        if not equals or field.strip() not in FIELDS:
            raise Fault(USAGE, f"--columns: write field=column, with a field of {', '.join(FIELDS)}, not {part!r}")
        mapping[field.strip()] = column.strip()
    return mapping
