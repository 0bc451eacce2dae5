"""The data folder: configuration, secrets' file, database and reports, all in one place that can be backed up."""

from __future__ import annotations

import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from monitor.vault.errors import MasterKeyError
from monitor.vault.keys import VARIABLE as VAULT_KEY
from monitor.vault.keys import MasterKey, new_master_key, read_master_key

AUTHOR_KEY = "TINGFENG_AUTHOR_KEY"
BROKER = "TINGFENG_BROKER_URL"
DATABASE = "TINGFENG_DATABASE_URL"
#: The SQLite file, where no other database is named.
DATABASE_FILE = "tingfeng.db"
#: "1" in a demo's folder: every page and message says that it is one.
DEMO = "TINGFENG_DEMO"
FOLDER = "TINGFENG_HOME"


class HomeError(ValueError):
    """The data folder or its environment cannot be used as it is; the message says what to change."""


def process_environ() -> Mapping[str, str]:
    return dict(os.environ)


def default_folder(environ: Mapping[str, str]) -> Path:
    """``TINGFENG_HOME``, else ``./data``."""
    return Path(environ.get(FOLDER) or "data")


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder. ``process`` is the environment of the process; it wins over the folder's ``.env``."""

    path: Path
    process: Mapping[str, str] = field(default_factory=process_environ, repr=False)

    @property
    def keywords_file(self) -> Path:
        return self.path / "keywords.yaml"

    @property
    def hosts_folder(self) -> Path:
        """When each host may be asked next (``crawlers.host_gate``); may be deleted while nothing runs."""
        return self.path / "hosts"

    @property
    def operator_file(self) -> Path:
        return self.path / "operator.yaml"

    @property
    def env_file(self) -> Path:
        return self.path / ".env"

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @property
    def environ(self) -> Mapping[str, str]:
        """The values of ``.env`` with the process environment over them, read anew at each call."""
        values = dotenv_values(self.env_file) if self.env_file.is_file() else {}
        return {**{name: value for name, value in values.items() if value is not None}, **self.process}

    @property
    def made(self) -> bool:
        """Whether the folder holds an installation. One whose database is elsewhere may hold nothing of its own."""
        own = (self.keywords_file, self.env_file, self.path / DATABASE_FILE)
        return any(file.is_file() for file in own) or (self.path.is_dir() and DATABASE in self.process)

    def require(self) -> None:
        """Raises :class:`HomeError` where there is no installation: a mistyped folder must not become a new one."""
        if not self.made:
            raise HomeError(f"{self.path} is not a data folder of Tingfeng: {self.init_command} makes one")

    @property
    def init_command(self) -> str:
        return shlex.join(("tingfeng", "init", str(self.path)))

    def command(self, *words: str) -> str:
        """A command of ours on this folder, as it must be typed where this process was started."""
        told = self.process.get(FOLDER)
        named = () if told and Path(told) == self.path else ("--home", str(self.path))
        return shlex.join(("tingfeng", *named, *words))

    @property
    def database_url(self) -> str:
        """``TINGFENG_DATABASE_URL``, else the folder's own SQLite file."""
        return self.environ.get(DATABASE) or f"sqlite:///{self.path.absolute() / DATABASE_FILE}"

    @property
    def demo(self) -> bool:
        return self.environ.get(DEMO) == "1"

    @property
    def author_key(self) -> bytes:
        """Key of the authors' hashes. Raises :class:`HomeError` where none was made yet (see :meth:`prepare`)."""
        key = self.environ.get(AUTHOR_KEY)
        if not key:
            raise HomeError(f"{AUTHOR_KEY} is not set: run {self.init_command}")
        return key.encode()

    @property
    def vault_key(self) -> MasterKey | None:
        """Key of the evidence vault; ``None``: no evidence is kept. Raises :class:`HomeError` for a malformed one."""
        text = self.environ.get(VAULT_KEY)
        try:
            return read_master_key(text) if text else None
        except MasterKeyError as error:
            raise HomeError(str(error)) from error

    def prepare(self, *, vault: bool = False) -> None:
        """Makes the folder and the authors' key where they are missing; safe to call from many processes at once.

        With ``vault`` the key of the evidence vault too. Only who sets a folder up asks for it: where that key was
        lost, a new one must not quietly take its place.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock():
            if not self.environ.get(AUTHOR_KEY):
                self._append_secret(AUTHOR_KEY, secrets.token_hex(32))
            if vault and not self.environ.get(VAULT_KEY):
                self._append_secret(VAULT_KEY, new_master_key())

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One process at a time: for set-up work such as migrations and key making."""
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _append_secret(self, name: str, value: str) -> None:
        before = self.env_file.read_text(encoding="utf-8") if self.env_file.is_file() else ""
        if before and not before.endswith("\n"):
            before += "\n"
        draft = self.env_file.with_name(".env.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{before}{name}={value}\n")
        draft.replace(self.env_file)


def refuse_broker(environ: Mapping[str, str], database_url: str) -> None:
    """A broker spreads the work over machines, which SQLite cannot follow: raises :class:`HomeError`."""
    if not environ.get(BROKER):
        return
    if database_url.startswith("sqlite"):
        raise HomeError(f"{BROKER} is set, but the database is SQLite: set {DATABASE}=postgresql://… or unset {BROKER}")
    raise HomeError(f"{BROKER} is set, but this version has no cluster mode: unset it and use tingfeng serve")
