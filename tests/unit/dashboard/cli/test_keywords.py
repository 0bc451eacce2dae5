"""A change of keywords from its warnings and its rehearsal to its version and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

BEFORE = """\
# ours
version: 1
brands:
  - {id: own, name: 星河, role: own}
  - {id: rival, name: 天穹, role: competitor}
keywords:
  - {id: refund, query: 退款}  # what people want back
"""
AFTER = BEFORE.replace("query: 退款}", "query: 退款 NOT 已退款}\n  - {id: heat, query: 发烫 OR 起火}")
LINT = BEFORE.replace("query: 退款}", "query: 退款 NOT 退款}\n  - {id: sky, query: 天穹}")
BROKEN = BEFORE.replace("query: 退款}", "query: 退款 AND}")
REVIEWS = """\
id,text,rating,date,author
1,要退款,1,2026-11-21 10:00,王小明
2,已退款，很快,5,2026-11-22 11:00,
3,充电发烫,1,2026-11-22 12:00,
4,不错,3,2026-11-22 13:00,
""".replace("款，", "款、")


def test_from_a_draft_to_a_version_and_back(tingfeng: Run, home: Path, tmp_path: Path) -> None:
    drafts = {name: tmp_path / f"{name}.yaml" for name in ("after", "lint", "broken")}
    for name, text in (("after", AFTER), ("lint", LINT), ("broken", BROKEN)):
        drafts[name].write_text(text, encoding="utf-8")
    tingfeng("init")
    (home / "keywords.yaml").write_text(BEFORE, encoding="utf-8")
    reviews = tmp_path / "reviews.csv"
    reviews.write_text(REVIEWS, encoding="utf-8")
    assert tingfeng("import", reviews, "--source", "export").returncode == 0

    warned = json.loads(tingfeng("keywords", "lint", drafts["lint"], "--json").stdout)
    assert warned["mentions"] == 4
    assert [(row["keyword"], row["check"]) for row in warned["findings"]] == [
        ("refund", "never"),
        ("sky", "competitor"),
    ]
    wrong = tingfeng("keywords", "backtest", drafts["broken"])
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "broken.yaml:7:28: keywords[0].query: dangling AND" in wrong.stderr

    told = json.loads(tingfeng("keywords", "backtest", drafts["after"], "--json").stdout)
    assert (told["mentions"], told["mentions_added"], told["mentions_lost"]) == (4, 1, 1)
    refund, heat = told["keywords"]
    assert (refund["change"], refund["before"], refund["after"], refund["lost"]) == ("changed", 2, 1, 1)
    assert [(sample["external_id"], sample["spans"]) for sample in refund["samples_lost"]] == [("2", [[1, 3]])]
    assert [(sample["external_id"], sample["spans"]) for sample in heat["samples_added"]] == [("3", [[2, 4]])]
    table = tingfeng("keywords", "diff", "1", drafts["after"])
    assert "+ heat: export: 充电发烫" in table.stdout.splitlines()

    (home / "keywords.yaml").write_text(AFTER, encoding="utf-8")
    assert tingfeng("import", reviews, "--source", "export").returncode == 0
    second, first = json.loads(tingfeng("keywords", "versions", "--json").stdout)
    assert (first["version"], first["in_force"], second["in_force"]) == (1, False, True)
    done = json.loads(tingfeng("keywords", "rollback", first["hash"][:8], "--json").stdout)
    assert (done["rolled_back_to"], done["hash"]) == (1, first["hash"])
    assert (home / "keywords.yaml").read_text(encoding="utf-8") == BEFORE
    newest, *older = json.loads(tingfeng("keywords", "versions", "--json").stdout)
    assert (newest["hash"], newest["note"], len(older)) == (first["hash"], "rolled back to version 1", 2)
    assert newest["author"].startswith("cli:")

    unknown = tingfeng("keywords", "rollback", "99")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "keywords versions" in unknown.stderr
