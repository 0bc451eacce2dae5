"""evidence: the untouched payload behind a mention. Each use is recorded in the audit."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json, write_line
from dashboard.cli.tickets import actor

if TYPE_CHECKING:
    from dashboard.evidence import Visit
    from dashboard.operation.installation import Installation
    from monitor.vault.errors import VaultError

app = typer.Typer(help="What was found, before anything was masked.", no_args_is_help=True)

Mention = Annotated[str, typer.Argument(metavar="MENTION", help="Its number, or SOURCE/EXTERNAL_ID.")]
Revision = Annotated[int | None, typer.Option(min=1, help="The newest, unless told.", show_default=False)]


@app.command()
def show(
    context: typer.Context,
    mention: Mention,
    revision: Revision = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The payload as it was kept: JSON, byte by byte."""
    import json

    from dashboard.evidence import open_evidence
    from monitor.vault.errors import VaultError

    here, mention_id = found(context, home, mention)
    try:
        opened = open_evidence(here.engine, mention_id, revision, here.home.vault_key, visit())
    except VaultError as error:
        raise fault(error) from error
    if not as_json:
        sys.stdout.buffer.write(opened.payload + b"\n")
        return
    bound = opened.record.bound
    write_json(
        {
            "mention": bound.mention_id,
            "revision": bound.revision,
            "source": bound.source_id,
            "external_id": bound.external_id,
            "url": bound.url,
            "captured_at": iso(bound.captured_at),
            "collector": bound.collector,
            "sha256": bound.sha256,
            "payload": json.loads(opened.payload),
        }
    )


@app.command()
def export(
    context: typer.Context,
    mention: Mention,
    out: Annotated[Path | None, typer.Option(help="evidence-MENTION-REVISION.zip, unless told.")] = None,
    revision: Revision = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A zip that a third party can verify with sha256sum; an existing file is not replaced."""
    from dashboard.evidence import export_evidence
    from dashboard.operation.version import product
    from monitor.vault.errors import VaultError

    if out is not None and out.exists():
        raise Fault(USAGE, f"{out} is there already: choose another name")
    here, mention_id = found(context, home, mention)
    try:
        data, record = export_evidence(here.engine, mention_id, revision, here.home.vault_key, visit(), product())
    except VaultError as error:
        raise fault(error) from error
    target = out or Path(f"evidence-{mention_id}-{record.bound.revision}.zip")
    write_new(target, data)
    digest = sha256(data).hexdigest()
    if as_json:
        write_json({"file": str(target), "sha256": digest, "payload_sha256": record.bound.sha256})
    else:
        write_line(f"{digest}  {target}")


@app.command()
def erase(
    context: typer.Context,
    mention: Mention,
    yes: Annotated[bool, typer.Option("--yes", help="Needed: there is no way back.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Deletes the keys of a mention's evidence, so that nobody can read it again. The mention itself stays."""
    from dashboard.evidence import erase_evidence

    if not yes:
        raise Fault(USAGE, "erased evidence cannot be brought back: add --yes")
    here, mention_id = found(context, home, mention)
    erased = erase_evidence(here.engine, mention_id, visit())
    if as_json:
        write_json({"mention": mention_id, "erased": erased})
    else:
        write_line(f"erased: {erased} of mention {mention_id}")


def found(context: typer.Context, home: Path | None, mention: str) -> tuple[Installation, int]:
    """The opened folder and the mention's number."""
    from dashboard.operation.installation import open_installation
    from monitor.config.schema import OperatorConfig
    from monitor.store.database import reading
    from monitor.vault.reading import find_mention

    here = open_installation(home_of(context, home), OperatorConfig())
    with reading(here.engine) as connection:
        mention_id = find_mention(connection, mention)
    if mention_id is None:
        raise Fault(WRONG, f"no mention {mention!r}: give its number or SOURCE/EXTERNAL_ID, as tingfeng mentions does")
    return here, mention_id


def visit() -> Visit:
    from dashboard.evidence import Visit

    return Visit(actor(), utc_now(), "command line")


def fault(error: VaultError) -> Fault:
    """A key that is missing is a part that is unavailable; the rest is the data."""
    from monitor.vault.errors import MasterKeyError

    return Fault(UNAVAILABLE if isinstance(error, MasterKeyError) else WRONG, str(error))


def write_new(path: Path, data: bytes) -> None:
    """For the owner alone: it holds what was masked everywhere else."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Fault(USAGE, f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
