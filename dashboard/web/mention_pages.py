"""The mentions behind every figure: filtered, queried, highlighted; and one mention as evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine, select
from starlette.exceptions import HTTPException

from crawlers.feedback.source import FREQUENCIES, WISHES, FormSource
from crawlers.feedback.token import REFERENCE
from dashboard.enclosures import enclosed
from dashboard.web import audit
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.accounts import may
from dashboard.web.findings import MARKS, FindingsOf, aspect_choices, aspect_words
from dashboard.web.i18n import Language, say
from dashboard.web.mention_view import view
from dashboard.web.scope import ALL, PERIODS, Scope, ScopeOf, brand_options
from dashboard.web.shell import Names, config_of, language_of, render
from dashboard.web.window import Window, WindowOf
from monitor.config.schema import Config
from monitor.keywords import Query, QueryError, compile_query
from monitor.keywords.syntax import Field, leaves
from monitor.mention import Answer, Label, Purpose
from monitor.outlets.source import TranscriptsSource
from monitor.redact import hash_author
from monitor.store import reading as mentions
from monitor.store.database import reading, writing
from monitor.store.duplicates import cluster_sizes
from monitor.store.filters import MentionFilter
from monitor.store.suspicions import reviewed
from monitor.store.tables import mention, mention_revision
from monitor.vault.enclosure import state as enclosure_state
from monitor.vault.reading import records

router = APIRouter()
PAGE = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters beyond the scope, as they stand in the address; ``problem`` is of the query."""

    label: str
    negative: bool
    keyword: str
    text: str
    query: Query | None
    problem: QueryError | None
    answer: str = ""

    def values(self) -> dict[str, str | None]:
        return {
            "label": self.label or None,
            "negative": "1" if self.negative else None,
            "keyword": self.keyword or None,
            "answer": self.answer or None,
            "q": self.text or None,
        }


def read_query(text: str, key: bytes | None) -> Query:
    """Raises ``QueryError``, also for ``author:`` where there is no ``key`` to find authors by."""
    if key is not None:
        return compile_query(text, lambda name: hash_author(name, key))
    query = compile_query(text)
    for leaf in leaves(query.root):
        if isinstance(leaf, Field) and leaf.name == "author":
            hint = "the author key is not set; run “tingfeng init” in the data folder"
            raise QueryError(leaf.position, "author: cannot be searched", hint)
    return query


def read_filters(label: str, negative: str, keyword: str, text: str, key: bytes | None) -> Filters:
    query, problem = None, None
    if text.strip():
        try:
            query = read_query(text, key)
        except QueryError as error:
            problem = error
    known = label if label in get_args(Label) else ""
    return Filters(known, negative == "1", keyword, text, query, problem)


def mention_filter(scope: Scope, window: Window, filters: Filters) -> MentionFilter:
    """The window, where there is one, takes the place of the scope's period."""
    label = next((label for label in get_args(Label) if label == filters.label), None)
    return MentionFilter(
        brand=scope.brand,
        source=scope.source,
        label=label,
        negative=True if filters.negative else None,
        keyword=filters.keyword or None,
        since=window.since if window.timed else scope.since,
        until=window.until if window.timed else scope.until,
        dated=True if window.dated else None,
        answer=chosen_answer(filters.answer),
    )


def chosen_answer(stated: str) -> Answer | None:
    """``question:value``, as it stands in the address."""
    question, _, value = stated.partition(":")
    return Answer(question, value) if question and value else None


def answer_choices(config: Config, language: Language, chosen: str) -> list[tuple[str, str]]:
    """(question:value, words) of what forms and clerks ask; none where there is neither."""
    if not chosen and not any(isinstance(source, FormSource | TranscriptsSource) for source in config.sources):
        return []
    words = partial(say, language)
    listed = [
        (f"{question}:{value}", f"{words(f'answer.{question}')} · {words(f'form.{question}.{value}')}")
        for question, values in (("wish", WISHES), ("frequency", FREQUENCIES))
        for value in values
    ]
    listed += [
        (f"outlet:{outlet.name}", f"{words('answer.outlet')} · {outlet.name}")
        for source in config.sources
        if isinstance(source, TranscriptsSource)
        for outlet in source.outlets
    ]
    known = dict(listed)
    return [*listed, *([(chosen, chosen)] if chosen and chosen not in known else [])]


def referred(engine: Engine, config: Config, said: str) -> int | None:
    """The mention whose sender was given that reference: people who ask how it stands have nothing else."""
    number = said.strip().upper()
    forms = [source.id for source in config.sources if isinstance(source, FormSource)]
    if not forms or not REFERENCE.fullmatch(number):
        return None
    with reading(engine) as connection:
        query = select(mention.c.id).where(mention.c.source_id.in_(forms), mention.c.external_id == number)
        return connection.scalar(query)


@router.get("/mentions")
def mentions_page(
    request: Request,
    services: ServicesOf,
    _visitor: Entered,
    scope: ScopeOf,
    window: WindowOf,
    findings: FindingsOf,
    label: str = "",
    negative: str = "",
    keyword: str = "",
    answer: str = "",
    q: str = "",
    after: str | None = None,
) -> Response:
    """A page of the list; asked by htmx for what follows ``after``, only the rows. A bad cursor is a 400."""
    config = config_of(request)
    if (found_id := referred(services.engine, config, q)) is not None:
        return RedirectResponse(f"/mentions/{found_id}", 303)
    names = Names(config, language_of(request))
    brand = request.query_params.get("brand")
    if window and brand and brand != ALL:
        # Evidence stays what it was, also of a brand that has left the configuration since.
        scope = replace(scope, brand=brand)
    filters = replace(read_filters(label, negative, keyword, q, services.author_key), answer=answer)
    wanted = findings.narrow(mention_filter(scope, window, filters))
    with reading(services.engine) as connection:
        if filters.problem:
            found, total = mentions.MentionPage((), None), None
        else:
            try:
                found = mentions.page(connection, wanted, after=after, limit=PAGE, match=filters.query)
            except mentions.CursorError as error:
                raise HTTPException(400) from error
            # Counting what a query matches would read every row; the list says how far it got instead.
            total = None if filters.query else mentions.count(connection, wanted)
    return render(
        request,
        "mention_rows.html" if after and request.headers.get("hx-request") else "mentions.html",
        scope=scope,
        filters=filters,
        window=window,
        findings=findings,
        aspects=aspect_choices(language_of(request), config, findings.aspect),
        marks=MARKS,
        purposes=get_args(Purpose),
        without_window=scope.query(compare=None, **filters.values(), **findings.values()),
        without_cluster=scope.query(compare=None, **filters.values(), **{**findings.values(), "cluster": None}),
        rows=[view(row, names) for row in found.rows],
        more=scope.query(compare=None, after=found.next, **filters.values(), **findings.values(), **window.values())
        if found.next
        else None,
        total=total,
        periods=list(PERIODS),
        brands=list(dict.fromkeys([ALL, *brand_options(config), scope.brand or ALL])),
        sources=[source.id for source in config.sources],
        keywords=[keyword.id for keyword in config.keywords],
        answers=answer_choices(config, language_of(request), answer),
    )


@router.get("/mentions/{mention_id}")
def mention_page(request: Request, services: ServicesOf, visitor: Entered, mention_id: int) -> Response:
    """One mention with all that is known of it. That it was looked at is recorded before it is shown; what the vault
    keeps of it is listed for those who may open it."""
    names = Names(config_of(request), language_of(request))
    with reading(services.engine) as connection:
        found = mentions.by_ids(connection, [mention_id])
        revisions = connection.execute(
            select(mention_revision)
            .where(mention_revision.c.mention_id == mention_id)
            .order_by(mention_revision.c.revision.desc())
        ).all()
        review = reviewed(connection, mention_id)
        copies = cluster_sizes(connection, [found[0].duplicate_of or mention_id]) if found else {}
        kept = records(connection, mention_id) if may(visitor.user.role, "admin") else ()
    if not found:
        raise HTTPException(404)
    came = enclosed(services.engine, found[0].source_id, found[0].external_id)
    with writing(services.engine) as connection:
        audit.record(connection, visitor.user.name, "evidence_view", {"mention": mention_id}, now=services.clock())
    return render(
        request,
        "mention.html",
        stored=found[0],
        shown=view(found[0], names),
        revisions=revisions,
        review=review,
        copies=next(iter(copies.values()), 1),
        aspects=aspect_words(language_of(request), config_of(request)),
        vault=[(each.bound, each.state(services.vault_key)) for each in kept],
        enclosed=came,
        files=[(file, enclosure_state(file.master_id, services.vault_key)) for file in came.files],
        contact_state=enclosure_state(came.contact.master_id, services.vault_key) if came.contact else None,
    )
