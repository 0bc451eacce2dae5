"""crawl and import: one run now, in this process, with the counts of what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import note, progress, write_json

if TYPE_CHECKING:
    from dashboard.operation.collect import Collected
    from dashboard.operation.installation import Installation
    from monitor.config.versions import Applied

app = typer.Typer()


@app.command()
def crawl(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Ids of keywords.yaml.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One crawl of each source now; a line of JSON counts for each."""
    from dashboard.operation.crawling import run_source
    from dashboard.operation.importing import SourceBusyError, begin_run
    from dashboard.operation.worker import Pipelines, own_name

    installation, applied = opened(context, home)
    known = {source.id: source for source in applied.config.sources}
    for source_id in sources:
        if source_id not in known:
            raise Fault(WRONG, f"no source {source_id!r} in keywords.yaml; there are: {', '.join(known) or 'none'}")
    pipelines = Pipelines(installation.home.author_key)
    worst = 0
    for source_id in dict.fromkeys(sources):
        progress(f"crawling {source_id}")
        try:
            lease = begin_run(installation, source_id, "command", own_name(), utc_now())
        except SourceBusyError as error:
            raise Fault(UNAVAILABLE, str(error)) from error
        collected = run_source(installation, applied, known[source_id], lease, lambda: pipelines.of(applied), utc_now)
        worst = max(worst, report(source_id, collected))
    count_steps(installation, applied)
    raise typer.Exit(worst)


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines, also gzipped.")],
    source: Annotated[str, typer.Option("--source", help="Source id that the mentions belong to.")],
    preset: Annotated[str | None, typer.Option("--preset", help="Named set of columns.", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Imports a file; a line of JSON counts. A replay of the same file changes nothing."""
    from pydantic import ValidationError

    from crawlers.files import UnreadableFile
    from dashboard.operation.crawling import run_import
    from dashboard.operation.importing import SourceBusyError, begin_run, file_events, import_source
    from dashboard.operation.worker import Pipelines, own_name

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    installation, applied = opened(context, home)
    try:
        target = import_source(applied.config, source)
        events = file_events(file, preset)
        lease = begin_run(installation, target.id, "import", own_name(), utc_now())
    except ValidationError as error:
        raise Fault(USAGE, f"--source {source!r}: use lower case letters, digits, - and _") from error
    except UnreadableFile as error:
        raise Fault(WRONG, f"{file}: {error}") from error
    except SourceBusyError as error:
        raise Fault(UNAVAILABLE, str(error)) from error
    pipelines = Pipelines(installation.home.author_key)
    progress(f"importing {file}")
    collected = run_import(installation, applied, target, lease, lambda: pipelines.of(applied), utc_now, events)
    code = report(target.id, collected)
    count_steps(installation, applied)
    raise typer.Exit(code)


def opened(context: typer.Context, home: Path | None) -> tuple[Installation, Applied]:
    from dashboard.operation import logs
    from dashboard.operation.installation import apply_home, open_installation

    logs.set_up("command", quiet=True)
    installation = open_installation(home_of(context, home))
    return installation, apply_home(installation, utc_now())


def report(source_id: str, collected: Collected) -> int:
    """Writes the counts; the exit code that the outcome stands for."""
    write_json(
        {
            "source": source_id,
            "outcome": collected.outcome,
            "reason": collected.reason,
            **collected.counts.as_json(),
        }
    )
    if collected.outcome in ("done", "empty"):
        return 0
    note(f"{source_id}: {collected.outcome}: {collected.reason}")
    return UNAVAILABLE


def count_steps(installation: Installation, applied: Applied) -> None:
    """So that figures show what came in even where no scheduler runs."""
    from monitor.store.rollups import aggregate

    aggregate(installation.engine, int(applied.config.settings.step.total_seconds()))
