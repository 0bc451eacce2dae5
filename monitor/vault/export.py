"""Evidence to hand on: a zip that a third party can check with nothing but sha256sum."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from monitor.vault.reading import Record

SCHEMA = "tingfeng-evidence/1"
#: The earliest that a zip can hold: its own times say nothing here, and would make each export another file.
EPOCH = (1980, 1, 1, 0, 0, 0)
VERIFY = """\
Tingfeng evidence / 听风证据

payload.json   the item exactly as it was found, byte by byte / 采集到的原始内容，逐字节未改
manifest.json  what it is, where and when it was captured, and the SHA-256 of the files / 来源、时间与校验值

To verify / 校验方法:

  sha256sum payload.json

must print / 应输出:

  {sha256}  payload.json

The same value stands in manifest.json, under "files". It was computed when the item was captured, at
{captured_at}. Ask whoever sent you this for the SHA-256 of the zip itself, which their audit log keeps:

  sha256sum THE-ZIP
"""


@dataclass(frozen=True, slots=True)
class Export:
    """Who takes it out, when (aware UTC), and with which version of the program."""

    by: str
    at: datetime
    product: str


def bundle(payload: bytes, record: Record, revisions: Sequence[Record], export: Export) -> bytes:
    """The zip. Equal arguments give equal bytes."""
    bound = record.bound
    verify = VERIFY.format(sha256=bound.sha256, captured_at=moment(bound.captured_at)).encode()
    files = {"payload.json": payload, "VERIFY.txt": verify}
    manifest = {
        "schema": SCHEMA,
        "mention": bound.mention_id,
        "source": bound.source_id,
        "external_id": bound.external_id,
        "revision": bound.revision,
        "url": bound.url,
        "captured_at": moment(bound.captured_at),
        "collector": bound.collector,
        "product": export.product,
        "exported_at": moment(export.at),
        "exported_by": export.by,
        "files": {name: {"sha256": sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()},
        "revisions": [
            {
                "revision": each.bound.revision,
                "captured_at": moment(each.bound.captured_at),
                "sha256": each.bound.sha256,
                "erased": each.master_id is None,
            }
            for each in sorted(revisions, key=lambda each: each.bound.revision)
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return packed({**files, "manifest.json": text.encode("utf-8", "backslashreplace")})


def packed(files: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: the bytes then depend on no library's version."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, data in files.items():
            entry = ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def moment(at: datetime) -> str:
    """UTC, ISO 8601 with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
