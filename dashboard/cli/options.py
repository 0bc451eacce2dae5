"""Options that many commands share. ``--home`` is understood before and after the command's name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dashboard.operation.home import Home

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Data folder; TINGFENG_HOME, else ./data.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def folder_of(context: typer.Context, given: Path | None) -> Path:
    """The data folder whether it is there or not, told without loading what a folder is made of: for commands that must
    start quickly and need no installation."""
    root: Path | None = context.find_root().params.get("home")
    return given or root or Path(os.environ.get("TINGFENG_HOME") or "data")


def home_of(context: typer.Context, given: Path | None) -> Home:
    """The data folder of a command that works on an installation. Raises ``HomeError`` where there is none."""
    home = named_home(context, given)
    home.require()
    return home


def named_home(context: typer.Context, given: Path | None) -> Home:
    """The folder whether it is there or not: the command's own ``--home``, that of ``tingfeng``, ``TINGFENG_HOME``,
    ./data."""
    from dashboard.operation.home import Home, default_folder, process_environ

    environ = process_environ()
    root: Path | None = context.find_root().params.get("home")
    return Home(given or root or default_folder(environ), environ)
