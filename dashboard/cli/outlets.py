"""outlets list and check: what is overdue at each outlet, and that a box was emptied."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.choices import configuration, unknown
from dashboard.cli.clock import utc_now
from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_line, write_table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.config.schema import Config
    from monitor.outlets.source import TranscriptsSource

app = typer.Typer(help="Outlets: what is overdue, and boxes that were emptied.", no_args_is_help=True)
HEAD = ("source", "outlet", "name", "waiting", "overdue", "due_at", "box", "box_due_at", "last_check")


@app.command("list")
def list_all(
    context: typer.Context,
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each outlet: how much waits to be transcribed, what of it is overdue, and how its box is."""
    from dashboard.operation.installation import open_installation
    from monitor.config.schema import OperatorConfig
    from monitor.outlets.source import transcript_sources
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home), OperatorConfig())
    config, now = configuration(installation), utc_now()
    sources = transcript_sources(config) if config else ()
    if source is not None and source not in {each.id for each in sources}:
        raise unknown("source of kind transcripts", source, {each.id for each in sources})
    with reading(installation.engine) as connection:
        rows = [
            row
            for each in sources
            if config and source in (None, each.id)
            for row in rows_of(connection, each, config, now)
        ]
    if as_json:
        write_json(rows)
    else:
        write_table(HEAD, [[row[name] for name in HEAD] for row in rows])


def rows_of(
    connection: Connection, source: TranscriptsSource, config: Config, now: datetime
) -> list[dict[str, object]]:
    """One for each outlet, and one (``outlet`` null) for what names none. ``in_time`` is that of 30 days, as [k, n]."""
    from monitor.outlets.duty import Kept
    from monitor.outlets.reading import boxes, in_time, loads, names_of, zone_of

    found, kept = loads(connection, source.id, now), in_time(connection, source.id, now)
    names = names_of(connection, source)
    by_outlet = {box.outlet.id: box for box in boxes(connection, source, zone_of(source, config), now)}
    listed: list[str | None] = [outlet.id for outlet in source.outlets]
    rows: list[dict[str, object]] = []
    for outlet in [*listed, *sorted({*found, *kept} - set(listed), key=str)]:
        load, box, done = found.get(outlet), by_outlet.get(outlet or ""), kept.get(outlet, Kept(0, 0))
        rows.append(
            {
                "source": source.id,
                "outlet": outlet,
                "name": names.get(outlet or "", outlet),
                "waiting": load.waiting if load else 0,
                "overdue": load.overdue if load else 0,
                "due_at": iso(load.due_at) if load else None,
                "in_time": [done.k, done.n],
                "box": box.duty.state if box else None,
                "box_due_at": iso(box.duty.due_at) if box and box.duty.due_at else None,
                "box_missed": box.duty.missed if box else None,
                "last_check": iso(box.last.at) if box and box.last else None,
            }
        )
    return rows


@app.command()
def check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source of kind transcripts.")],
    outlet: Annotated[str, typer.Argument(help="Id of the outlet whose box was emptied today.")],
    slips: Annotated[int, typer.Option("--slips", min=0, max=500, help="How many slips were in it.")],
    by: Annotated[str | None, typer.Option("--by", help="Who emptied it; default: the user of this machine.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Confirms today's box and registers its slips; exit code 1 where somebody confirmed it before."""
    from dashboard.operation.boxes import confirm
    from dashboard.operation.installation import open_installation
    from monitor.config.schema import OperatorConfig
    from monitor.outlets.source import transcript_sources

    installation = open_installation(home_of(context, home), OperatorConfig())
    config, now = configuration(installation), utc_now()
    sources = {each.id: each for each in transcript_sources(config)} if config else {}
    found = sources.get(source)
    if config is None or found is None:
        raise unknown("source of kind transcripts", source, set(sources))
    named = found.outlet(outlet)
    if named is None or not found.has_box(named):
        raise unknown("outlet with a box", outlet, {each.id for each in found.outlets if found.has_box(each)})
    who = (by or getpass.getuser()).strip()
    if not who:
        raise Fault(USAGE, "--by is empty: say who emptied the box")
    done = confirm(installation.engine, found, config, named, slips, who, now)
    if done.before is not None:
        at = iso(done.before.at)
        raise Fault(WRONG, f"{outlet} was confirmed before: by {done.before.by} at {at}, {done.before.slips} slips")
    if as_json:
        write_json({"source": source, "outlet": outlet, "day": done.day.isoformat(), "numbers": list(done.numbers)})
    else:
        write_line(f"{outlet}: confirmed for {done.day}" + (f"; {', '.join(done.numbers)}" if done.numbers else ""))
