"""alerts list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dashboard.cli.choices import configuration, require_brand
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_table

if TYPE_CHECKING:
    from alerts.reading import Alert

app = typer.Typer(help="What is firing.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """What is firing."""


@app.command("list")
def list_all(
    context: typer.Context,
    state: Annotated[Literal["firing", "resolved"] | None, typer.Option(help="Only these.", show_default=False)] = None,
    brand: Annotated[str | None, typer.Option(show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1)] = 200,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Alerts, newest first."""
    from alerts.reading import list_alerts
    from dashboard.operation.installation import open_installation
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home))
    with reading(installation.engine) as connection:
        require_brand(connection, configuration(installation), brand)
        found = list_alerts(connection, state=state, brand=brand, limit=limit)
    if as_json:
        write_json([alert_row(alert) for alert in found])
        return
    head = ("id", "rule", "state", "severity", "series", "since", "n", "k", "ticket")
    write_table(head, [[alert_row(alert)[name] for name in head] for alert in found])


def alert_row(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id,
        "rule": alert.rule,
        "state": alert.state,
        "severity": alert.severity,
        "series": alert.series,
        "since": iso(alert.since),
        "n": alert.n,
        "k": alert.k,
        "expected": alert.expected,
        "score": alert.score,
        "fired_at": iso(alert.fired_at),
        "resolved_at": iso(alert.resolved_at),
        "ticket": alert.ticket,
    }
