"""keywords: warnings, rehearsals over what is stored, versions and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.moments import parse_moment
from dashboard.cli.options import HomeOption, JsonOption, home_of, named_home
from dashboard.cli.output import iso, note, write_json, write_line, write_table
from dashboard.cli.tickets import actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dashboard.operation.home import Home
    from dashboard.operation.installation import Installation
    from monitor.config.history import Version
    from monitor.config.schema import Config
    from monitor.keywords.lint import Finding, History
    from monitor.keywords.rehearsal import Effect, Rehearsal
    from monitor.mention import KeywordMatch
    from monitor.store.reading import StoredMention

app = typer.Typer(no_args_is_help=True)

#: Of a sample's text, for people.
EXCERPT = 60
Since = Annotated[str | None, typer.Option(show_default=False, help="Mentions from here on: 2026-11-23 or 7d.")]
Until = Annotated[str | None, typer.Option(show_default=False)]
Limit = Annotated[int, typer.Option(min=1, help="The newest so many mentions.")]
Samples = Annotated[int, typer.Option(min=0, max=1000, help="Mentions shown for each keyword and direction.")]


@app.callback()
def group() -> None:
    """Keywords: warnings, what a change would add and lose, versions, and the way back."""


@app.command()
def lint(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="keywords.yaml", show_default=False)] = None,
    limit: Limit = 20_000,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Warns of keywords that match nothing, everything, what another one finds, or a competitor's name."""
    from monitor.keywords.lint import lint as warnings

    folder = named_home(context, home)
    config = config_of_file(file or folder.keywords_file)
    history = stored_history(folder, config, limit)
    findings = warnings(config, history)
    if as_json:
        rows = [finding_row(finding) for finding in findings]
        write_json({"keywords": len(config.keywords), "mentions": history.mentions, "findings": rows})
        return
    for finding in findings:
        write_line(f"{finding.keyword}: {finding.check}: {finding.message}")
    note(f"{len(config.keywords)} keywords, {history.mentions} mentions looked at, {len(findings)} warnings")


def stored_history(folder: Home, config: Config, limit: int) -> History:
    """Empty where nothing is installed yet: a file can be looked at by itself."""
    from dashboard.operation.installation import open_installation
    from dashboard.operation.rehearsing import history_of
    from monitor.keywords.lint import History
    from monitor.store.database import reading

    if not folder.made:
        return History(0, {})
    installation = open_installation(folder)
    with reading(installation.engine) as connection:
        return history_of(connection, config.keywords, installation.home.author_key, limit)


def finding_row(finding: Finding) -> dict[str, object]:
    share = None if finding.share is None else round(finding.share, 4)
    return {
        "keyword": finding.keyword,
        "check": finding.check,
        "message": finding.message,
        "other": finding.other,
        "share": share,
    }


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="A", help="A file, or the number or hash of a version.")],
    new: Annotated[str, typer.Argument(metavar="B")],
    since: Since = None,
    until: Until = None,
    limit: Limit = 100_000,
    samples: Samples = 3,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What B adds and loses beside A, on what is stored."""
    from dashboard.operation.installation import open_installation
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home))
    with reading(installation.engine) as connection:
        before, after = (config_named(connection, installation, name) for name in (old, new))
        rehearsal = run(connection, installation, before, after, since, until, limit, samples)
    tell(rehearsal, old, new, as_json)


@app.command()
def backtest(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="keywords.yaml as it is to be")],
    since: Since = None,
    until: Until = None,
    limit: Limit = 100_000,
    samples: Samples = 3,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What FILE would add and lose beside the version in force, on what is stored; nothing is applied."""
    from dashboard.operation.installation import Configuration, open_installation
    from monitor.store.database import reading

    after = config_of_file(file)
    installation = open_installation(home_of(context, home))
    applied = Configuration(installation).current()
    before = applied.config if applied else after.model_copy(update={"keywords": ()})
    with reading(installation.engine) as connection:
        rehearsal = run(connection, installation, before, after, since, until, limit, samples)
    tell(rehearsal, str(applied.version_id) if applied else "nothing", str(file), as_json)


def config_of_file(file: Path) -> Config:
    from dashboard.operation.wiring import kinds
    from monitor.config.errors import InvalidConfig
    from monitor.config.load import parse_config
    from monitor.config.versions import guarded, read_file

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    try:
        return guarded(lambda: parse_config(read_file(file), kinds()))
    except InvalidConfig as invalid:
        raise Fault(WRONG, "\n".join(error.format(str(file)) for error in invalid.errors)) from invalid


def config_named(connection: Connection, installation: Installation, name: str) -> Config:
    from monitor.config.errors import InvalidConfig
    from monitor.config.history import text_of
    from monitor.config.load import parse_config
    from monitor.config.versions import guarded

    if Path(name).is_file():
        return config_of_file(Path(name))
    text = text_of(connection, version_named(connection, installation, name))
    try:
        return guarded(lambda: parse_config(text, installation.kinds))
    except InvalidConfig as invalid:
        raise Fault(WRONG, "\n".join(error.format(f"version {name}") for error in invalid.errors)) from invalid


def version_named(connection: Connection, installation: Installation, name: str) -> Version:
    from monitor.config.history import find_version

    found = find_version(connection, name)
    if found is None:
        shown = installation.home.command("keywords", "versions")
        raise Fault(WRONG, f"{name!r} is neither a file nor a version: {shown} shows them")
    return found


def run(
    connection: Connection,
    installation: Installation,
    before: Config,
    after: Config,
    since: str | None,
    until: str | None,
    limit: int,
    samples: int,
) -> Rehearsal[StoredMention]:
    from dashboard.operation.rehearsing import rehearse
    from monitor.store.filters import MentionFilter

    zone, now = ZoneInfo(after.settings.timezone), utc_now()
    filters = MentionFilter(
        since=parse_moment(since, "--since", zone, now) if since else None,
        until=parse_moment(until, "--until", zone, now) if until else None,
    )
    key = installation.home.author_key
    old, new = before.keywords, after.keywords
    return rehearse(connection, old, new, key, filters=filters, limit=limit, samples=samples)


def tell(rehearsal: Rehearsal[StoredMention], old: str, new: str, as_json: bool) -> None:
    effects = list(rehearsal.effects.values())
    if as_json:
        write_json(
            {
                "from": old,
                "to": new,
                "mentions": rehearsal.mentions,
                "mentions_added": rehearsal.mentions_added,
                "mentions_lost": rehearsal.mentions_lost,
                "keywords": [effect_row(effect) for effect in effects],
            }
        )
        return
    if not effects:
        write_line("no keyword differs")
        return
    head = ("keyword", "change", "before", "after", "added", "lost")
    rows = [(e.keyword, e.change, e.before, e.after, e.added, e.lost) for e in effects]
    write_table(head, rows)
    for effect in effects:
        for sign, found in (("+", effect.samples_added), ("-", effect.samples_lost)):
            for mention, match in found:
                write_line(f"{sign} {effect.keyword}: {mention.source_id}: {excerpt(mention, match)}")
    note(
        f"{rehearsal.mentions} mentions looked at: {rehearsal.mentions_added} with more keywords, "
        f"{rehearsal.mentions_lost} with fewer"
    )


def excerpt(mention: StoredMention, match: KeywordMatch) -> str:
    """The text around the first place that the keyword finds, on one line."""
    text, (start, _) = (mention.text, match.spans[0]) if match.spans else (mention.title or mention.text, (0, 0))
    begin = max(0, start - EXCERPT // 3)
    cut = " ".join(text[begin : begin + EXCERPT].split())
    return ("…" if begin else "") + cut + ("…" if begin + EXCERPT < len(text) else "")


def effect_row(effect: Effect[StoredMention]) -> dict[str, Any]:
    return {
        "id": effect.keyword,
        "change": effect.change,
        "fields": list(effect.fields),
        "before": effect.before,
        "after": effect.after,
        "added": effect.added,
        "lost": effect.lost,
        "samples_added": [sample_row(*sample) for sample in effect.samples_added],
        "samples_lost": [sample_row(*sample) for sample in effect.samples_lost],
    }


def sample_row(mention: StoredMention, match: KeywordMatch) -> dict[str, Any]:
    row: dict[str, Any] = {
        "source": mention.source_id,
        "external_id": mention.external_id,
        "url": mention.url,
        "published_at": iso(mention.published_at),
        "title": mention.title,
        "text": mention.text,
        "spans": [list(span) for span in match.spans],
    }
    return row | ({"title_spans": [list(span) for span in match.title_spans]} if match.title_spans else {})


@app.command("versions")
def list_versions(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The versions of keywords.yaml, newest first: the first is in force."""
    from dashboard.operation.installation import open_installation
    from monitor.config.history import versions
    from monitor.store.database import reading

    with reading(open_installation(home_of(context, home)).engine) as connection:
        found = versions(connection, limit)
    rows = [version_row(version, in_force=version is found[0]) for version in found]
    if as_json:
        write_json(rows)
        return
    head = ("version", "hash", "author", "created_at", "note")
    write_table(head, [[row["version"], str(row["hash"])[:12], *(row[name] for name in head[2:])] for row in rows])


def version_row(version: Version, *, in_force: bool) -> dict[str, object]:
    return {
        "version": version.id,
        "hash": version.hash,
        "author": version.author,
        "created_at": iso(version.created_at),
        "note": version.note,
        "in_force": in_force,
    }


@app.command()
def rollback(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="Its number, or the beginning of its hash.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Brings an earlier version back into force, as a new version, and writes keywords.yaml as it was."""
    from dashboard.operation.installation import open_installation
    from dashboard.operation.keywords_file import roll_back
    from monitor.config.errors import InvalidConfig
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home))
    with reading(installation.engine) as connection:
        found = version_named(connection, installation, version)
    try:
        here = installation
        applied = roll_back(here.engine, here.kinds, here.home, found, author=actor(), now=utc_now())
    except InvalidConfig as invalid:
        raise Fault(WRONG, "\n".join(error.format(f"version {found.id}") for error in invalid.errors)) from invalid
    except OSError as error:
        file = installation.home.keywords_file
        raise Fault(WRONG, f"version {found.id} is in force again, but {file} cannot be written: {error}") from error
    if as_json:
        write_json({"version": applied.version_id, "rolled_back_to": found.id, "hash": applied.hash})
        return
    write_line(f"version {applied.version_id} is in force: version {found.id} again")
