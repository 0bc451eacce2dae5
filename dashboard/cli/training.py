"""``tingfeng train``: makes the weights of the default engine anew, or adapts an engine to labels of people."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.clock import utc_now
from dashboard.cli.faults import UNAVAILABLE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import progress, write_json, write_line, write_table

app = typer.Typer()


@app.command()
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where the weights are written.")] = Path("weights.bin"),
    adapt: Annotated[bool, typer.Option("--adapt", help="Learn from labels of people, on top of the weights.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --adapt: learn, and change nothing.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Let what was learned no longer take effect.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The default sentiment engine's weights from their sources: the shipped ones, bit for bit. With --adapt small
    corrections on top of them, in the data folder, learned from the labels that people gave."""
    if forget:
        forget_adaptation(context, home, as_json)
        return
    if adapt:
        adapt_engine(context, home, dry_run, as_json)
        return
    from monitor.sentiment.default.weights import shipped
    from monitor.sentiment.training.build import build
    from monitor.sentiment.training.corpora import CorpusError

    progress("training takes one to two minutes")
    try:
        content = build()
    except CorpusError as error:
        raise Fault(UNAVAILABLE, str(error)) from error
    out.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    same = content == shipped()
    if as_json:
        write_json({"path": str(out), "bytes": len(content), "sha256": digest, "shipped": same})
    else:
        write_line(f"{out}: {len(content)} bytes, SHA-256 {digest}, {'the shipped weights' if same else 'not shipped'}")


def adapt_engine(context: typer.Context, home: Path | None, dry_run: bool, as_json: bool) -> None:
    from dashboard.cli.collecting import opened
    from dashboard.operation.adaptations import Adaptations
    from dashboard.operation.adapting import learn_from_labels, told
    from monitor.sentiment.registry import load_engine
    from monitor.store.database import reading

    installation, applied = opened(context, home)
    try:
        base = load_engine(applied.config.settings.sentiment.engine, with_reasons=False)
    except ImportError as error:
        raise Fault(UNAVAILABLE, f"sentiment engine: {error}: run make setup") from error
    with reading(installation.engine) as connection:
        learned = learn_from_labels(connection, base, utc_now())
    if not learned.corrections and not learned.refused:
        command = installation.home.command("label", "import", "FILE")
        raise Fault(WRONG, f"nobody has labelled anything yet: label mentions on their pages, or with {command}")
    kept = Adaptations(installation.home.path)
    path = None
    if learned.corrections and not dry_run:
        path = kept.put_into_force(learned)
    elif not dry_run:
        kept.forget()
    row = {**told(learned), "in_force": path is not None, "path": None if path is None else str(path)}
    if as_json:
        write_json(row)
        return
    write_table(
        ["for", "labels", "accuracy before", "after", "made right", "made wrong"],
        [
            [key, each.proof.n, each.proof.before, each.proof.after, each.proof.gained, each.proof.lost]
            for key, each in learned.corrections.items()
        ],
    )
    for key, reason in learned.refused.items():
        write_line(f"{key}: nothing takes effect: {reason}")
    if path is not None:
        rescore = installation.home.command("rescore", "--dry-run")
        write_line(f"in force: {path}; what is stored keeps its scores until it is scored anew: {rescore}")


def forget_adaptation(context: typer.Context, home: Path | None, as_json: bool) -> None:
    from dashboard.operation.adaptations import Adaptations

    known = Adaptations(home_of(context, home).path).forget()
    if as_json:
        write_json({"forgotten": known})
    else:
        write_line("the engine is as it was shipped" if known else "nothing was learned")
