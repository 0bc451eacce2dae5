"""What the pages need from outside: handed in by whoever starts the web process, never looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from dashboard.web.i18n import Language
from monitor.config.schema import Inbound, Kinds
from monitor.vault.keys import MasterKey


@dataclass(frozen=True, slots=True)
class Services:
    """``clock`` gives the aware UTC time; ``home`` is the data folder (reports are read from it).

    ``demo`` puts the demo badge on every page; ``demo_credentials`` (name, password) are printed on the sign-in
    page, so they must only ever be those of a scratch installation. ``language`` is for visitors not signed in.
    ``author_key`` is the key of the authors' hashes; without it ``author:`` cannot be searched. ``vault_key``
    opens evidence; without it none can be read. ``operator_errors``
    says what is wrong with operator.yaml at the moment; each page asks. ``inbound`` gives the sources that others send
    to, by id, as the last good operator.yaml has them.
    """

    engine: Engine
    kinds: Kinds
    clock: Callable[[], datetime]
    home: Path
    demo: bool = False
    demo_credentials: tuple[str, str] | None = None
    language: Language = "zh-CN"
    author_key: bytes | None = field(default=None, repr=False)
    vault_key: MasterKey | None = None
    operator_errors: Callable[[], tuple[str, ...]] = tuple
    inbound: Callable[[], Mapping[str, Inbound]] = dict
