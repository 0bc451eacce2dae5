"""The preview of a file that a user handed in, in a process of its own: what it unpacks to and how long it takes is not
known before, and the web process serves everybody. Run as ``python -m dashboard.operation.preview_process``."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.operation.importing import ReadAs
from monitor.config.schema import Source

ROWS = 2_000
SECONDS, MEGABYTES = 20, 1_500


class PreviewError(Exception):
    """Why the file cannot be shown; the message is for the user."""


def preview_apart(file: Path, asked: ReadAs, source: Source, timezone: str, now: datetime) -> Mapping[str, Any]:
    """``Preview.as_json`` over the first :data:`ROWS` rows. ``timezone`` is the installation's.

    Raises :class:`PreviewError`.
    """
    job = {
        "file": str(file.absolute()),
        "asked": asdict(asked),
        "context": {
            "source": source.id,
            "lang": source.lang,
            "product": source.product,
            "date_order": source.date_order,
        },
        "timezone": source.timezone,
        "default": timezone,
        "now": now.isoformat(),
    }
    command = (sys.executable, "-m", "dashboard.operation.preview_process")
    try:
        done = subprocess.run(
            command, input=json.dumps(job), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PreviewError("too large for a preview: split it, or import it by the command line") from error
    try:
        answer: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise PreviewError("too large for a preview: split it, or import it by the command line") from error
    if "error" in answer:
        raise PreviewError(answer["error"])
    return answer


def answer_to(job: Mapping[str, Any]) -> Mapping[str, object]:
    from crawlers.imports.failure import UnreadableFile
    from dashboard.operation.preview import preview_in
    from monitor.normalise.item import SourceContext

    try:
        opened = ReadAs(**job["asked"]).open(Path(job["file"]))
        told = job["context"]
        zone = job["timezone"] or opened.layout.timezone or job["default"]
        context = SourceContext(told["source"], zone, told["lang"], told["product"], told["date_order"])
        return preview_in(opened, context, datetime.fromisoformat(job["now"]), ROWS).as_json()
    except (UnreadableFile, OSError) as error:
        return {"error": str(error)[:500]}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1024**2,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    json.dump(answer_to(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
