from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow


def test_detect_prints_one_line_a_transition(tingfeng: Run, tmp_path: Path) -> None:
    hours = [
        f"xinghe,2026-11-{1 + hour // 24:02}T{hour % 24:02}:00:00Z,{90 if hour == 80 else 20}" for hour in range(96)
    ]
    file = tmp_path / "counts.csv"
    file.write_text("\n".join(["series,hour,mentions", *hours]), encoding="utf-8")
    done = tingfeng("detect", str(file), "--kind", "volume")
    assert (done.returncode, done.stderr) == (0, "")
    fired, resolved = (json.loads(line) for line in done.stdout.splitlines())
    assert fired["score"] > 3.75
    assert {**fired, "score": 0} == {
        "series": "xinghe",
        "hour": "2026-11-04T08:00:00Z",
        "kind": "volume",
        "transition": "firing",
        "n": 90,
        "k": 0,
        "expected": 20.0,
        "score": 0,
    }
    assert (resolved["hour"], resolved["transition"]) == ("2026-11-04T09:00:00Z", "resolved")


def test_what_is_wrong_is_said_with_its_place(tingfeng: Run, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("series,hour,mentions,negatives\na,2026-11-23T01:00:00Z,1,2\n", encoding="utf-8")
    wrong = tingfeng("detect", str(file))
    assert wrong.returncode == 1
    assert "counts.csv:2: 2 negatives of 1 mentions" in wrong.stderr
    assert tingfeng("detect", str(file), "--kind", "mood").returncode == 2
    assert tingfeng("detect", str(file), "--step", "1x").returncode == 2
    assert tingfeng("detect", str(tmp_path / "none.csv")).returncode == 1
