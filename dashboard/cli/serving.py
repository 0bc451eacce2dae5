"""serve, demo, and the three processes that can run alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.options import HomeOption, home_of
from dashboard.cli.output import note

app = typer.Typer()

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535)]


@app.command()
def serve(
    context: typer.Context,
    home: HomeOption = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64)] = 1,
) -> None:
    """Everything on one box: web, scheduler and workers; restarts what dies."""
    from dashboard.operation import logs
    from dashboard.operation.supervisor import Supervisor

    def prepare() -> None:
        from dashboard.operation.installation import apply_home, open_installation

        installation = open_installation(folder)
        apply_home(installation, utc_now())
        installation.engine.dispose()

    logs.set_up("supervisor")
    folder = home_of(context, home)
    supervisor = Supervisor(folder, port, host=host, workers=workers)
    raise typer.Exit(supervisor.run(lambda address: note(f"听风 Tingfeng: {address}"), prepare))


@app.command()
def web(context: typer.Context, home: HomeOption = None, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """The dashboard alone."""
    from dashboard.operation import logs
    from dashboard.operation.supervisor import probe_port
    from dashboard.operation.web import serve as serve_web

    logs.set_up("web")
    probe_port(host, port)
    serve_web(home_of(context, home), utc_now, host, port)


@app.command()
def scheduler(context: typer.Context, home: HomeOption = None) -> None:
    """The scheduler alone."""
    folder = home_of(context, home).path.absolute()
    # The scheduler stands above this package; it is started, not imported.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "scheduler", str(folder)])  # noqa: S606


@app.command()
def worker(context: typer.Context, home: HomeOption = None) -> None:
    """One worker alone."""
    from dashboard.operation import logs
    from dashboard.operation.installation import open_installation
    from dashboard.operation.worker import serve as serve_worker

    logs.set_up("worker")
    serve_worker(open_installation(home_of(context, home)), utc_now)


@app.command()
def demo(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help="Scratch folder; .demo, unless told.")] = None,
    port: Port = 8000,
) -> None:
    """The same on a scratch folder, with a local demo site in which a crisis breaks out after a minute."""
    from dashboard import demo as show
    from dashboard.operation import logs

    logs.set_up("supervisor")
    raise typer.Exit(show.run(home or context.find_root().params.get("home"), port))
