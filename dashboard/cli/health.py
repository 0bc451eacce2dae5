"""doctor."""

from __future__ import annotations

import typer

from dashboard.cli.faults import UNAVAILABLE
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import write_json, write_line

app = typer.Typer()


@app.command()
def doctor(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What works here, what is missing, and how to mend it."""
    from dashboard.operation.doctor import examine

    checks = examine(home_of(context, home))
    healthy = all(check.ok for check in checks)
    if as_json:
        rows = [{"part": each.part, "ok": each.ok, "detail": each.detail, "mend": each.mend} for each in checks]
        write_json({"ok": healthy, "checks": rows})
    else:
        for each in checks:
            write_line(f"{'ok     ' if each.ok else 'MISSING'}  {each.part}: {each.detail}")
            if not each.ok and each.mend:
                write_line(f"         mend: {each.mend}")
    raise typer.Exit(0 if healthy else UNAVAILABLE)
