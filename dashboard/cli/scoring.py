"""score: sentiment of JSON Lines, in batches; the way from line to line costs less than the engine."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.faults import UNAVAILABLE, Fault
from dashboard.cli.lines import BATCH, BadLineError, Line, batches, error_row, read_lines
from dashboard.cli.options import HomeOption, JsonOption, folder_of

if TYPE_CHECKING:
    from monitor.mention import Channel, Sentiment
    from monitor.sentiment.engine import SentimentEngine

app = typer.Typer()

_WRITE = json.JSONEncoder(ensure_ascii=False).encode


@app.command()
def score(
    context: typer.Context,
    reasons: Annotated[bool, typer.Option("--reasons/--no-reasons", help="Words that decided.")] = True,
    engine: Annotated[str | None, typer.Option(help="Sentiment engine.", show_default="default")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sentiment of {"id","text"[,"channel"]} lines."""
    from dashboard.operation.adaptations import engine_of
    from monitor.sentiment.registry import DEFAULT, ENGINES

    engine = engine or DEFAULT
    if engine not in ENGINES:
        raise typer.BadParameter(f"there are: {', '.join(sorted(ENGINES))}", param_hint="--engine")
    try:
        loaded = engine_of(folder_of(context, home), engine, with_reasons=reasons)
    except ImportError as error:
        raise Fault(UNAVAILABLE, f"sentiment engine: {error}: run make setup") from error
    # Batches make and drop hundreds of thousands of tuples, none of them in a cycle.
    gc.set_threshold(100_000)
    output = sys.stdout.buffer
    for batch in batches(read_lines(), BATCH):
        output.write(encoded(score_lines(loaded, batch)))
        output.flush()


def encoded(lines: Sequence[str]) -> bytes:
    """As UTF-8. A line that is no valid Unicode (its id holds a lone surrogate) is written with escapes."""
    try:
        return "".join(lines).encode()
    except UnicodeEncodeError:
        return b"".join(line.encode() if _valid(line) else _escaped(line) for line in lines)


def _valid(line: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in line)


def _escaped(line: str) -> bytes:
    return json.dumps(json.loads(line)).encode() + b"\n"


def score_lines(engine: SentimentEngine, batch: Sequence[Line | BadLineError]) -> list[str]:
    """An answer for each line in its order; one engine call a channel."""
    answers = [""] * len(batch)
    places: dict[Channel, list[int]] = {"review": [], "social": []}
    texts: dict[Channel, list[str]] = {"review": [], "social": []}
    ids: list[str] = [""] * len(batch)
    for place, line in enumerate(batch):
        if isinstance(line, BadLineError):
            answers[place] = _WRITE(error_row(line)) + "\n"
            continue
        channel = line.fields.get("channel", "review")
        if channel is None:
            channel = "review"
        if channel not in ("review", "social"):
            refused = BadLineError("channel is neither review nor social", line.id)
            answers[place] = _WRITE(error_row(refused)) + "\n"
            continue
        places[channel].append(place)
        texts[channel].append(line.text)
        ids[place] = _WRITE(line.id)
    for channel, found in places.items():
        for place, verdict in zip(found, verdicts(engine, texts[channel], channel), strict=True):
            answers[place] = f'{{"id": {ids[place]}, {verdict}}}\n'
    return answers


def verdicts(engine: SentimentEngine, texts: Sequence[str], channel: Channel) -> list[str]:
    """The members of each answer but the id. After a failure each text is tried alone, so that one bad text costs only
    its own answer."""
    if not texts:
        return []
    try:
        return [members(verdict) for verdict in engine.score(texts, channel)]
    except Exception as error:  # noqa: BLE001 - the engine is a plug-in; the answer names what went wrong
        if len(texts) == 1:
            return [f'"error": {_WRITE(f"{engine.name}: {type(error).__name__}: {error}")}']
    return [answer for text in texts for answer in verdicts(engine, [text], channel)]


def members(verdict: Sentiment) -> str:
    """Written by hand, which takes a third of the encoder's time: labels need no escapes, numbers are finite."""
    reasons = ", ".join(
        f'{{"span": [{reason.span[0]}, {reason.span[1]}], "weight": {float(reason.weight)!r}}}'
        for reason in verdict.reasons
    )
    return (
        f'"label": "{verdict.label}", "score": {float(verdict.score)!r}, '
        f'"confidence": {float(verdict.confidence)!r}, "reasons": [{reasons}]'
    )
