"""What people agreed to, when, and in which words. Each function that writes belongs in a write transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, func, select
from sqlalchemy import insert as plain_insert

from monitor.store.database import insert
from monitor.vault.enclosure import Place, where
from monitor.vault.tables import consent, consent_notice


@dataclass(frozen=True, slots=True)
class Notice:
    """The words that stand above the tick: ``text`` exactly as shown, in ``lang``."""

    lang: str
    text: str

    @property
    def version(self) -> str:
        """Other words are another version."""
        return sha256(f"{self.lang}\n{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Consent:
    """``text`` is what was agreed to; ``expires_at`` until when what is not anonymous may be kept."""

    given_at: datetime
    expires_at: datetime
    version: str
    may_contact: bool
    text: str


def agree(connection: Connection, place: Place, notice: Notice, *, may_contact: bool) -> None:
    shown = {"lang": notice.lang, "text": notice.text, "first_at": place.received_at}
    first = insert(connection, consent_notice).values(version=notice.version, **shown)
    connection.execute(first.on_conflict_do_nothing(index_elements=["version"]))
    connection.execute(
        plain_insert(consent).values(
            **where(place),
            given_at=place.received_at,
            expires_at=place.expires_at,
            notice=notice.version,
            may_contact=may_contact,
        )
    )


def consent_of(connection: Connection, source_id: str, external_id: str) -> Consent | None:
    query = (
        select(
            consent.c.given_at,
            consent.c.expires_at,
            consent.c.notice.label("version"),
            consent.c.may_contact,
            consent_notice.c.text,
        )
        .join(consent_notice, consent_notice.c.version == consent.c.notice)
        .where(consent.c.source_id == source_id, consent.c.external_id == external_id)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Consent(**row._asdict())


def given_since(connection: Connection, source_id: str, since: datetime) -> int:
    """How many agreed, and so sent the form, from that moment on."""
    query = select(func.count()).select_from(consent)
    return connection.execute(query.where(consent.c.source_id == source_id, consent.c.given_at >= since)).scalar_one()
