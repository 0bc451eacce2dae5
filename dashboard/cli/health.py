"""doctor."""

from __future__ import annotations

from dataclasses import asdict

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, WRONG
from dashboard.cli.options import HomeOption, JsonOption, named_home
from dashboard.cli.output import write_json, write_line

app = typer.Typer()


@app.command()
def doctor(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What works here, what is missing, and how to mend it. A configuration that is wrong comes first (exit code 1)."""
    from dashboard.operation.doctor import examine

    checks = examine(named_home(context, home), utc_now())
    healthy = all(check.ok for check in checks)
    if as_json:
        rows = [asdict(each) for each in checks]
        write_json({"ok": healthy, "checks": rows})
    else:
        for each in checks:
            word = "WARNING" if each.warning else "ok     " if each.ok else "MISSING"
            write_line(f"{word}  {each.part}: {each.detail}")
            if each.mend and (each.warning or not each.ok):
                write_line(f"         mend: {each.mend}")
    raise typer.Exit(0 if healthy else WRONG if any(check.wrong for check in checks) else UNAVAILABLE)
