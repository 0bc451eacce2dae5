"""serve, demo, and the three processes that can run alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.options import HomeOption, home_of
from dashboard.cli.output import note

if TYPE_CHECKING:
    from dashboard.operation.home import Home

app = typer.Typer()

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535)]
PORT = 8000


@app.command()
def serve(
    context: typer.Context,
    home: HomeOption = None,
    host: Host = "127.0.0.1",
    port: Port = PORT,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64)] = 1,
) -> None:
    """Everything on one box: web, scheduler and workers; restarts what dies."""
    from dashboard.operation import logs
    from dashboard.operation.supervisor import Supervisor

    def prepare() -> None:
        advice.extend(make_ready(folder))

    def announce(address: str) -> None:
        for line in (f"听风 Tingfeng: {address}", *advice):
            note(line)

    advice: list[str] = []
    logs.set_up("supervisor")
    folder = home_of(context, home)
    supervisor = Supervisor(folder, port, host=host, workers=workers)
    raise typer.Exit(supervisor.run(announce, prepare))


def make_ready(folder: Home) -> list[str]:
    """Brings database and configuration up to date; what is still to be done by hand, as lines."""
    from dashboard.operation.installation import apply_home, open_installation
    from dashboard.web.accounts import any_user
    from monitor.store.database import reading

    installation = open_installation(folder)
    try:
        apply_home(installation, utc_now())
        with reading(installation.engine) as connection:
            alone = not any_user(connection)
    finally:
        installation.engine.dispose()
    return [f"no user yet: {folder.command('user', 'add', 'NAME', '--role', 'admin')}"] if alone else []


@app.command()
def web(context: typer.Context, home: HomeOption = None, host: Host = "127.0.0.1", port: Port = PORT) -> None:
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
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help=f"{PORT}, or the next free one.", show_default=False),
    ] = None,
) -> None:
    """The same on a scratch folder, with a local demo site in which a crisis breaks out after a minute."""
    from dashboard import demo as show
    from dashboard.operation import logs
    from dashboard.operation.supervisor import free_port

    logs.set_up("supervisor")
    chosen = port or free_port("127.0.0.1", PORT)
    if port is None and chosen != PORT:
        note(f"port {PORT} is taken: the demo takes {chosen}")
    raise typer.Exit(show.run(home or context.find_root().params.get("home"), chosen))
