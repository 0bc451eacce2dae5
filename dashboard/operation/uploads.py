"""Files that were handed in on the import page: ``imports/<token>`` until the import is asked for, then
``imports/<run id>`` until its run ended. They hold unredacted words of people: only our user may read them, and none
stays. One rename takes a file from its token to its run, so that it always belongs to exactly one."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from dashboard.operation.importing import ReadAs

LIMIT = 50 * 1024 * 1024
CHUNK = 1024 * 1024
#: A file that nobody went on with is deleted after this.
KEPT = timedelta(days=1)
#: A file whose import ended the worker this often is not tried again.
ATTEMPTS = 3
DRAFT = "draft-"
SPEC = ".spec"
_TOKEN = re.compile(r"[0-9a-f]{32}")


class UploadTooLargeError(ValueError):
    """More than :data:`LIMIT` bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """``name`` is the file's, made safe; ``by`` handed it in."""

    name: str
    source: str
    by: str
    size: int
    at: str
    asked: ReadAs = field(default_factory=ReadAs)
    attempts: int = 0


class Uploads:
    """``home`` is the data folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "imports"

    def keep(self, stream: BinaryIO, name: str, source: str, by: str, now: datetime) -> str:
        """Copies the stream; the token of the draft. Raises :class:`UploadTooLargeError`, and then keeps nothing."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        token = secrets.token_hex(16)
        place = self._folder / (DRAFT + token)
        place.mkdir(mode=0o700)
        try:
            upload = Upload(safe_name(name), source, by, 0, now.isoformat())
            size = copy(stream, place / upload.name)
            self._write(place, replace(upload, size=size))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return token

    def draft(self, token: str) -> Upload | None:
        return self._read(self._folder / (DRAFT + token)) if _TOKEN.fullmatch(token) else None

    def draft_file(self, token: str, upload: Upload) -> Path:
        return self._folder / (DRAFT + token) / upload.name

    def hand_over(self, token: str, run_id: int, asked: ReadAs) -> None:
        """The draft becomes the run's. Belongs in the transaction that queues the run. Raises ``FileNotFoundError``."""
        place, upload = self._folder / (DRAFT + token), self.draft(token)
        if upload is None:
            raise FileNotFoundError(token)
        self._write(place, replace(upload, asked=asked))
        self._move(place, run_id)

    def of_run(self, run_id: int) -> Upload | None:
        return self._read(self._folder / str(run_id))

    def file_of(self, run_id: int, upload: Upload) -> Path:
        return self._folder / str(run_id) / upload.name

    def begin(self, run_id: int, upload: Upload) -> None:
        """Notes the attempt before it is made, so that a file that ends its worker is not tried for ever."""
        self._write(self._folder / str(run_id), replace(upload, attempts=upload.attempts + 1))

    def pass_on(self, run_id: int, next_id: int) -> None:
        self._move(self._folder / str(run_id), next_id)

    def delete(self, run_id: int) -> None:
        shutil.rmtree(self._folder / str(run_id), ignore_errors=True)

    def delete_draft(self, token: str) -> None:
        if _TOKEN.fullmatch(token):
            shutil.rmtree(self._folder / (DRAFT + token), ignore_errors=True)

    def runs(self) -> tuple[int, ...]:
        """The runs that have a file."""
        return tuple(sorted(int(place.name) for place in self._places() if place.name.isdecimal()))

    def forget_drafts(self, now: datetime) -> None:
        for place in self._places():
            if place.name.startswith(DRAFT) and is_old(place, now):
                shutil.rmtree(place, ignore_errors=True)

    def forget_lost(self, run_id: int, now: datetime) -> None:
        """Of a run that is not in the store: the transaction that queued it failed after the rename."""
        if is_old(self._folder / str(run_id), now):
            self.delete(run_id)

    def _move(self, place: Path, run_id: int) -> None:
        self.delete(run_id)  # the number is new: what stands there is of a transaction that failed
        place.rename(self._folder / str(run_id))

    def _places(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from self._folder.iterdir()

    def _read(self, place: Path) -> Upload | None:
        try:
            told: Mapping[str, object] = json.loads((place / SPEC).read_text("utf-8"))
        except FileNotFoundError:
            return None
        asked = told.get("asked")
        fields = {**told, "asked": ReadAs(**asked) if isinstance(asked, dict) else ReadAs()}
        return Upload(**fields)  # type: ignore[arg-type]

    def _write(self, place: Path, upload: Upload) -> None:
        draft = place / f"{SPEC}.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(upload), ensure_ascii=False), "utf-8")
        draft.replace(place / SPEC)


def is_old(place: Path, now: datetime) -> bool:
    try:
        return place.stat().st_mtime < (now - KEPT).timestamp()
    except FileNotFoundError:
        return False


def copy(stream: BinaryIO, target: Path) -> int:
    target.touch(mode=0o600)
    size = 0
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > LIMIT:
                raise UploadTooLargeError
            out.write(chunk)
    return size


def safe_name(name: str) -> str:
    """Its last 60 characters, with none that means something to a file system: its ending tells the format."""
    plain = re.sub(r"[^\w.()-]+", "_", re.split(r"[/\\]", name)[-1])[-60:].lstrip(".")
    return plain or "file"
