"""crawl: one run now, in this process, with the counts of what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from dashboard.cli.choices import unknown
from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, USAGE, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import note, progress, write_json

if TYPE_CHECKING:
    from crawlers.backfill import Backfill
    from dashboard.operation.collect import Collected
    from dashboard.operation.installation import Installation
    from monitor.config.schema import Source
    from monitor.config.versions import Applied

app = typer.Typer()


@app.command()
def crawl(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Ids of keywords.yaml, or of mailboxes.")],
    home: HomeOption = None,
    since: Annotated[str | None, typer.Option(help="Back-fill: read everything published since then.")] = None,
    until: Annotated[str | None, typer.Option(help="Back-fill: up to, not including, then.")] = None,
    as_json: JsonOption = False,
) -> None:
    """One crawl of each source now; a line of JSON counts for each. With --since it reads the past, known or not."""
    from crawlers.inbound.models import ImapInbound
    from crawlers.inbound.registry import polled_sources
    from dashboard.operation.crawling import run_source
    from dashboard.operation.importing import SourceBusyError, begin_run
    from dashboard.operation.mailbox import run_mailbox
    from dashboard.operation.worker import own_name, pipelines_of

    installation, applied = opened(context, home)
    known = {source.id: source for source in (*applied.config.sources, *polled_sources(installation.operator.inbound))}
    for source_id in sources:
        if source_id not in known:
            raise unknown("source", source_id, known, f"add it to {installation.home.keywords_file}")
        if known[source_id].kind == "form":
            raise Fault(USAGE, f"source {source_id} is never crawled: people fill in its form at /form/{source_id}")
        if not known[source_id].crawled:
            mend = installation.home.command("import", "FILE", "--source", source_id)
            raise Fault(USAGE, f"source {source_id} is never crawled, files are imported into it: {mend}")
    if until and not since:
        raise Fault(USAGE, "--until: a back-fill needs --since, too")
    pipelines = pipelines_of(installation)
    worst = 0
    for source_id in dict.fromkeys(sources):
        progress(f"crawling {source_id}")
        try:
            lease = begin_run(installation, source_id, "command", own_name(), utc_now())
        except SourceBusyError as error:
            raise Fault(UNAVAILABLE, str(error)) from error
        entry = installation.operator.inbound.get(source_id)
        if isinstance(entry, ImapInbound):
            collected = run_mailbox(
                installation, applied, source_id, entry, lease, lambda: pipelines.of(applied), utc_now
            )
        else:
            source = known[source_id]
            collected = run_source(
                installation,
                applied,
                source,
                lease,
                lambda: pipelines.of(applied),
                utc_now,
                backfill=back_fill(source, applied, since, until) if since else None,
            )
        worst = max(worst, report(source_id, collected))
    count_steps(installation, applied)
    raise typer.Exit(worst)


def back_fill(source: Source, applied: Applied, since: str, until: str | None) -> Backfill:
    """The range as stated, its dates in the installation's time zone; the items' in the source's."""
    from crawlers.backfill import Backfill
    from crawlers.registry import SOURCES
    from dashboard.cli.moments import parse_moment

    kind = SOURCES.get(source.kind)
    if kind is None or kind.stream:
        raise Fault(USAGE, f"--since: {source.id} is a stream or a mailbox, which has no past to be read by date")
    settings, now = applied.config.settings, utc_now()
    zone = ZoneInfo(settings.timezone)
    start = parse_moment(since, "--since", zone, now)
    end = parse_moment(until, "--until", zone, now) if until else None
    if end is not None and end <= start:
        raise Fault(USAGE, "--until: must be later than --since")
    return Backfill(start, end, source.timezone or settings.timezone, source.date_order)


def opened(context: typer.Context, home: Path | None) -> tuple[Installation, Applied]:
    from dashboard.operation import logs
    from dashboard.operation.installation import apply_home, open_installation

    logs.set_up("command", quiet=True)
    installation = open_installation(home_of(context, home))
    return installation, apply_home(installation, utc_now())


def report(source_id: str, collected: Collected, **more: object) -> int:
    """Writes the counts and what ``more`` is known; the exit code that the outcome stands for."""
    write_json(
        {
            "source": source_id,
            **{name: value for name, value in more.items() if value is not None},
            "outcome": collected.outcome,
            "reason": collected.reason,
            **collected.counts.as_json(),
        }
    )
    counts = collected.counts
    if lacking := counts.new + counts.updated - counts.evidence:
        note(f"{source_id}: the evidence of {lacking} items is not kept: tingfeng doctor says how to mend it")
    if collected.outcome in ("done", "empty"):
        return 0
    note(f"{source_id}: {collected.outcome}: {collected.reason}")
    return UNAVAILABLE


def count_steps(installation: Installation, applied: Applied) -> None:
    """So that figures show what came in even where no scheduler runs."""
    from monitor.store.rollups import aggregate

    aggregate(installation.engine, int(applied.config.settings.step.total_seconds()))
