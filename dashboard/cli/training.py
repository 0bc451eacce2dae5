"""``tingfeng train``: makes the weights of the default sentiment engine anew."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.faults import UNAVAILABLE, Fault
from dashboard.cli.options import JsonOption
from dashboard.cli.output import progress, write_json, write_line

app = typer.Typer()


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Where the weights are written.")] = Path("weights.bin"),
    as_json: JsonOption = False,
) -> None:
    """The default sentiment engine's weights from their sources: the shipped ones, bit for bit."""
    from monitor.sentiment.default.weights import shipped
    from monitor.sentiment.training.build import build
    from monitor.sentiment.training.corpora import CorpusError

    progress("training takes about a minute")
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
