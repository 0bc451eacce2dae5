"""Untouched payloads, shown and handed out: whoever opens one is on record before a byte of it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine

from dashboard.web import audit
from monitor.store.database import writing
from monitor.vault.erasure import erase
from monitor.vault.keys import MasterKey
from monitor.vault.reading import Record, chosen, open_payload, records


@dataclass(frozen=True, slots=True)
class Visit:
    """Who acts, when (aware UTC), and from where (``page``, ``command line``), for the audit."""

    actor: str
    now: datetime
    via: str


@dataclass(frozen=True, slots=True)
class Opened:
    """``revisions`` are all that are kept of the mention, newest first; ``record`` is the one that was opened."""

    payload: bytes
    record: Record
    revisions: tuple[Record, ...]


def open_evidence(
    engine: Engine, mention_id: int, revision: int | None, master: MasterKey | None, visit: Visit
) -> Opened:
    """The payload of that revision, else of the newest. Raises ``VaultError``; then nothing is recorded, for nothing
    was seen."""
    with writing(engine) as connection:
        found = records(connection, mention_id)
        record = chosen(found, revision)
        payload = open_payload(connection, record, master)
        detail = {"mention": mention_id, "revision": record.bound.revision, "via": visit.via}
        audit.record(connection, visit.actor, "evidence_open", detail, now=visit.now)
    return Opened(payload, record, found)


def export_evidence(
    engine: Engine, mention_id: int, revision: int | None, master: MasterKey | None, visit: Visit, product: str
) -> tuple[bytes, Record]:
    """The zip of ``monitor.vault.export``; its SHA-256 is in the audit. Raises ``VaultError``."""
    from monitor.vault.export import Export, bundle

    with writing(engine) as connection:
        found = records(connection, mention_id)
        record = chosen(found, revision)
        payload = open_payload(connection, record, master)
        data = bundle(payload, record, found, Export(visit.actor, visit.now, product))
        detail = {
            "mention": mention_id,
            "revision": record.bound.revision,
            "zip_sha256": sha256(data).hexdigest(),
            "via": visit.via,
        }
        audit.record(connection, visit.actor, "evidence_export", detail, now=visit.now)
    return data, record


def erase_evidence(engine: Engine, mention_id: int, visit: Visit) -> int:
    """Erases all revisions for good; how many were not erased before."""
    with writing(engine) as connection:
        erased = erase(connection, mention_id)
        detail = {"mention": mention_id, "revisions": erased, "via": visit.via}
        audit.record(connection, visit.actor, "evidence_erase", detail, now=visit.now)
    return erased
