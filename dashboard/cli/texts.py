"""match and redact: JSON Lines in, JSON Lines out, nothing stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.lines import BadLineError, Line, batches, error_row, read_lines
from dashboard.cli.options import JsonOption
from dashboard.cli.output import write_json, write_rows

if TYPE_CHECKING:
    from monitor.keywords import Document, KeywordSet
    from monitor.mention import KeywordMatch

app = typer.Typer()

#: Lines that are matched together: what a batch costs beside its texts is the less for each.
MATCHED = 2_048


@app.command()
def match(
    config: Annotated[Path, typer.Option("--config", help="keywords.yaml whose keywords are matched.")],
    as_json: JsonOption = False,
) -> None:
    """Keywords that match {"id","text"[,"title","author","site","lang","rating","source"]} lines."""
    from dashboard.operation.wiring import kinds
    from monitor.config.errors import InvalidConfig
    from monitor.config.load import parse_config
    from monitor.config.versions import read_file
    from monitor.keywords import KeywordSet

    if not config.is_file():
        raise Fault(USAGE, f"{config} is not a file")
    try:
        parsed = parse_config(read_file(config), kinds())
    except InvalidConfig as invalid:
        raise Fault(WRONG, "\n".join(error.format(str(config)) for error in invalid.errors)) from invalid
    keywords = KeywordSet(parsed.keywords)
    for batch in batches(read_lines(), MATCHED):
        write_rows(match_lines(keywords, batch))
        sys.stdout.buffer.flush()


def match_lines(keywords: KeywordSet, batch: Sequence[Line | BadLineError]) -> list[dict[str, object]]:
    """An answer for each line in its order; the lines are matched together."""
    documents: list[Document] = []
    answers: list[dict[str, object]] = []
    matching: list[dict[str, object]] = []
    for line in batch:
        try:
            if isinstance(line, BadLineError):
                raise line
            documents.append(document_of(line))
        except BadLineError as error:
            answers.append(error_row(error))
        else:
            matching.append({"id": line.id})
            answers.append(matching[-1])
    for answer, matches in zip(matching, keywords.match_many(documents), strict=True):
        answer["matches"] = [match_row(match) for match in matches]
    return answers


def match_row(match: KeywordMatch) -> dict[str, object]:
    row: dict[str, object] = {"keyword": match.keyword, "spans": match.spans}
    return row | {"title_spans": match.title_spans} if match.title_spans else row


def document_of(line: Line) -> Document:
    """Raises :class:`BadLineError` for a field of the wrong type."""
    from monitor.keywords import Document

    rating = line.fields.get("rating")
    if isinstance(rating, bool) or not isinstance(rating, int | float | None):
        raise BadLineError("rating is not a number", line.id)
    return Document(
        text=line.text,
        title=line.optional("title"),
        author=line.optional("author"),
        site=line.optional("site"),
        source=line.optional("source"),
        lang=line.optional("lang"),
        rating=rating,
    )


@app.command()
def redact(as_json: JsonOption = False) -> None:
    """Masks personal data in {"id","text"} lines: phone, cards, e-mail, plate, address, WeChat, QQ."""
    for line in read_lines():
        write_json(redact_row(line))


def redact_row(line: Line | BadLineError) -> dict[str, object]:
    from monitor.redact import redact as mask

    if isinstance(line, BadLineError):
        return error_row(line)
    done = mask(line.text)
    masked = [{"kind": each.kind, "span": list(each.span)} for each in done.masked]
    return {"id": line.id, "text": done.text, "masked": masked}
