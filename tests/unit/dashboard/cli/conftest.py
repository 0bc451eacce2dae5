from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.dashboard.cli.forking import Commands

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="package")
def commands() -> Iterator[Commands]:
    found = Commands()
    yield found
    found.close()


@pytest.fixture
def tingfeng(commands: Commands, home: Path, tmp_path: Path) -> Run:
    """Runs the real command in a process of its own, on a data folder of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TINGFENG_")}

    def run(*arguments: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return commands.run(
            [str(each) for each in arguments], stdin, {**environ, "TINGFENG_HOME": str(home), **more}, tmp_path, 120
        )

    return run
