from __future__ import annotations

import json
import shutil
import socket
import stat
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from dashboard.cli.serving import make_ready
from dashboard.cli.setting_up import EXAMPLES
from dashboard.operation.home import Home
from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
#: The files that people find at the repository's root, and their names in the package and in a data folder.
AT_ROOT = {"keywords.yaml": "keywords.yaml", "operator.example.yaml": "operator.yaml"}
BROKEN = """\
version: 1
brands:
  - {id: a, name: A, role: own}
keywords:
  - {id: k, query: '(a OR b'}
rules: 3
"""


def test_init_then_check(tingfeng: Run, home: Path) -> None:
    made = tingfeng("init")
    assert made.returncode == 0
    assert {path.name for path in home.iterdir()} >= {"keywords.yaml", "operator.yaml", ".env"}
    assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600
    checked = tingfeng("check")
    assert (checked.returncode, checked.stdout) == (0, "valid\n")


def test_the_examples_of_the_package_are_the_files_at_the_root() -> None:
    examples = resources.files("dashboard.operation") / "examples"
    assert {each.name for each in examples.iterdir()} == set(EXAMPLES)
    for at_root, name in AT_ROOT.items():
        assert not (ROOT / at_root).is_symlink()
        assert (examples / name).read_bytes() == (ROOT / at_root).read_bytes()


def test_a_wheel_holds_the_examples_themselves(tmp_path: Path) -> None:
    """An installed wheel knows no repository that a link could lead into."""
    tree = tmp_path / "tree"
    for name in ("pyproject.toml", "README.md", "scheduler.py", *AT_ROOT):
        tree.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tree)
    shutil.copytree(ROOT / "dashboard/operation", tree / "dashboard/operation", symlinks=True)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], cwd=tree, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        for at_root, name in AT_ROOT.items():
            assert packed.read(f"dashboard/operation/examples/{name}") == (ROOT / at_root).read_bytes()


def test_init_writes_the_examples_as_they_are_shipped(tingfeng: Run, home: Path) -> None:
    tingfeng("init")
    for name in EXAMPLES:
        shipped = resources.files("dashboard.operation") / "examples" / name
        assert (home / name).read_bytes() == shipped.read_bytes()


def test_init_keeps_what_is_there(tingfeng: Run, home: Path) -> None:
    home.mkdir()
    (home / "keywords.yaml").write_text("mine")
    made = tingfeng("init", "--json")
    assert json.loads(made.stdout)["files"] == {"keywords.yaml": "kept", "operator.yaml": "written", ".env": "written"}
    assert (home / "keywords.yaml").read_text() == "mine"


def test_check_gives_each_error_its_place(tingfeng: Run, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    done = tingfeng("check", file)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{file}:5:21: keywords[0].query: ")
    assert lines[1].startswith(f"{file}:6:8: rules: ")
    told = json.loads(tingfeng("check", file, "--json").stdout)
    assert not told["valid"]
    assert [(error["line"], error["column"]) for error in told["errors"]] == [(5, 21), (6, 8)]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check"], 1, "tingfeng init"),
        (["check", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["serve"], 1, "tingfeng init"),
        (["nonsense"], 2, "nonsense"),
        (["crawl"], 2, "SOURCE"),
    ],
)
def test_exit_codes(tingfeng: Run, arguments: list[str], code: int, words: str) -> None:
    done = tingfeng(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_and_a_lost_database_are_unavailable(tingfeng: Run) -> None:
    tingfeng("init")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = tingfeng("serve", "--port", str(other.getsockname()[1]))
    assert done.returncode == 3
    assert "taken" in done.stderr
    lost = tingfeng("alerts", "list", TINGFENG_DATABASE_URL="postgresql://me:hush@127.0.0.1:1/none")
    assert lost.returncode == 3
    assert "hush" not in lost.stderr


def test_a_broker_beside_sqlite_is_refused(tingfeng: Run) -> None:
    tingfeng("init")
    done = tingfeng("serve", TINGFENG_BROKER_URL="amqp://h")
    assert done.returncode == 1
    assert "SQLite" in done.stderr


def test_the_data_folder_is_named_before_or_after_the_command(tingfeng: Run, tmp_path: Path) -> None:
    assert tingfeng("--home", tmp_path / "a", "init").returncode == 0
    assert tingfeng("init", "--home", tmp_path / "b").returncode == 0
    assert (tmp_path / "a/keywords.yaml").read_bytes() == (tmp_path / "b/keywords.yaml").read_bytes()


@pytest.mark.parametrize("command", ["mentions", "alerts list", "tickets list", "user list", "serve", "crawl shop"])
def test_a_mistyped_data_folder_is_refused_and_not_made(tingfeng: Run, tmp_path: Path, command: str) -> None:
    done = tingfeng("--home", "r1-typo", *command.split())
    assert done.returncode == 1
    assert "tingfeng init r1-typo" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_site_can_be_looked_at_before_there_is_a_data_folder(tingfeng: Run, tmp_path: Path) -> None:
    done = tingfeng("discover", "http://127.0.0.1:1/")
    assert "127.0.0.1:1" in done.stderr
    assert "tingfeng init" not in done.stderr
    refused = tingfeng("discover", "http://127.0.0.1:1/", "--write")
    assert (refused.returncode, "tingfeng init" in refused.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_configuration_is_told_with_the_command_that_checks_it(tingfeng: Run, home: Path) -> None:
    home.mkdir()
    (home / "keywords.yaml").write_text(BROKEN, encoding="utf-8")
    done = tingfeng("--home", home.name, "crawl", "shop")
    assert done.returncode == 1
    assert f"run tingfeng --home {home.name} check\n" in done.stderr
    assert tingfeng("doctor").returncode == 1


def test_make_passes_the_port_on() -> None:
    """Both ways to start; nothing runs."""
    done = subprocess.run(
        ["make", "-n", "-o", "setup", "run", "PORT=8080"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "serve --port 8080;" in done.stdout
    assert "demo --port 8080;" in done.stdout


def test_serve_says_that_nobody_can_sign_in_yet(tingfeng: Run, home: Path) -> None:
    tingfeng("init")
    folder = Home(home, {})
    assert make_ready(folder) == [f"no user yet: tingfeng --home {home} user add NAME --role admin"]
    tingfeng("user", "add", "li", stdin="a long password\n")
    assert make_ready(folder) == []


def test_doctor_says_what_is_missing(tingfeng: Run) -> None:
    done = tingfeng("doctor", "--json", TINGFENG_BROWSER="/nowhere/chromium")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    missing = {check["part"]: check["mend"] for check in told["checks"] if not check["ok"]}
    assert missing.keys() >= {"browser", "keywords.yaml"}
    assert all(missing.values())
    tingfeng("init")
    assert tingfeng("doctor", TINGFENG_BROWSER="/nowhere/chromium").returncode == 3


def test_help_imports_no_package_of_ours_but_the_command_line() -> None:
    code = (
        "import sys, dashboard.cli.app;"
        "print(*(n for n in sys.modules if n.split('.')[0] in ('monitor', 'alerts', 'crawlers', 'sqlalchemy')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
