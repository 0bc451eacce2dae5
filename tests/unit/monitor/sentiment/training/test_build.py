"""The shipped weights are those that the sources give, on a machine that has nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.sentiment.default.weights import shipped


@pytest.mark.slow
def test_training_gives_the_shipped_weights_bit_for_bit(tmp_path: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if not name.startswith("TINGFENG_")}
    command = [sys.executable, "-m", "dashboard.cli.app", "train", "--out", str(tmp_path / "weights.bin"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=alone, timeout=1800)
    told = json.loads(done.stdout)
    assert (tmp_path / "weights.bin").read_bytes() == shipped()
    assert told["shipped"]
    assert told["sha256"] == hashlib.sha256(shipped()).hexdigest()
