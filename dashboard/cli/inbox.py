"""inbox list and retry: what was sent and is not stored yet."""

from __future__ import annotations

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_line, write_table

app = typer.Typer(help="What was sent and is not stored yet.", no_args_is_help=True)


@app.command("list")
def list_all(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """How much waits, and how much was put aside and why, by source."""
    from dashboard.operation.installation import open_installation
    from monitor.config.schema import OperatorConfig
    from monitor.inbox.draining import backlog
    from monitor.store.database import reading

    with reading(open_installation(home_of(context, home), OperatorConfig()).engine) as connection:
        rows = [
            {
                "source": each.source_id,
                "waiting": each.waiting,
                "dead": each.dead,
                "oldest": iso(each.oldest),
                "reason": each.reason,
            }
            for each in backlog(connection)
        ]
    if as_json:
        write_json(rows)
    else:
        write_table(("source", "waiting", "dead", "oldest", "reason"), [list(row.values()) for row in rows])


@app.command()
def retry(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Lets everything that failed or was put aside be tried again at once."""
    from dashboard.operation.installation import open_installation
    from monitor.config.schema import OperatorConfig
    from monitor.inbox.draining import revive
    from monitor.store.database import writing

    with writing(open_installation(home_of(context, home), OperatorConfig()).engine) as connection:
        number = revive(connection, utc_now())
    if as_json:
        write_json({"retried": number})
    else:
        write_line(f"to be tried again: {number}")
