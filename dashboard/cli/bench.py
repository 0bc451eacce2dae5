"""``tingfeng bench``: what this machine does, measured beside a rival in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import JsonOption
from dashboard.cli.output import note, write_json, write_line, write_table

if TYPE_CHECKING:
    from dashboard.bench.figures import Measured
    from dashboard.bench.keywords import Figure

app = typer.Typer(no_args_is_help=True)


class Shape(StrEnum):
    JSON = "json"
    FEED = "feed"
    HTML = "html"


@app.callback()
def root() -> None:
    """Measure this machine, beside a rival in the same run."""


@app.command()
def crawl(
    items: Annotated[int, typer.Option(min=100, max=1_000_000, help="Items on the local site.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, max=99, help="Each side runs so often; medians are told.")] = 3,
    shape: Annotated[list[Shape] | None, typer.Option(help="What the site serves; may be repeated.")] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            help="Sentiment engine, loaded beforehand as in a worker; `free` costs nothing.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Page → stored mention, beside a bare Scrapy spider that drops its items, over JSON, JSON Feed and HTML pages."""
    from dashboard.bench.crawl import Free, run
    from dashboard.operation import logs
    from monitor.sentiment.registry import DEFAULT, ENGINES, load_engine

    engine = engine or DEFAULT
    if engine not in (*ENGINES, Free.name):
        raise typer.BadParameter(f"there are: {', '.join(sorted((*ENGINES, Free.name)))}", param_hint="--engine")
    logs.set_up("command", quiet=True)
    note(f"loading {engine}")
    scorer = Free() if engine == Free.name else load_engine(engine, with_reasons=True)
    found = run(items, [each.value for each in shape or Shape], scorer, rounds)
    if as_json:
        for each in found:
            write_json(asdict(each))
    else:
        write_figures(found)


def write_figures(found: Sequence[Measured]) -> None:
    """Both sides, what must be, and memory as items pass."""
    sides = ("ours", "rival")
    write_table(
        ["shape", "side", "items/s", "seconds", "CPU seconds"],
        [
            [each.shape, side, *(getattr(each, f"{side}_{name}") for name in ("rate", "seconds", "cpu_seconds"))]
            for each in found
            for side in sides
        ],
    )
    write_line("")
    write_table(
        ["shape", "figure", "value", "must be", "met"],
        [
            [each.shape, must.figure, must.value, must.must, "yes" if must.met else "NO"]
            for each in found
            for must in each.musts
        ],
    )
    write_line("")
    write_table(
        ["shape", "items", "crawl MB", "worker MB"],
        [
            [each.shape, sample.items, sample.crawl_mb, sample.worker_mb]
            for each in found
            for sample in each.memory
            if sample.items * 10 % each.items == 0
        ],
    )


class Part(StrEnum):
    keywords = "keywords"
    sentiment = "sentiment"
    redaction = "redaction"
    clusters = "clusters"
    aspects = "aspects"
    adaptation = "adaptation"


@app.command()
def text(
    reviews: Annotated[int, typer.Option(min=100, max=1_000_000, help="Texts to read for keywords.")] = 20_000,
    rounds: Annotated[int, typer.Option(min=1, max=99, help="The best of so many counts.")] = 3,
    part: Annotated[list[Part] | None, typer.Option(help="Only this; may be repeated.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of labelled sets, test_*.csv.gz.")] = None,
    rival_texts: Annotated[int, typer.Option(min=0, help="Texts of each set that rivals read.")] = 300,
    draws: Annotated[int, typer.Option(min=1, help="A hundred labels are learned from so often, in each set.")] = 10,
    out: Annotated[Path | None, typer.Option(help="Writes the figures as Markdown, too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Texts → keywords, sentiment, redaction, clusters and aspects: speed and accuracy, beside what others use."""
    from dashboard.bench import adaptation, aspects, clusters, keywords, redaction, sentiment
    from dashboard.bench.pages import write_pages

    parts = part or list(Part)
    found = keywords.run(reviews, rounds) if Part.keywords in parts else []
    if Part.sentiment in parts:
        found = [*found, *sentiment.run(data, rival_texts, rounds)]
    for name, module in ((Part.redaction, redaction), (Part.clusters, clusters), (Part.aspects, aspects)):
        if name in parts:
            found = [*found, *module.run(reviews, rounds)]
    if Part.adaptation in parts:
        found = [*found, *adaptation.run(data, draws)]
    if out:
        write_pages(out, found)
    if as_json:
        for each in found:
            write_json(asdict(each))
        return
    rows = [[each.figure, each.value, each.unit, each.must or None, _met(each)] for each in found]
    write_table(["figure", "value", "unit", "must be", "met"], rows)
    write_line("")
    rivals = [[each.figure, name, value, each.unit] for each in found for name, value in each.rivals.items()]
    write_table(["figure", "beside", "value", "unit"], rivals)


def _met(figure: Figure) -> str | None:
    """``None`` where nothing is promised."""
    if not figure.must:
        return None
    return "yes" if figure.met else "NO"
