"""cluster: JSON Lines in, JSON Lines out, nothing stored."""

from __future__ import annotations

import sys

import typer

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
