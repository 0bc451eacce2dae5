"""user add and user list."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import USAGE, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import write_json, write_line, write_table

app = typer.Typer(help="Who may sign in.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument()],
    role: Annotated[Literal["viewer", "agent", "analyst", "admin"], typer.Option()] = "viewer",
    language: Annotated[Literal["zh-CN", "en"], typer.Option()] = "zh-CN",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Adds a user. The password is asked for on a terminal, else read as the first line of standard input."""
    from dashboard.operation.installation import open_installation
    from dashboard.web.accounts import add_user
    from monitor.store.database import writing

    password = read_password()
    installation = open_installation(home_of(context, home))
    with writing(installation.engine) as connection:
        user = add_user(connection, name, password, role, language=language, now=utc_now())
    if as_json:
        write_json({"name": user.name, "role": user.role, "language": user.language})
    else:
        write_line(f"added {user.name} ({user.role})")


def read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Fault(USAGE, "no password: give it as the first line of standard input")
    return password


@app.command("list")
def list_all(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The users by name."""
    from dashboard.operation.installation import open_installation
    from dashboard.web.accounts import list_users
    from monitor.store.database import reading

    with reading(open_installation(home_of(context, home)).engine) as connection:
        rows = [{"name": user.name, "role": user.role, "language": user.language} for user in list_users(connection)]
    if as_json:
        write_json(rows)
    else:
        write_table(("name", "role", "language"), [list(row.values()) for row in rows])
