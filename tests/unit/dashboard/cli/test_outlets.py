"""outlets list and check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.dashboard.cli.conftest import Run

CONFIG = """\
version: 1
brands: [{id: xinghe, name: 星河, role: own}]
sources:
  - {id: counter, kind: transcripts, channel: counter, outlets: [{id: nanjing, name: 南京路店}]}
  - {id: hotline, kind: transcripts, channel: hotline}
"""


@pytest.mark.slow
def test_a_box_is_confirmed_once_and_listed(tingfeng: Run, home: Path) -> None:
    home.mkdir()
    (home / "keywords.yaml").write_text(CONFIG, encoding="utf-8")
    done = tingfeng("outlets", "check", "counter", "nanjing", "--slips", "2", "--by", "li", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    numbers = json.loads(done.stdout)["numbers"]
    assert [number[-3:] for number in numbers] == ["-01", "-02"]
    again = tingfeng("outlets", "check", "counter", "nanjing", "--slips", "0", "--by", "wang")
    assert again.returncode == 1
    assert "nanjing was confirmed before: by li" in again.stderr
    (row,) = json.loads(tingfeng("outlets", "list", "--json").stdout)
    assert (row["outlet"], row["waiting"], row["overdue"], row["box"]) == ("nanjing", 2, 0, "confirmed")
    assert row["in_time"] == [0, 0]
    wrong = tingfeng("outlets", "check", "counter", "nanjin", "--slips", "0")
    assert (wrong.returncode, "did you mean nanjing?" in wrong.stderr) == (1, True)
