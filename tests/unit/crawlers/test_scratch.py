from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawlers.scratch import OWNER, PREFIX, scratch_folder, sweep

HOLDER = (
    "import sys\nfrom pathlib import Path\nfrom crawlers.scratch import scratch_folder\n"
    "with scratch_folder(Path(sys.argv[1])) as folder:\n"
    "    (folder / 'profile').write_text('x')\n    print(folder, flush=True)\n    sys.stdin.read()\n"
)


@contextmanager
def holding(below: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that has a folder, until its input ends or it is killed."""
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", HOLDER, str(below)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": root}
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_a_folder_is_gone_with_its_crawl(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        assert list(folder.iterdir()) == []
        assert folder.parent.name.startswith(PREFIX)
        assert sweep(tmp_path) == 0
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_only_the_folder_of_a_killed_owner_is_swept(tmp_path: Path) -> None:
    with holding(tmp_path) as (killed, left), holding(tmp_path) as (living, kept):
        assert sweep(tmp_path) == 0
        killed.kill()
        killed.wait()
        assert (left / "profile").is_file()
        assert sweep(tmp_path) == 1
        assert not left.parent.exists()
        assert (kept / "profile").is_file()
        assert living.poll() is None
        assert sweep(tmp_path) == 0


def test_what_is_not_known_to_be_abandoned_stays(tmp_path: Path) -> None:
    """A folder that is only just being made has no owner yet; a link leads elsewhere; a stranger's name is no claim."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / OWNER).touch()
    (tmp_path / f"{PREFIX}new").mkdir()
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / "other-crawl").mkdir()
    (tmp_path / "other-crawl" / OWNER).touch()
    before = set(tmp_path.rglob("*"))
    assert sweep(tmp_path) == 0
    assert set(tmp_path.rglob("*")) == before
