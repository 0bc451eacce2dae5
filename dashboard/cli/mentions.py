"""mentions: what is stored, as JSON Lines or CSV."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from dashboard.cli.choices import configuration, require_brand, require_source
from dashboard.cli.clock import utc_now
from dashboard.cli.faults import USAGE, Fault
from dashboard.cli.moments import parse_moment
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import iso, write_json

if TYPE_CHECKING:
    from monitor.mention import Answer
    from monitor.store.reading import StoredMention

app = typer.Typer()

FIELDS = (
    "source", "external_id", "url", "kind", "published_at", "collected_at", "author", "title", "text", "rating",
    "lang", "brand", "product", "parent_id", "label", "score", "keywords", "answers",
)  # fmt: skip
#: A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Text = Annotated[str | None, typer.Option(show_default=False)]


@app.command()
def mentions(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(metavar="[QUERY]", show_default=False)] = None,
    since: Text = None,
    until: Text = None,
    brand: Text = None,
    source: Text = None,
    answer: Annotated[
        str | None, typer.Option(help="QUESTION=ANSWER of a form, as wish=refund.", show_default=False)
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, show_default=False)] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV in place of JSON Lines.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stored mentions, newest first, as JSON Lines. QUERY is in the query language of keywords.yaml."""
    from itertools import islice

    from dashboard.operation.installation import open_installation
    from monitor.keywords import compile_query
    from monitor.redact import hash_author
    from monitor.store.database import reading
    from monitor.store.filters import MentionFilter
    from monitor.store.reading import stream

    installation = open_installation(home_of(context, home))
    key = installation.home.author_key
    match = compile_query(query, lambda name: hash_author(name, key)) if query is not None else None
    config = configuration(installation)
    zone = ZoneInfo(config.settings.timezone if config else "Asia/Shanghai")
    now = utc_now()
    filters = MentionFilter(
        brand=brand,
        source=source,
        since=parse_moment(since, "--since", zone, now) if since else None,
        until=parse_moment(until, "--until", zone, now) if until else None,
        answer=answer_of(answer) if answer is not None else None,
    )
    with reading(installation.engine) as connection:
        require_brand(connection, config, brand)
        require_source(connection, config, source)
        rows = (row_of(mention) for mention in islice(stream(connection, filters, match), limit))
        if as_csv:
            write_csv(rows)
        else:
            for row in rows:
                write_json(row)


def answer_of(stated: str) -> Answer:
    from monitor.mention import Answer

    question, _, value = stated.partition("=")
    if not question or not value:
        raise Fault(USAGE, "--answer: write QUESTION=ANSWER, such as wish=refund or frequency=always")
    return Answer(question, value)


def row_of(mention: StoredMention) -> dict[str, object]:
    """A mention as the command writes it: times in UTC, the rating on 1–5, ``author`` masked, keyword ids."""
    return {
        "source": mention.source_id,
        "external_id": mention.external_id,
        "url": mention.url,
        "kind": mention.kind,
        "published_at": iso(mention.published_at),
        "collected_at": iso(mention.collected_at),
        "author": mention.author_masked,
        "title": mention.title,
        "text": mention.text,
        "rating": mention.stars,
        "lang": mention.lang,
        "brand": mention.brand_id,
        "product": mention.product,
        "parent_id": mention.parent_id,
        "label": mention.label,
        "score": mention.score,
        "keywords": [keyword.keyword for keyword in mention.keywords],
        "answers": {each.question: each.value for each in mention.answers},
    }


def write_csv(rows: Iterable[Mapping[str, object]]) -> None:
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    for row in rows:
        writer.writerow([cell(row[field]) for field in FIELDS])
    stream.detach()


def cell(value: object) -> object:
    """A CSV cell: text that a spreadsheet would run gets a leading apostrophe; lists are joined with ``;``, as are the
    ``question=answer`` of a mapping."""
    if isinstance(value, dict):
        value = [f"{question}={answer}" for question, answer in value.items()]
    if isinstance(value, list):
        value = ";".join(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
