"""Starts the demo: a scratch data folder, the site, and the processes of ``tingfeng serve``."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from dashboard.demo.configuration import OPERATOR, keywords
from dashboard.operation.home import Home, HomeError, process_environ
from dashboard.operation.installation import apply_home, open_installation
from dashboard.operation.supervisor import Process, Supervisor, probe_port
from dashboard.operation.web import DEMO, DEMO_PASSWORD, DEMO_USER
from dashboard.web.accounts import add_user
from monitor.store.database import writing

FOLDER = Path(".demo")
MARK = ".tingfeng-demo"
USER = "demo"
SEED = 1
#: What an earlier demo left; nothing else is ever removed.
LEFT = ("tingfeng.db", "tingfeng.db-wal", "tingfeng.db-shm", "keywords.yaml", "operator.yaml", ".env")
#: The machine's own settings that hold for the demo too; the others name a real installation's data and secrets.
KEPT = "TINGFENG_BROWSER"
WORKERS = 2


def start(home: Path | None, port: int, started_at: datetime | None = None) -> int:
    """Until SIGTERM or SIGINT; the exit code. ``started_at`` (now, unless told) is when the story begins.

    Raises ``PortTakenError``, and :class:`HomeError` for a folder that is not a demo's or in which a demo is running.
    """
    probe_port("127.0.0.1", port)
    folder = home or FOLDER
    with claimed(folder):
        clear(folder)
        begins = started_at or datetime.now(UTC)
        site_port = free_port()
        password = secrets.token_urlsafe(12)
        scratch = prepare(folder, f"http://127.0.0.1:{site_port}", password, begins, process_environ())
        site = Process("demo-site", site_command(site_port, begins))
        supervisor = Supervisor(scratch, port, workers=WORKERS, extra_processes=(site,))
        return supervisor.run(lambda address: announce(address, site_port, password))


def announce(address: str, site_port: int, password: str) -> None:
    typer.echo(
        f"Tingfeng demo: {address}\n  user {USER}, password {password}\n"
        f"  the made-up site it listens to: http://127.0.0.1:{site_port}/\n"
        "  a crisis breaks out after a minute; Ctrl-C ends everything"
    )
    sys.stdout.flush()


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Makes or takes over the scratch folder for as long as the demo runs; raises :class:`HomeError` otherwise."""
    mark = folder / MARK
    if folder.exists() and not mark.is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise HomeError(f"{folder} is not a demo's folder and would be overwritten: choose an empty one with --home")
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeError(f"a demo is running in {folder}: stop it, or choose another folder with --home") from None
        yield
    finally:
        os.close(descriptor)


def clear(folder: Path) -> None:
    """Removes what an earlier demo left, so that no alert exists at the start."""
    for name in LEFT:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)


def scratch_environ(process: Mapping[str, str]) -> dict[str, str]:
    """The process environment without the settings of a real installation: the demo must never reach its data."""
    return {name: value for name, value in process.items() if name == KEPT or not name.startswith("TINGFENG_")}


def prepare(folder: Path, site: str, password: str, now: datetime, process: Mapping[str, str]) -> Home:
    """Writes the configuration, makes the database and the user, and brings the configuration into force."""
    home = Home(folder, scratch_environ(process))
    home.keywords_file.write_text(keywords(site), encoding="utf-8")
    home.operator_file.write_text(OPERATOR, encoding="utf-8")
    home.env_file.touch(mode=0o600)
    # In .env, so that every command on this folder knows that it is a demo.
    home.env_file.write_text(f"{DEMO}=1\n{DEMO_USER}={USER}\n{DEMO_PASSWORD}={password}\n", encoding="utf-8")
    home.prepare(vault=True)
    installation = open_installation(home)
    try:
        with writing(installation.engine) as connection:
            add_user(connection, USER, password, "admin", now=now)
        apply_home(installation, now)
    finally:
        installation.engine.dispose()
    return home


def free_port() -> int:
    """A port that nobody listens on now; the site binds it a moment later."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def site_command(port: int, started_at: datetime) -> tuple[str, ...]:
    # The start is an argument: a restarted site goes on with the same story.
    options = ("--port", str(port), "--seed", str(SEED), "--started-at", started_at.isoformat())
    return (sys.executable, "-P", "-m", "dashboard.demo.site", *options)
