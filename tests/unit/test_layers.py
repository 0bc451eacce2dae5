"""What import-linter cannot see: the root module, and what a process must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKAGES = ("crawlers", "monitor", "alerts", "dashboard", "migrations")
# structlog itself imports a light corner of Twisted where it is installed; the reactor's package is the heavy part.
HEAVY = {"snownlp", "pandas", "scrapy", "playwright", "feedparser", "twisted.internet"}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_no_package_imports_the_scheduler() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts and "scheduler" in imported(path)
    ]
    assert guilty == []


@pytest.mark.parametrize("module", ["dashboard.web.app", "scheduler", "dashboard.cli.app"])
def test_long_lived_processes_load_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(' '.join(sorted({HEAVY!r} & set(sys.modules))))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
