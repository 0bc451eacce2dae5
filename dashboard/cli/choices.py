"""Names that people type: one that nothing is known of is refused, rather than answered with nothing."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dashboard.cli.faults import WRONG, Fault

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dashboard.operation.installation import Installation
    from monitor.config.schema import Config


def unknown(what: str, name: str, known: Collection[str], mend: str = "") -> Fault:
    """The fault that names what there is; ``mend`` says how to make one where there is none."""
    if not known:
        return Fault(WRONG, f"no {what} {name!r}: there are none yet" + (f": {mend}" if mend else ""))
    near = get_close_matches(name, known, 1, cutoff=0.5)  # names of two characters, too
    meant = f"did you mean {near[0]}? " if near else ""
    return Fault(WRONG, f"no {what} {name!r}: {meant}There are: {', '.join(sorted(known))}")


def configuration(installation: Installation) -> Config | None:
    """The one in force; before there is one, the file's."""
    from dashboard.operation.checking import keywords_errors
    from dashboard.operation.installation import Configuration

    applied = Configuration(installation).current()
    if applied is not None:
        return applied.config
    file = installation.home.keywords_file
    return keywords_errors(file, installation.kinds)[0] if file.is_file() else None


def require_brand(connection: Connection, config: Config | None, brand: str | None) -> None:
    """A brand of the configuration or of what is stored."""
    from sqlalchemy import select

    from monitor.mention import UNATTRIBUTED
    from monitor.store.tables import mention_subject, rollup

    configured = {UNATTRIBUTED, *(each.id for each in config.brands)} if config else {UNATTRIBUTED}
    column = mention_subject.c.brand_id
    if brand is None or brand in configured or connection.execute(select(column).where(column == brand)).first():
        return
    stored = connection.execute(select(rollup.c.brand_id).distinct()).scalars()
    raise unknown("brand", brand, configured | {each for each in stored if each != "*"})


def require_source(connection: Connection, config: Config | None, source: str | None) -> None:
    """A source of the configuration, or one that was crawled or imported."""
    from monitor.store.sources import states

    known = {each.id for each in config.sources} if config else set()
    if source is None or source in known:
        return
    known |= states(connection).keys()
    if source not in known:
        raise unknown("source", source, known)


def require_user(connection: Connection, name: str, mend: str) -> None:
    from dashboard.web.accounts import list_users

    known = [user.name for user in list_users(connection)]
    if name not in known:
        raise unknown("user", name, known, mend)
