"""What people enclosed with a form, handed out: whoever opens a file or a contact is on record before it is seen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from dashboard.evidence import Visit
from dashboard.web import audit
from monitor.store.database import reading, writing
from monitor.store.tables import mention
from monitor.vault.consent import Consent, consent_of
from monitor.vault.enclosure import Attached, Reachable, attached, open_attachment, open_contact, reachable
from monitor.vault.errors import NoEvidenceError
from monitor.vault.file import File
from monitor.vault.keys import MasterKey


@dataclass(frozen=True, slots=True)
class Enclosed:
    """All that came with one mention, unopened."""

    files: tuple[Attached, ...]
    contact: Reachable | None
    consent: Consent | None

    def __bool__(self) -> bool:
        return bool(self.files or self.contact or self.consent)


def enclosed(engine: Engine, source_id: str, external_id: str) -> Enclosed:
    with reading(engine) as connection:
        return Enclosed(
            attached(connection, source_id, external_id),
            reachable(connection, source_id, external_id),
            consent_of(connection, source_id, external_id),
        )


def open_file(engine: Engine, mention_id: int, number: int, master: MasterKey | None, visit: Visit) -> tuple[File, str]:
    """The file, and a name for it without an extension. Raises ``VaultError``; then nothing is recorded, for nothing
    was seen."""
    with writing(engine) as connection:
        source_id, external_id = key_of(connection, mention_id)
        found = open_attachment(connection, source_id, external_id, number, master)
        detail = {"mention": mention_id, "attachment": number, "type": found.media_type, "via": visit.via}
        audit.record(connection, visit.actor, "attachment_open", detail, now=visit.now)
    return found, f"{external_id}-{number}"


def reveal_contact(engine: Engine, mention_id: int, master: MasterKey | None, visit: Visit) -> dict[str, str]:
    """Way → how somebody is reached; the audit holds which ways they were, not what. Raises ``VaultError``."""
    with writing(engine) as connection:
        source_id, external_id = key_of(connection, mention_id)
        ways = open_contact(connection, source_id, external_id, master)
        detail = {"mention": mention_id, "ways": sorted(ways), "via": visit.via}
        audit.record(connection, visit.actor, "contact_reveal", detail, now=visit.now)
    return ways


def key_of(connection: Connection, mention_id: int) -> tuple[str, str]:
    """Raises :class:`NoEvidenceError`."""
    query = select(mention.c.source_id, mention.c.external_id).where(mention.c.id == mention_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NoEvidenceError(f"mention {mention_id} is not stored")
    return row.source_id, row.external_id
