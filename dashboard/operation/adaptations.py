"""What was learned from labels, in the data folder: ``sentiment/adaptation-<hash>.json``, and ``sentiment/current``
that names the one in force. Every version stays, so that what it scored can be understood later."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import DEFAULT, load_engine

if TYPE_CHECKING:
    from monitor.sentiment.adaptation.weights import Adaptation

log = structlog.get_logger()

FOLDER = "sentiment"
CURRENT = "current"


class Adaptations:
    """``home`` is the data folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    @property
    def name(self) -> str | None:
        """File name of the adaptation in force, ``None`` where there is none; one short read."""
        try:
            return (self._folder / CURRENT).read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def current(self) -> Adaptation | None:
        """The one in force. Raises :class:`AdaptationError` where its file is gone or is not what it was."""
        from monitor.sentiment.adaptation.weights import AdaptationError, load

        name = self.name
        if name is None:
            return None
        try:
            content = (self._folder / Path(name).name).read_bytes()
        except OSError as error:
            raise AdaptationError(f"{self._folder / name} cannot be read: run tingfeng train --adapt") from error
        if file_name(content) != name:
            raise AdaptationError(f"{self._folder / name} was changed: run tingfeng train --adapt")
        return load(content)

    def put_into_force(self, adaptation: Adaptation) -> Path:
        """Keeps the file and lets it take effect, for every process at its next batch."""
        from monitor.sentiment.adaptation.weights import dump

        content = dump(adaptation)
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / file_name(content)
        replaced(target, content)
        replaced(self._folder / CURRENT, target.name.encode())
        return target

    def forget(self) -> bool:
        """Lets the engine be as it was shipped; the files stay. Whether there was an adaptation in force."""
        known = self.name is not None
        (self._folder / CURRENT).unlink(missing_ok=True)
        return known


def file_name(content: bytes) -> str:
    return f"adaptation-{sha256(content).hexdigest()[:16]}.json"


def replaced(target: Path, content: bytes) -> None:
    draft = target.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(target)


def engine_of(home: Path, name: str = DEFAULT, *, with_reasons: bool = True) -> SentimentEngine:
    """The named engine, with what was learned on it in this folder. An adaptation of another engine or version does not
    take effect, which is logged: after an update it has to be learned anew. Raises what ``load_engine`` raises."""
    return adapted(home, load_engine(name, with_reasons=with_reasons))


def adapted(home: Path, base: SentimentEngine) -> SentimentEngine:
    kept = Adaptations(home)
    if kept.name is None:
        return base
    try:
        adaptation = kept.current()
        if adaptation is None:
            return base
        from monitor.sentiment.adaptation.engine import AdaptedEngine

        return AdaptedEngine(base, adaptation)
    except ValueError as error:
        log.warning("adaptation_not_in_force", reason=str(error))
        return base
