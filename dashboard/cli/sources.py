"""sources list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dashboard.cli.choices import configuration
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_table

if TYPE_CHECKING:
    from monitor.config.schema import Source
    from monitor.health.store import StoredHealth

app = typer.Typer(help="How the sources are.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """How the sources are."""


@app.command("list")
def list_all(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every source of both files: its state and why, since when, its delay, and what it brought in 24 hours."""
    from crawlers.inbound.registry import inbound_sources
    from dashboard.operation.installation import open_installation
    from monitor.health.store import all_health
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home))
    config, inbound = configuration(installation), installation.operator.inbound
    with reading(installation.engine) as connection:
        healths = all_health(connection)
    rows = [
        source_row(source, healths.get(source.id))
        for source in (*(config.sources if config else ()), *inbound_sources(inbound))
    ]
    if as_json:
        write_json(rows)
        return
    head = ("id", "kind", "state", "since", "last_item", "got_24h", "expected_24h", "reason")
    write_table(head, [[row[name] for name in head] for row in rows])


def source_row(source: Source, found: StoredHealth | None) -> dict[str, object]:
    """``state`` is ``off`` for a source that is switched off, ``never`` until it was measured. Delays: seconds."""
    from alerts.health_words import sentence

    told = found if source.enabled else None
    return {
        "id": source.id,
        "kind": source.kind,
        "state": told.state if told else "never" if source.enabled else "off",
        "since": iso(told.since) if told else None,
        "reason": sentence("en", told.cause, told.facts) if told else "",
        "last_item": iso(told.last_item) if told and told.last_item else None,
        "delay_p50": told.delay_p50 if told else None,
        "delay_p95": told.delay_p95 if told else None,
        "expected_24h": round(told.expected_24h, 2) if told else None,
        "got_24h": told.got_24h if told else None,
    }
