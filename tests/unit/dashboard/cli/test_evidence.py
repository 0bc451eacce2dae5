"""The command line's way into the vault, from a fresh folder to an erased item."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

ROW = {"id": "r/1", "text": "电池发烫，打我 13812345678", "date": "2026-11-20T10:00:00Z"}


def audited(home: Path) -> list[tuple[str, str, object]]:
    with sqlite3.connect(home / "tingfeng.db") as connection:
        rows = connection.execute("SELECT action, actor, detail FROM audit_event ORDER BY id").fetchall()
    return [(action, actor, json.loads(detail)) for action, actor, detail in rows]


def test_from_a_fresh_folder_to_an_erased_item(tingfeng: Run, home: Path, tmp_path: Path) -> None:
    assert tingfeng("init").returncode == 0
    assert "TINGFENG_VAULT_KEY=" in (home / ".env").read_text()
    file = home / "one.jsonl"
    file.write_text(json.dumps(ROW, ensure_ascii=False), encoding="utf-8")
    imported = tingfeng("import", file, "--source", "desk")
    assert json.loads(imported.stdout)["evidence"] == 1, imported.stderr

    shown = tingfeng("evidence", "show", "desk/r/1")
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["text"] == ROW["text"]
    full = json.loads(tingfeng("evidence", "show", "1", "--json").stdout)
    assert full["sha256"] == sha256(shown.stdout.strip().encode()).hexdigest()
    assert full["collector"].endswith(" import")

    out = tmp_path / "case.zip"
    exported = tingfeng("evidence", "export", "1", "--out", out)
    assert exported.stdout.split()[0] == sha256(out.read_bytes()).hexdigest()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert ZipFile(io.BytesIO(out.read_bytes())).read("payload.json") == shown.stdout.strip().encode()
    assert tingfeng("evidence", "export", "1", "--out", out).returncode == 2

    assert tingfeng("evidence", "erase", "1").returncode == 2
    erased = tingfeng("evidence", "erase", "1", "--yes", "--json")
    assert json.loads(erased.stdout) == {"mention": 1, "erased": 1}
    gone = tingfeng("evidence", "show", "1")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr.startswith("erased")
    assert len(tingfeng("mentions").stdout.splitlines()) == 1

    rows = audited(home)
    assert [row[0] for row in rows] == ["evidence_open", "evidence_open", "evidence_export", "evidence_erase"]
    assert {row[1][:4] for row in rows} == {"cli:"}
    details = [row[2] for row in rows]
    assert all(isinstance(each, dict) and each["via"] == "command line" for each in details)
    assert isinstance(details[2], dict)
    assert details[2]["zip_sha256"] == exported.stdout.split()[0]


def test_each_way_in_which_there_is_nothing_to_show(tingfeng: Run, home: Path) -> None:
    assert tingfeng("init").returncode == 0
    env = home / ".env"
    key = next(line for line in env.read_text().splitlines() if line.startswith("TINGFENG_VAULT_KEY="))
    env.write_text(env.read_text().replace(key + "\n", ""))
    file = home / "one.jsonl"
    file.write_text(json.dumps(ROW, ensure_ascii=False), encoding="utf-8")
    imported = tingfeng("import", file, "--source", "desk")
    assert json.loads(imported.stdout)["evidence"] == 0
    assert "is not kept" in imported.stderr
    missing = tingfeng("evidence", "show", "1")
    assert (missing.returncode, "TINGFENG_VAULT_KEY" in missing.stderr) == (1, True)
    assert tingfeng("evidence", "show", "desk/none").returncode == 1

    edited = {**ROW, "text": "已退款"}
    file.write_text(json.dumps(edited, ensure_ascii=False), encoding="utf-8")
    value = key.split("=", 1)[1]
    assert tingfeng("import", file, "--source", "desk", TINGFENG_VAULT_KEY=value).returncode == 0
    locked = tingfeng("evidence", "show", "1")
    assert (locked.returncode, "not set" in locked.stderr) == (3, True)
    assert json.loads(tingfeng("evidence", "show", "1", TINGFENG_VAULT_KEY=value).stdout)["text"] == "已退款"
    malformed = tingfeng("evidence", "show", "1", TINGFENG_VAULT_KEY="hush")
    assert (malformed.returncode, "hush" in malformed.stderr) == (1, False)
