"""evaluate sentiment: how good the engine is on the user's own labels."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.faults import UNAVAILABLE, USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of, named_home
from dashboard.cli.output import note, write_json, write_line, write_table

if TYPE_CHECKING:
    from dashboard.operation.evaluating import Given
    from monitor.sentiment.evaluation import Evaluation, Figure, Quality

app = typer.Typer(no_args_is_help=True)


class ChannelName(StrEnum):
    review = "review"
    social = "social"


@app.callback()
def root() -> None:
    """How good the engines are on your own labels."""


@app.command()
def sentiment(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="CSV or JSON Lines with text and label.", show_default=False)
    ] = None,
    source: Annotated[str | None, typer.Option(help="Labels of this source; of FILE: whose texts.")] = None,
    channel: Annotated[ChannelName, typer.Option(help="Of the texts of FILE that name none.")] = ChannelName.review,
    engine: Annotated[str | None, typer.Option(help="Sentiment engine; that of the configuration.")] = None,
    adapted: Annotated[bool, typer.Option("--adapted/--plain", help="With what train --adapt learned.")] = True,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accuracy, macro-F1, calibration and confusion, by source, with 95 % intervals: on the labels that people gave, or
    on those of FILE."""
    from dashboard.operation import logs
    from dashboard.operation.adaptations import engine_of
    from dashboard.operation.evaluating import judged
    from monitor.sentiment.evaluation import evaluate
    from monitor.sentiment.registry import DEFAULT, ENGINES, load_engine

    logs.set_up("command", quiet=True)
    if engine is not None and engine not in ENGINES:
        raise typer.BadParameter(f"there are: {', '.join(sorted(ENGINES))}", param_hint="--engine")
    if file is not None:
        given, rejected = read_file(file, source, channel.value)
        name = engine or DEFAULT
        folder = named_home(context, home).path
    else:
        given, rejected, configured = read_store(context, home, source)
        name = engine or configured
        folder = home_of(context, home).path
    try:
        loaded = engine_of(folder, name, with_reasons=False) if adapted else load_engine(name, with_reasons=False)
    except ImportError as error:
        raise Fault(UNAVAILABLE, f"sentiment engine: {error}: run make setup") from error
    found = evaluate(judged(loaded, given))
    told = {"engine": loaded.name, "engine_version": loaded.version, "rejected": rejected, **asdict(found)}
    if "+" in loaded.version and file is None:
        note("some of these labels were learned from: train --adapt says what held-out labels say")
    if as_json:
        write_json(told)
    else:
        write_evaluation(found, f"{loaded.name} {loaded.version}")


def read_file(file: Path, source: str | None, channel: str) -> tuple[list[Given], dict[str, int]]:
    from dashboard.operation.evaluating import UnusableFileError, of_file

    if not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    try:
        given, rejected = of_file(file, source, channel)
    except UnusableFileError as error:
        raise Fault(WRONG, str(error)) from error
    return given, dict(sorted(rejected.items()))


def read_store(
    context: typer.Context, home: Path | None, source: str | None
) -> tuple[list[Given], dict[str, int], str]:
    """The labels of the store, and the engine that the configuration names."""
    from dashboard.cli.choices import configuration, require_source
    from dashboard.operation.evaluating import stored
    from dashboard.operation.installation import open_installation
    from monitor.sentiment.registry import DEFAULT
    from monitor.store.database import reading

    installation = open_installation(home_of(context, home))
    config = configuration(installation)
    with reading(installation.engine) as connection:
        require_source(connection, config, source)
        given = list(stored(connection, source))
    if not given:
        command = installation.home.command("label", "import", "FILE")
        raise Fault(WRONG, f"nobody has labelled anything yet: label mentions on their pages, or with {command}")
    return given, {}, config.settings.sentiment.engine if config else DEFAULT


def write_evaluation(found: Evaluation, engine: str) -> None:
    head = ["source", "labels", "accuracy", "macro-F1", "calibration error", "recall of negatives"]
    rows = [*found.by_source.items(), ("all", found.overall)]
    write_table(head, [row_of(source, quality) for source, quality in rows])
    write_line("")
    said = [label for label in found.overall.confusion if found.mode == "three-way" or label != "neutral"]
    write_table(
        ["said by people ↓ engine →", *said],
        [[truth, *(found.overall.confusion[truth][label] for label in said)] for truth in said],
    )
    write_line("")
    write_line(f"worst source: {found.worst_source}; engine {engine}; read {found.mode}")
    write_line("in brackets 95 % intervals: Wilson's of shares, bootstrap of macro-F1 and calibration error (15 bins)")


def row_of(source: str, quality: Quality) -> list[object]:
    figures = (quality.accuracy, quality.macro_f1, quality.calibration_error, quality.negative_recall)
    return [source, quality.n, *(words_of(each) for each in figures)]


def words_of(figure: Figure) -> str | None:
    return None if figure.value is None else f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
