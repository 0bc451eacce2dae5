"""Which jobs fail at present, and why: a small file in the data folder that ``doctor`` reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Failure:
    job: str
    at: datetime
    reason: str


class FailureBook:
    """Written only when a job begins or stops to fail, or fails for another reason. One writer: the scheduler."""

    def __init__(self, home: Path) -> None:
        self._file = home / "failing-jobs.json"
        self._failing: dict[str, Failure] = {}

    def failed(self, job: str, reason: str, at: datetime) -> None:
        known = self._failing.get(job)
        if known is None or known.reason != reason:
            self._failing[job] = Failure(job, at, reason)
            self._write()

    def passed(self, job: str) -> None:
        if self._failing.pop(job, None) is not None:
            self._write()

    def start(self) -> None:
        """Forgets what an earlier scheduler left."""
        self._failing.clear()
        if self._file.exists():
            self._write()

    def _write(self) -> None:
        rows = [{"job": each.job, "at": each.at.isoformat(), "reason": each.reason} for each in self._failing.values()]
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._file)


def read_failures(home: Path) -> tuple[Failure, ...]:
    """What the scheduler wrote last; nothing where it wrote nothing readable."""
    try:
        rows = json.loads((home / "failing-jobs.json").read_text(encoding="utf-8"))
        return tuple(Failure(row["job"], datetime.fromisoformat(row["at"]), row["reason"]) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()
