"""detect: the detectors over counts from a file, nothing stored."""

from __future__ import annotations

import csv
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.options import JsonOption
from dashboard.cli.output import iso, write_json

if TYPE_CHECKING:
    from alerts.replay import Counted, Kind, Turn

app = typer.Typer()


@app.command()
def detect(
    file: Annotated[Path, typer.Argument(help="CSV, also gzip: series,hour,mentions,negatives.", show_default=False)],
    kind: Annotated[str, typer.Option(help="ratio (of negatives) or volume (of mentions).")] = "ratio",
    step: Annotated[str, typer.Option(help="Length of a step: 1h, 5m.")] = "1h",
    as_json: JsonOption = False,
) -> None:
    """When an alert would have fired and resolved: {"series","hour","kind","transition",…} lines."""
    from alerts.replay import replay, usual_rule

    kind_of_rule = checked_kind(kind)
    seconds = step_seconds(step)
    found = read(file, kind_of_rule)
    last = max((steps[-1].start for steps in found.values()), default=0)
    rule = usual_rule(kind_of_rule)
    for series, steps in found.items():
        for turn in replay(rule, steps, seconds, last):
            write_json(row(series, kind_of_rule, turn))


def checked_kind(kind: str) -> Kind:
    if kind == "ratio":
        return "ratio"
    if kind == "volume":
        return "volume"
    raise Fault(USAGE, f"--kind {kind}: must be ratio or volume")


def step_seconds(step: str) -> int:
    from monitor.config.schema import parse_duration

    try:
        found = parse_duration(step)
    except ValueError as error:
        raise Fault(USAGE, f"--step {step}: {error}") from error
    if not isinstance(found, timedelta) or found > timedelta(days=1):
        raise Fault(USAGE, f"--step {step}: at most 1d")
    return int(found.total_seconds())


def read(file: Path, kind: Kind) -> dict[str, list[Counted]]:
    from alerts.counts import CountsError, opened, read_counts

    try:
        with opened(file) as lines:
            return read_counts(lines, negatives=kind == "ratio")
    except CountsError as error:
        raise Fault(WRONG, f"{file}:{error.line}: {error}") from error
    except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Fault(WRONG, f"{file}: cannot be read as UTF-8 CSV: {error}") from error
    except OSError as error:
        raise Fault(WRONG, f"{file}: {error.strerror}") from error


def row(series: str, kind: Kind, turn: Turn) -> dict[str, object]:
    finding = turn.finding
    return {
        "series": series,
        "hour": iso(datetime.fromtimestamp(turn.start, UTC)),
        "kind": kind,
        "transition": turn.transition,
        "n": finding.n,
        "k": finding.k,
        "expected": None if finding.expected is None else round(finding.expected, 3),
        "score": None if finding.score is None else round(finding.score, 3),
    }
