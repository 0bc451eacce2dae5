"""Keywords: what is looked for, a change rehearsed before it is applied, and the versions so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, func, select
from starlette.exceptions import HTTPException

from dashboard.operation.home import Home
from dashboard.operation.keywords_file import put_in_force, roll_back
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.highlight import Segment, segments
from dashboard.web.services import Services
from dashboard.web.shell import config_of, render
from monitor.config.errors import InvalidConfig
from monitor.config.history import Version, find_version, text_of, versions
from monitor.config.load import parse_config
from monitor.config.schema import Config
from monitor.config.versions import Applied, guarded
from monitor.mention import KeywordMatch
from monitor.store.database import reading, writing
from monitor.store.reading import StoredMention
from monitor.store.tables import match, mention

if TYPE_CHECKING:
    from monitor.keywords.lint import Finding
    from monitor.keywords.rehearsal import Effect

router = APIRouter()
RECENT = timedelta(days=30)
LISTED = 30
#: Mentions that a rehearsal on the page reads, newest first: a few seconds.
REHEARSED = 5_000
SAMPLES = 3
FILE = "keywords.yaml"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a draft would change. ``errors`` are lines; with any, nothing else is known."""

    errors: tuple[str, ...] = ()
    mentions: int = 0
    added: int = 0
    lost: int = 0
    effects: Sequence[Effect[StoredMention]] = ()
    findings: Sequence[Finding] = ()


@router.get("/keywords")
def keywords_page(request: Request, services: ServicesOf, _visitor: Entered, applied: int | None = None) -> Response:
    return shown(request, services, applied=applied)


@router.post("/keywords")
def rehearse_draft(
    request: Request,
    services: ServicesOf,
    _visitor: Entered,
    text: Annotated[str, Form()] = "",
    base: Annotated[int, Form()] = 0,
) -> Response:
    draft = text.replace("\r\n", "\n")
    return shown(request, services, draft=draft, base=base, rehearsed=rehearsed(config_of(request), draft, services))


@router.post("/keywords/apply")
def apply_draft(
    request: Request,
    services: ServicesOf,
    visitor: Entered,
    text: Annotated[str, Form()] = "",
    base: Annotated[int, Form()] = 0,
    note: Annotated[str, Form()] = "",
) -> Response:
    """Refused where another version came into force since the draft was begun: it would undo it unseen."""
    draft = text.replace("\r\n", "\n")
    with reading(services.engine) as connection:
        newest = versions(connection, 1)
    if newest and newest[0].id != base:
        return shown(request, services, draft=draft, stale=newest[0].id, status=409)
    try:
        applied = put_in_force(
            services.engine,
            services.kinds,
            Home(services.home, {}),
            draft,
            author=visitor.user.name,
            note=note.strip()[:500],
            now=services.clock(),
        )
    except InvalidConfig as invalid:
        return shown(request, services, draft=draft, base=base, rehearsed=Rehearsed(lines(invalid)), status=422)
    except OSError as error:
        return shown(request, services, problem=str(error.strerror), status=500)
    return told(services, visitor.user.name, applied, "configuration")


@router.post("/keywords/versions/{number}")
def roll_back_to(request: Request, services: ServicesOf, visitor: Entered, number: int) -> Response:
    with reading(services.engine) as connection:
        found = find_version(connection, str(number))
    if found is None:
        raise HTTPException(404)
    name, home = visitor.user.name, Home(services.home, {})
    try:
        applied = roll_back(services.engine, services.kinds, home, found, author=name, now=services.clock())
    except InvalidConfig:
        return shown(request, services, unreadable=number, status=409)
    except OSError as error:
        return shown(request, services, problem=str(error.strerror), status=500)
    return told(services, name, applied, "rollback")


def told(services: Services, actor: str, applied: Applied, action: str) -> Response:
    with writing(services.engine) as connection:
        audit.record(connection, actor, action, {"version": applied.version_id}, now=services.clock())
    return RedirectResponse(f"/keywords?applied={applied.version_id}", 303)


def shown(
    request: Request,
    services: Services,
    *,
    draft: str | None = None,
    base: int | None = None,
    rehearsed: Rehearsed | None = None,
    applied: int | None = None,
    stale: int | None = None,
    unreadable: int | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    config_of(request)  # without a configuration there is a page that says so
    with reading(services.engine) as connection:
        known = versions(connection, LISTED)
        text = text_of(connection, known[0]) if draft is None else draft
        found = recent(connection, services)
    return render(
        request,
        "keywords.html",
        status=status,
        found=found,
        versions=known,
        text=text,
        base=known[0].id if base is None else base,
        rehearsed=rehearsed,
        rehearsed_limit=REHEARSED,
        applied=named(known, applied),
        stale=stale,
        unreadable=unreadable,
        problem=problem,
        marked=marked,
    )


def named(known: Sequence[Version], number: int | None) -> int | None:
    """Only what is so is told: an address can be made up."""
    return number if known and number == known[0].id else None


def recent(connection: Connection, services: Services) -> dict[str, int]:
    """Mentions of the last 30 days by keyword."""
    since = int((services.clock() - RECENT).timestamp())
    wanted = (
        select(match.c.keyword_id, func.count())
        .join(mention, mention.c.id == match.c.mention_id)
        .where(mention.c.timeline_epoch >= since)
        .group_by(match.c.keyword_id)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def rehearsed(before: Config, draft: str, services: Services) -> Rehearsed:
    # numpy and what is built on it are loaded by the first rehearsal, not with the pages.
    from dashboard.operation.rehearsing import history_of, rehearse
    from monitor.keywords.lint import lint

    try:
        after = guarded(lambda: parse_config(draft, services.kinds))
    except InvalidConfig as invalid:
        return Rehearsed(lines(invalid))
    key = services.author_key or b""
    with reading(services.engine) as connection:
        done = rehearse(connection, before.keywords, after.keywords, key, limit=REHEARSED, samples=SAMPLES)
        history = history_of(connection, after.keywords, key, REHEARSED)
    effects = list(done.effects.values())
    return Rehearsed((), history.mentions, done.mentions_added, done.mentions_lost, effects, lint(after, history))


def lines(invalid: InvalidConfig) -> tuple[str, ...]:
    return tuple(error.format(FILE) for error in invalid.errors)


def marked(found: StoredMention, hit: KeywordMatch) -> tuple[Segment, ...]:
    return segments(found.text, [(hit.keyword, hit.spans)])
