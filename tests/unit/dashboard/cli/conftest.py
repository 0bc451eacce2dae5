from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def tingfeng(home: Path, tmp_path: Path) -> Run:
    """Runs the real command in a process of its own, on a data folder of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TINGFENG_")}

    def run(*arguments: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dashboard.cli.app", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environ, "TINGFENG_HOME": str(home), **more},
            timeout=120,
            check=False,
        )

    return run
