from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

KEYWORDS = """\
version: 1
brands:
  - {id: xinghe, name: 星河, role: own}
keywords:
  - {id: safety, query: '发烫 AND 电池', brand: xinghe, severity: critical}
routes:
  - {ticket: L1}
"""


def test_a_crisis_word_in_a_file_opens_a_ticket_that_is_followed_up(tingfeng: Run, home: Path) -> None:
    home.mkdir()
    (home / "keywords.yaml").write_text(KEYWORDS, encoding="utf-8")
    # The command takes the time itself, and only a fresh mention alerts.
    published = datetime.now(UTC).isoformat()
    row = {"id": "1", "text": "电池发烫，很危险", "date": published}
    file = home / "one.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert tingfeng("import", file, "--source", "desk").returncode == 0

    def answer(*arguments: str) -> Any:
        done = tingfeng(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    (alert,) = answer("alerts", "list")
    assert list(alert)[:10] == [
        "id", "rule", "state", "severity", "series", "since", "n", "k", "expected", "score",
    ]  # fmt: skip
    assert (alert["state"], alert["severity"]) == ("firing", "critical")
    assert answer("alerts", "list", "--state", "resolved") == []

    (ticket,) = answer("tickets", "list")
    number = ticket["number"]
    assert (ticket["state"], ticket["alert"], alert["ticket"]) == ("open", alert["id"], number)
    nobody = tingfeng("--home", home.name, "tickets", "assign", number, "小李")
    assert (nobody.returncode, f"tingfeng --home {home.name} user add" in nobody.stderr) == (1, True)
    assert tingfeng("user", "add", "小李", stdin="a long password\n").returncode == 0
    mistyped = tingfeng("tickets", "assign", number, "小里")
    assert (mistyped.returncode, mistyped.stderr) == (1, "no user '小里': did you mean 小李? There are: 小李\n")
    assert answer("tickets", "assign", number, "小李")["assignee"] == "小李"
    assert answer("tickets", "resolve", number, "--note", "已换货")["state"] == "resolved"
    refused = tingfeng("tickets", "resolve", number)
    assert (refused.returncode, number in refused.stderr) == (1, True)
    assert answer("tickets", "reopen", number)["state"] == "open"
    events = answer("tickets", "show", number)["events"]
    assert [event["action"] for event in events] == ["opened", "assigned", "resolved", "reopened"]
    assert events[2]["note"] == "已换货"
    assert events[1]["actor"].startswith("cli:")
