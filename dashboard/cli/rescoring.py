"""rescore: what is stored, by the engine of today; first what that would change."""

from __future__ import annotations

import time
from getpass import getuser
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.collecting import count_steps, opened
from dashboard.cli.faults import UNAVAILABLE, Fault
from dashboard.cli.options import HomeOption, JsonOption
from dashboard.cli.output import progress, write_json, write_line, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.operation.installation import Installation
    from dashboard.operation.rescoring import SourceDiff
    from monitor.config.versions import Applied
    from monitor.pipeline import Pipeline
    from monitor.store.rescoring import RescoreRun

app = typer.Typer()


@app.command()
def rescore(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")] = False,
    background: Annotated[bool, typer.Option("--background", help="Let a worker do it.")] = False,
    source: Annotated[str | None, typer.Option(help="Of this source only.", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scores what is stored anew, by the engine and corrections in force. People's labels stay, and no alert fires."""
    from dashboard.cli.choices import require_source
    from dashboard.operation.rescoring import diff
    from dashboard.operation.worker import pipelines_of
    from monitor.store.database import reading, writing
    from monitor.store.rescoring import ask

    installation, applied = opened(context, home)
    with reading(installation.engine) as connection:
        require_source(connection, applied.config, source)
    if background:
        with writing(installation.engine) as connection:
            write_run(ask(connection, source, getuser(), utc_now()), as_json)
        return
    try:
        pipeline = pipelines_of(installation).of(applied)
    except ImportError as error:
        raise Fault(UNAVAILABLE, f"sentiment engine: {error}: run make setup") from error
    if dry_run:
        write_diff(diff(installation, pipeline, source), pipeline, as_json)
        return
    write_run(carry_out(installation, applied, pipeline, source), as_json)
    count_steps(installation, applied)


def carry_out(installation: Installation, applied: Applied, pipeline: Pipeline, source: str | None) -> RescoreRun:
    """To the end of the open run, which may be one that was asked for before and stopped half-way; a worker that has it
    is waited for."""
    from dashboard.operation.rescoring import rescore_one
    from dashboard.operation.worker import own_name
    from monitor.store.database import reading, writing
    from monitor.store.rescoring import ask, left, read_run

    with writing(installation.engine) as connection:
        run = ask(connection, source, getuser(), utc_now())
    told = 0
    while run.state != "done":
        if rescore_one(installation, applied, lambda: pipeline, own_name(), utc_now) is None:
            time.sleep(1)
        with reading(installation.engine) as connection:
            run = read_run(connection, run.id)
            if run.scored - told >= 10_000:
                told = run.scored
                engine = (pipeline.engine.name, pipeline.engine.version)
                progress(f"{run.scored} scored, {left(connection, run, engine)} left")
    return run


def write_run(run: RescoreRun, as_json: bool) -> None:
    row = {
        "run": run.id,
        "state": run.state,
        "source": run.source_id,
        "engine": run.engine,
        "engine_version": run.engine_version,
        "scored": run.scored,
        "changed": run.changed,
    }
    if as_json:
        write_json(row)
    elif run.state == "done":
        write_line(f"{run.scored} mentions scored by {run.engine} {run.engine_version}: {run.changed} labels changed")
    else:
        write_line(f"re-score {run.id} is open: a worker goes on with it; {run.scored} mentions are done")


def write_diff(found: Mapping[str, SourceDiff], pipeline: Pipeline, as_json: bool) -> None:
    totals = {
        "mentions": sum(each.mentions for each in found.values()),
        "changed": sum(each.changes.total() for each in found.values()),
        "kept": sum(each.kept for each in found.values()),
    }
    if as_json:
        sources = {source: diff_row(each) for source, each in found.items()}
        engine = {"engine": pipeline.engine.name, "engine_version": pipeline.engine.version}
        write_json({**engine, **totals, "sources": sources})
        return
    write_table(
        ["source", "mentions", "labels of people, kept", "labels that would change", "of which to negative"],
        [
            [
                source,
                each.mentions,
                each.kept,
                each.changes.total(),
                sum(count for (_, after), count in each.changes.items() if after == "negative"),
            ]
            for source, each in found.items()
        ],
    )
    for source, each in found.items():
        for sample in each.samples:
            said = " ".join(sample.text.split())[:60]
            write_line(f"{source} {sample.external_id}: {sample.before} → {sample.after}: {said}")


def diff_row(each: SourceDiff) -> dict[str, object]:
    return {
        "mentions": each.mentions,
        "kept": each.kept,
        "changed": each.changes.total(),
        "changes": [
            {"before": before, "after": after, "n": count} for (before, after), count in sorted(each.changes.items())
        ],
        "samples": [
            {"external_id": one.external_id, "text": one.text, "before": one.before, "after": one.after}
            for one in each.samples
        ],
    }
