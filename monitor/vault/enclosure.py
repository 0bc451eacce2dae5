"""What people enclosed with what they wrote to us: files, and how to reach them. Each under a key of its own.

They are kept in the transaction that takes the words in, before a worker makes a mention of those; so they go by the
mention's key (source, external id). Each function that writes belongs in a write transaction.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from monitor.vault.binding import Binding
from monitor.vault.errors import ErasedError, MasterKeyError, NoEvidenceError
from monitor.vault.file import File
from monitor.vault.keys import VARIABLE, MasterKey
from monitor.vault.tables import attachment, contact

#: In place of a mention's number, which is not known yet; a contact has no number among the enclosures either.
NO_MENTION = CONTACT = 0
#: Makes the SHA-256 of a telephone number tell nothing: there are few enough of them to try all.
SALT = 16

State = Literal["kept", "erased", "locked"]


@dataclass(frozen=True, slots=True)
class Place:
    """The mention that something is enclosed with, by its key; when it came and until when it may be kept."""

    source_id: str
    external_id: str
    received_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Attached:
    """The open part of an attachment. ``master_id`` names the master key of its key; ``None``: erased."""

    number: int
    media_type: str
    sha256: str
    size: int
    received_at: datetime
    expires_at: datetime
    master_id: str | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """That there is a contact, without it."""

    received_at: datetime
    expires_at: datetime
    master_id: str | None


def state(master_id: str | None, master: MasterKey | None) -> State:
    """``kept`` can be opened with ``master``; ``locked`` needs another, or the one that is not set."""
    if master_id is None:
        return "erased"
    return "kept" if master is not None and master.id == master_id else "locked"


def attach(connection: Connection, place: Place, files: Iterable[File], master: MasterKey) -> None:
    """Files of a mention that has none yet, numbered from 1."""
    rows = [
        {**where(place), "number": number, "media_type": file.media_type}
        | sealed(place, number, file.media_type, file.data, master)
        for number, file in enumerate(files, 1)
    ]
    if rows:
        connection.execute(insert(attachment), rows)


def keep_contact(connection: Connection, place: Place, ways: Mapping[str, str], master: MasterKey) -> None:
    """``ways`` by their name: phone, email, wechat, order."""
    payload = json.dumps({"salt": os.urandom(SALT).hex(), "contact": dict(ways)}, ensure_ascii=False)
    values = sealed(place, CONTACT, "contact", payload.encode("utf-8", "replace"), master)
    connection.execute(insert(contact).values(**where(place), **values))


def where(place: Place) -> dict[str, Any]:
    return {"source_id": place.source_id, "external_id": place.external_id}


def sealed(place: Place, number: int, what: str, data: bytes, master: MasterKey) -> dict[str, Any]:
    """The columns that every enclosure has."""
    from monitor.vault.codec import seal  # only who seals or opens loads the cipher

    bound = binding(place.source_id, place.external_id, number, what, sha256(data).hexdigest(), len(data), place)
    box = seal(data, bound, master)
    times = {"received_at": place.received_at, "expires_at": place.expires_at}
    return {
        **times,
        "sha256": bound.sha256,
        "size": bound.size,
        "master_id": master.id,
        "blob": box.blob,
        "wrapped": box.wrapped,
    }


def binding(
    source_id: str, external_id: str, number: int, what: str, digest: str, size: int, times: Place | Row[Any]
) -> Binding:
    """A row that was moved to another mention, or is said to be another type of file, does not open."""
    return Binding(
        mention_id=NO_MENTION,
        revision=number,
        source_id=source_id,
        external_id=external_id,
        sha256=digest,
        size=size,
        captured_at=times.received_at,
        url=None,
        collector=f"enclosure {what}",
    )


def attached(connection: Connection, source_id: str, external_id: str) -> tuple[Attached, ...]:
    """The files of a mention in their order, erased ones too."""
    columns = [attachment.c[name] for name in Attached.__dataclass_fields__]
    query = select(*columns).where(attachment.c.source_id == source_id, attachment.c.external_id == external_id)
    return tuple(Attached(**row._asdict()) for row in connection.execute(query.order_by(attachment.c.number)))


def reachable(connection: Connection, source_id: str, external_id: str) -> Reachable | None:
    columns = [contact.c[name] for name in Reachable.__dataclass_fields__]
    query = select(*columns).where(contact.c.source_id == source_id, contact.c.external_id == external_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Reachable(**row._asdict())


def open_attachment(
    connection: Connection, source_id: str, external_id: str, number: int, master: MasterKey | None
) -> File:
    """Raises the subclass of ``VaultError`` that says why it cannot be read."""
    row = connection.execute(
        select(attachment).where(
            attachment.c.source_id == source_id,
            attachment.c.external_id == external_id,
            attachment.c.number == number,
        )
    ).one_or_none()
    if row is None:
        raise NoEvidenceError(
            f"no attachment {number} of {source_id}/{external_id}: it came without, or its time is over"
        )
    return File(row.media_type, opened(row, number, row.media_type, master))


def open_contact(connection: Connection, source_id: str, external_id: str, master: MasterKey | None) -> dict[str, str]:
    """The ways by their name. Raises the subclass of ``VaultError`` that says why they cannot be read."""
    row = connection.execute(
        select(contact).where(contact.c.source_id == source_id, contact.c.external_id == external_id)
    ).one_or_none()
    if row is None:
        raise NoEvidenceError(f"no contact of {source_id}/{external_id}: none was given, or its time is over")
    ways: dict[str, str] = json.loads(opened(row, CONTACT, "contact", master))["contact"]
    return ways


def opened(row: Row[Any], number: int, what: str, master: MasterKey | None) -> bytes:
    if row.master_id is None or row.wrapped is None:
        raise ErasedError(f"erased: the key of what {row.source_id}/{row.external_id} enclosed was deleted")
    if master is None:
        raise MasterKeyError(f"{VARIABLE} is not set: put back the key that it was kept with")
    if master.id != row.master_id:
        raise MasterKeyError(f"kept under another master key ({row.master_id}): put that {VARIABLE} back")
    from monitor.vault.codec import Sealed, unseal

    bound = binding(row.source_id, row.external_id, number, what, row.sha256, row.size, row)
    return unseal(Sealed(bytes(row.blob), bytes(row.wrapped)), bound, master)
