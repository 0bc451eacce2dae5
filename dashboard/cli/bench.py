"""``tingfeng bench``: what this machine does, measured beside a rival in the same run."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.options import JsonOption
from dashboard.cli.output import note, write_json, write_table
from monitor.sentiment.registry import DEFAULT

app = typer.Typer(no_args_is_help=True)


@app.callback()
def root() -> None:
    """Measure this machine, beside a rival in the same run."""


@app.command()
def crawl(
    items: Annotated[int, typer.Option(min=100, max=1_000_000, help="Items on the local site.")] = 10_000,
    engine: Annotated[str, typer.Option(help="Sentiment engine, loaded beforehand as in a worker.")] = DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Page → stored mention, beside a bare Scrapy spider that drops its items, over JSON, JSON Feed and HTML pages."""
    from dashboard.bench.crawl import run
    from dashboard.operation import logs
    from monitor.sentiment.registry import ENGINES, load_engine

    if engine not in ENGINES:
        raise typer.BadParameter(f"there are: {', '.join(sorted(ENGINES))}", param_hint="--engine")
    logs.set_up("command", quiet=True)
    note(f"loading {engine}")
    found = run(items, ("json", "feed", "html"), load_engine(engine, with_reasons=True))
    if as_json:
        for each in found:
            write_json(each)
    else:
        write_table(list(found[0]), [list(each.values()) for each in found])
