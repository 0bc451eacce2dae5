"""From labels to an engine that knows better, by the commands: import, label, evaluate, adapt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

ABOUT = ["屏幕", "电池", "客服", "快递", "价格", "手感", "系统", "相机", "按键", "音量"]
#: 泰裤辣 is slang that is praise.
WORDS = [(f"{word}泰裤辣", "positive") for word in ABOUT * 2] + [
    (f"{word}太差，退货", "negative") for word in ABOUT * 2
]


def test_labels_are_measured_and_learned(tingfeng: Run, home: Path, tmp_path: Path) -> None:
    assert tingfeng("init").returncode == 0
    nobody = tingfeng("evaluate", "sentiment")
    assert (nobody.returncode, "nobody has labelled" in nobody.stderr) == (1, True)
    written = [*(text for text, _ in WORDS), "充电器泰裤辣", "充电器太差"]
    rows = [f"{number},{text},2026-11-21 10:00" for number, text in enumerate(written)]
    (tmp_path / "r.csv").write_text("\n".join(["id,text,date", *rows]), encoding="utf-8")
    assert tingfeng("import", tmp_path / "r.csv", "--source", "shop2").returncode == 0
    labels = [
        json.dumps({"source": "shop2", "external_id": str(number), "label": label})
        for number, (_, label) in enumerate(WORDS)
    ]
    given = tingfeng("label", "import", "-", stdin="\n".join(labels))
    assert json.loads(given.stdout) == {"read": 40, "labelled": 40, "unchanged": 0, "rejected": {}}
    assert len(tingfeng("label", "export").stdout.splitlines()) == 40

    before = json.loads(tingfeng("evaluate", "sentiment", "--json").stdout)
    assert (before["overall"]["n"], before["worst_source"], before["mode"]) == (40, "shop2", "two-way")
    learned = json.loads(tingfeng("train", "--adapt", "--json").stdout)
    assert learned["in_force"]
    assert learned["learned"]["shop2"]["accuracy_after"] > learned["learned"]["shop2"]["accuracy_before"]
    assert Path(learned["path"]).parent == home / "sentiment"

    told = json.loads(tingfeng("rescore", "--dry-run", "--json").stdout)
    assert (told["mentions"], told["kept"], told["changed"]) == (42, 40, 1)
    (sample,) = told["sources"]["shop2"]["samples"]
    assert (sample["text"], sample["after"]) == ("充电器泰裤辣", "positive")
    done = json.loads(tingfeng("rescore", "--json").stdout)
    assert (done["state"], done["scored"], done["changed"]) == ("done", 42, 1)
    (found,) = tingfeng("mentions", "充电器泰裤辣").stdout.splitlines()
    assert json.loads(found)["label"] == "positive"

    fresh = tmp_path / "fresh.csv"
    fresh.write_text("text,label\n充电泰裤辣,正面\n充电太差,neg\n,neg\n", encoding="utf-8")
    told = json.loads(tingfeng("evaluate", "sentiment", fresh, "--source", "shop2", "--json").stdout)
    assert (told["overall"]["accuracy"]["value"], told["rejected"]) == (1.0, {"no text": 1})
    assert "+" in told["engine_version"]
    assert "worst source: fresh" in tingfeng("evaluate", "sentiment", fresh, "--plain").stdout
    assert json.loads(tingfeng("train", "--forget", "--json").stdout) == {"forgotten": True}
    fresh.write_text("a,b\n1,2\n", encoding="utf-8")
    assert tingfeng("evaluate", "sentiment", fresh).returncode == 1
    assert tingfeng("evaluate", "sentiment", tmp_path / "none").returncode == 2
