"""cluster and aspects: JSON Lines in, JSON Lines out, nothing stored."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.lines import BATCH, Line, answered, batches, read_lines
from dashboard.cli.options import JsonOption
from dashboard.cli.output import write_json

app = typer.Typer()


@app.command()
def cluster(as_json: JsonOption = False) -> None:
    """Near-duplicates and reposts among {"id","text"} lines: those of one cluster get the same number."""
    from monitor.duplicates.index import ClusterIndex

    index = ClusterIndex()
    for batch in batches(read_lines(), BATCH):
        numbers = index.assign([line.text for line in batch if isinstance(line, Line)])
        for row in answered(batch, [{"cluster": number} for number in numbers]):
            write_json(row)
        sys.stdout.buffer.flush()


@app.command()
def aspects(
    config: Annotated[
        Path | None, typer.Option("--config", help="keywords.yaml whose aspects are looked for.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Aspects of {"id","text"} lines, each with the polarity of the clause that speaks of it."""
    from monitor.aspects.opinions import AspectReader
    from monitor.sentiment.registry import load_engine

    reader = AspectReader({} if config is None else configured(config))
    engine = load_engine(with_reasons=False)
    for batch in batches(read_lines(), BATCH):
        found = reader.read([line.text for line in batch if isinstance(line, Line)], engine)
        answers = [
            {"aspects": [{"aspect": each.name, "polarity": each.polarity, "span": list(each.span)} for each in of_text]}
            for of_text in found
        ]
        for row in answered(batch, answers):
            write_json(row)
        sys.stdout.buffer.flush()


def configured(file: Path) -> Mapping[str, tuple[str, ...]]:
    from dashboard.operation.wiring import kinds
    from monitor.config.errors import InvalidConfig
    from monitor.config.load import parse_config
    from monitor.config.versions import read_file

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    try:
        return parse_config(read_file(file), kinds()).aspects
    except InvalidConfig as invalid:
        raise Fault(WRONG, "\n".join(error.format(str(file)) for error in invalid.errors)) from invalid
