"""The command line: ``tingfeng``. Commands import what they need when they run, so that ``--help`` is quick."""

from __future__ import annotations

import os
import sys

import typer

from dashboard.cli import (
    alerts,
    bench,
    collecting,
    detecting,
    discovering,
    evaluating,
    evidence,
    exposure,
    health,
    importing,
    inbox,
    keywords,
    labels,
    mentions,
    outlets,
    reports,
    rescoring,
    scoring,
    serving,
    setting_up,
    sources,
    texts,
    tickets,
    tokens,
    topics,
    training,
    understanding,
    users,
)
from dashboard.cli.options import HomeOption

app = typer.Typer(
    name="tingfeng",
    help="Tingfeng (听风): reviews and social mentions, watched and followed up.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(home: HomeOption = None) -> None:
    """Tingfeng (听风) listens to what people say about a brand, and says when it turns bad."""


for commands in (
    serving,
    setting_up,
    collecting,
    discovering,
    importing,
    exposure,
    mentions,
    scoring,
    texts,
    topics,
    understanding,
    detecting,
    health,
    training,
    rescoring,
):
    app.registered_commands.extend(commands.app.registered_commands)
app.add_typer(keywords.app, name="keywords")
app.add_typer(alerts.app, name="alerts")
app.add_typer(tickets.app, name="tickets")
app.add_typer(evidence.app, name="evidence")
app.add_typer(sources.app, name="sources")
app.add_typer(reports.app, name="report")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(outlets.app, name="outlets")
app.add_typer(inbox.app, name="inbox")
app.add_typer(labels.app, name="label")
app.add_typer(evaluating.app, name="evaluate")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 data or configuration wrong, 2 usage, 3 a part is unavailable."""
    try:
        app()
    except BrokenPipeError:
        # The reader (head, a pager) went away; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # the outermost edge: what is not expected is raised on
        from dashboard.cli.faults import explain

        fault = explain(error)
        if fault is None:
            raise
        sys.stderr.write(fault.message + "\n")
        sys.exit(fault.code)


if __name__ == "__main__":
    main()
