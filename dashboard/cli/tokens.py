"""token add, list and revoke: who may send mentions to POST /api/v1/mentions."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.choices import unknown
from dashboard.cli.clock import utc_now
from dashboard.cli.faults import WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, note, write_json, write_line, write_table
from dashboard.cli.tickets import actor

app = typer.Typer(help="Who may send mentions to the API.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which program will use it.")],
    source: Annotated[str, typer.Option(help="The source that it may write: of kind api in operator.yaml.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Makes a token and shows it this once."""
    from crawlers.inbound.models import ApiInbound
    from dashboard.operation.installation import open_installation
    from dashboard.tokens import TokenError, add_token
    from monitor.store.database import writing

    installation = open_installation(home_of(context, home))
    open_to = {key for key, entry in installation.operator.inbound.items() if isinstance(entry, ApiInbound)}
    if source not in open_to:
        mend = f"add it under inbound in {installation.home.operator_file}, as {source}: {{kind: api}}"
        raise unknown("source of kind api", source, open_to, mend)
    try:
        with writing(installation.engine) as connection:
            token = add_token(connection, name, source, actor(), utc_now())
    except TokenError as error:
        raise Fault(WRONG, str(error)) from error
    if as_json:
        write_json({"name": name, "source": source, "token": token})
    else:
        write_line(token)
        note("it is not shown again: put it where the program finds its secrets")


@app.command("list")
def list_all(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The tokens by name, without what they are."""
    from dashboard.operation.installation import open_installation
    from dashboard.tokens import list_tokens
    from monitor.config.schema import OperatorConfig
    from monitor.store.database import reading

    with reading(open_installation(home_of(context, home), OperatorConfig()).engine) as connection:
        rows = [
            {
                "name": token.name,
                "source": token.source_id,
                "created_at": iso(token.created_at),
                "created_by": token.created_by,
                "last_used_at": iso(token.last_used_at),
                "revoked_at": iso(token.revoked_at),
            }
            for token in list_tokens(connection)
        ]
    if as_json:
        write_json(rows)
    else:
        head = ("name", "source", "created", "by", "last used", "revoked")
        write_table(head, [list(row.values()) for row in rows])


@app.command()
def revoke(
    context: typer.Context,
    name: Annotated[str, typer.Argument()],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ends a token at once."""
    from dashboard.operation.installation import open_installation
    from dashboard.tokens import TokenError, revoke_token
    from monitor.config.schema import OperatorConfig
    from monitor.store.database import writing

    installation = open_installation(home_of(context, home), OperatorConfig())
    try:
        with writing(installation.engine) as connection:
            revoke_token(connection, name, actor(), utc_now())
    except TokenError as error:
        raise Fault(WRONG, str(error)) from error
    if as_json:
        write_json({"name": name, "revoked": True})
    else:
        write_line(f"revoked {name}")
