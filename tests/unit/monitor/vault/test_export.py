"""The zip, verified as a third party would: by its own files and a SHA-256 that is not ours."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from monitor.vault.binding import Binding
from monitor.vault.export import Export, bundle
from monitor.vault.payload import payload_of
from monitor.vault.reading import Record
from tests.unit.monitor.vault.samples import FOUND

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAYLOAD = payload_of(FOUND)
RECORD = Record(
    Binding(7, 2, "shop", "r1", sha256(PAYLOAD).hexdigest(), len(PAYLOAD), AT, "https://shop.example/r1", "c"), "m"
)
BEFORE = Record(replace(RECORD.bound, revision=1, sha256="0" * 64, captured_at=AT - timedelta(days=1)), None)
EXPORT = Export("cli:ada", AT + timedelta(days=3), "tingfeng 0.1.0")


def test_sha256sum_alone_verifies_it(tmp_path: Path) -> None:
    program = shutil.which("sha256sum")
    assert program is not None, "sha256sum is missing: install coreutils"
    ZipFile(io.BytesIO(bundle(PAYLOAD, RECORD, [RECORD, BEFORE], EXPORT))).extractall(tmp_path)
    assert (tmp_path / "payload.json").read_bytes() == PAYLOAD
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    lines = [f"{entry['sha256']}  {name}\n" for name, entry in manifest["files"].items()]
    checked = subprocess.run([program, "-c"], input="".join(lines), cwd=tmp_path, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    printed = subprocess.run([program, "payload.json"], cwd=tmp_path, text=True, capture_output=True).stdout
    assert printed.strip() in (tmp_path / "VERIFY.txt").read_text("utf-8")


def test_the_manifest_says_what_it_is() -> None:
    archive = ZipFile(io.BytesIO(bundle(PAYLOAD, RECORD, [RECORD, BEFORE], EXPORT)))
    manifest = json.loads(archive.read("manifest.json"))
    assert set(archive.namelist()) == {"payload.json", "manifest.json", "VERIFY.txt"}
    assert manifest["schema"] == "tingfeng-evidence/1"
    assert (manifest["source"], manifest["external_id"], manifest["revision"]) == ("shop", "r1", 2)
    assert (manifest["captured_at"], manifest["exported_at"]) == ("2026-11-23T12:00:00Z", "2026-11-26T12:00:00Z")
    assert (manifest["exported_by"], manifest["product"]) == ("cli:ada", "tingfeng 0.1.0")
    assert manifest["files"]["payload.json"] == {"sha256": RECORD.bound.sha256, "size": len(PAYLOAD)}
    assert [(each["revision"], each["erased"]) for each in manifest["revisions"]] == [(1, True), (2, False)]


def test_the_same_export_is_the_same_file() -> None:
    one, other = (bundle(PAYLOAD, RECORD, order, EXPORT) for order in ([RECORD, BEFORE], [BEFORE, RECORD]))
    assert one == other
    assert bundle(PAYLOAD, RECORD, [RECORD], replace(EXPORT, by="cli:eve")) != one
