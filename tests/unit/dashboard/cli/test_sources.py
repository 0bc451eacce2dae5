"""sources list."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.cli.sources import source_row
from monitor.config.schema import Source
from monitor.health.decision import Health
from monitor.health.store import StoredHealth
from tests.unit.dashboard.cli.conftest import Run

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEYS = [
    "id",
    "kind",
    "state",
    "since",
    "reason",
    "last_item",
    "delay_p50",
    "delay_p95",
    "expected_24h",
    "got_24h",
]
CONFIG = """\
version: 1
brands: [{id: xinghe, name: 星河, role: own}]
sources:
  - {id: shop, kind: feed, url: "https://shop.example/feed"}
  - {id: old, kind: feed, url: "https://old.example/feed", enabled: false}
"""


@pytest.mark.slow
def test_a_new_installation_lists_what_is_configured(tingfeng: Run, home: Path) -> None:
    home.mkdir()
    (home / "keywords.yaml").write_text(CONFIG, encoding="utf-8")
    done = tingfeng("sources", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert [(row["id"], row["state"]) for row in rows] == [("shop", "never"), ("old", "off")]
    assert list(rows[0]) == KEYS
    assert "shop" in tingfeng("sources", "list").stdout


def test_a_row_says_what_was_measured() -> None:
    health = Health("blocked", "blocked", NOON, {"reason": "forbidden"}, True)
    last = NOON - timedelta(hours=1)
    found = StoredHealth("shop", health, {}, NOON, last, last, 60.0, 300.0, 12, 31.456, 0)
    row = source_row(Source(id="shop", kind="feed"), found)
    assert row == {
        "id": "shop",
        "kind": "feed",
        "state": "blocked",
        "since": "2026-11-23T12:00:00Z",
        "reason": "the source refuses to be read (forbidden)",
        "last_item": "2026-11-23T11:00:00Z",
        "delay_p50": 60.0,
        "delay_p95": 300.0,
        "expected_24h": 31.46,
        "got_24h": 0,
    }
