"""discover: looks at a page and proposes the source entry for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of, named_home
from dashboard.cli.output import note, progress, write_json

if TYPE_CHECKING:
    from dashboard.operation.home import Home
    from monitor.config.schema import Config

app = typer.Typer()


@app.command()
def discover(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A page of the site: a listing, a topic, a product.")],
    source_id: Annotated[
        str | None, typer.Option("--id", metavar="NAME", help="Id of the new entry.", show_default=False)
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Adds the entry to keywords.yaml.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Looks at the page and proposes the source entry, with five mentions that it really brings."""
    import re

    from crawlers.address import fetchable
    from crawlers.browser import find_browser
    from dashboard.operation import logs
    from dashboard.operation.discovering import DiscoveryError, proposed_id
    from dashboard.operation.discovering import discover as find
    from dashboard.operation.installation import read_operator
    from dashboard.operation.trial import Visitor
    from dashboard.operation.wiring import kinds

    logs.set_up("command", quiet=True)
    if not fetchable(url):
        raise Fault(USAGE, f"{url!r} is not a web address: write it in full, such as https://forum.example/")
    if source_id is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", source_id):
        raise Fault(USAGE, f"--id {source_id!r}: use lower case letters, digits, - and _")
    folder = home_of(context, home) if write else named_home(context, home)
    config = known_config(folder, needed=write)
    taken = [source.id for source in config.sources] if config else []
    if write and source_id in taken:
        raise Fault(WRONG, f"the id {source_id!r} is in use in {folder.keywords_file}: choose another with --id")
    timezone = config.settings.timezone if config else "Asia/Shanghai"
    visitor = Visitor(read_operator(folder, kinds()), find_browser(folder.environ), timezone, utc_now)
    progress(f"looking at {url}")
    try:
        found = find(url, visitor)
    except DiscoveryError as error:
        raise Fault(UNAVAILABLE if error.unreachable else WRONG, f"{url}: {error}") from error
    entry = {"id": source_id or proposed_id(url, taken), **found.source}
    write_json(
        {
            "engine": found.engine,
            "confidence": found.confidence,
            "source": entry,
            "samples": found.samples,
            "pagination": found.pagination,
            "reasons": found.reasons,
            "warnings": found.warnings,
            "others": found.others,
        }
    )
    if write:
        add_entry(folder, entry)
        note(f"added {entry['id']} to {folder.keywords_file}")


def known_config(folder: Home, *, needed: bool) -> Config | None:
    """The valid keywords.yaml of the folder; one to be written to must be there and be valid."""
    from dashboard.operation.checking import keywords_errors
    from dashboard.operation.wiring import kinds

    file: Path = folder.keywords_file
    if not file.is_file():
        if needed:
            raise Fault(WRONG, f"{file} is missing: run {folder.init_command}")
        return None
    config, errors = keywords_errors(file, kinds())
    if errors and needed:
        raise Fault(WRONG, "\n".join(each.error.format(each.file) for each in errors))
    return config


def add_entry(folder: Home, entry: dict[str, Any]) -> None:
    """Adds it to the file as it is now; what would not pass ``check`` is not written."""
    from dashboard.operation.keywords_file import write_keywords
    from dashboard.operation.wiring import kinds
    from monitor.config.errors import InvalidConfig
    from monitor.config.versions import read_file
    from monitor.config.writing import with_source

    file = folder.keywords_file
    with folder.lock():
        try:
            text = with_source(read_file(file), entry, kinds())
        except InvalidConfig as invalid:
            raise Fault(WRONG, "\n".join(error.format(str(file)) for error in invalid.errors)) from invalid
        write_keywords(folder, text)
