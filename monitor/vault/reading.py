"""Finding evidence and opening it. Only opening loads the cipher: lists of evidence are shown without one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from monitor.store.tables import mention
from monitor.vault.binding import COLUMNS, Binding
from monitor.vault.errors import ErasedError, MasterKeyError, NoEvidenceError
from monitor.vault.keys import VARIABLE, MasterKey
from monitor.vault.tables import evidence, evidence_key

State = Literal["kept", "erased", "locked"]
#: Larger ones fit no key column.
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Record:
    """One kept revision. ``master_id`` names the master key that its key is wrapped under; ``None``: erased."""

    bound: Binding
    master_id: str | None

    def state(self, master: MasterKey | None) -> State:
        """``kept`` can be opened with ``master``; ``locked`` needs another, or the one that is not set."""
        if self.master_id is None:
            return "erased"
        return "kept" if master is not None and master.id == self.master_id else "locked"


def find_mention(connection: Connection, reference: str) -> int | None:
    """The id of a stored mention by its number, or by ``source/external id``."""
    query = select(mention.c.id)
    if re.fullmatch(r"[0-9]{1,19}", reference):
        number = int(reference)
        return None if number > LARGEST else connection.scalar(query.where(mention.c.id == number))
    source_id, _, external_id = reference.partition("/")
    return connection.scalar(query.where(mention.c.source_id == source_id, mention.c.external_id == external_id))


def records(connection: Connection, mention_id: int) -> tuple[Record, ...]:
    """What is kept of a mention, newest revision first."""
    query = (
        select(*(evidence.c[name] for name in COLUMNS), evidence_key.c.master_id)
        .outerjoin(
            evidence_key,
            (evidence_key.c.mention_id == evidence.c.mention_id) & (evidence_key.c.revision == evidence.c.revision),
        )
        .where(evidence.c.mention_id == mention_id)
        .order_by(evidence.c.revision.desc())
    )
    rows = [row._asdict() for row in connection.execute(query)]
    return tuple(Record(Binding(**{name: row[name] for name in COLUMNS}), row["master_id"]) for row in rows)


def chosen(found: tuple[Record, ...], revision: int | None = None) -> Record:
    """That revision, else the newest. Raises :class:`NoEvidenceError`."""
    for record in found:
        if revision is None or record.bound.revision == revision:
            return record
    what = "of this mention" if revision is None else f"of revision {revision}"
    raise NoEvidenceError(f"no evidence {what} is kept: it came in without {VARIABLE}, or its retention is over")


def open_payload(connection: Connection, record: Record, master: MasterKey | None) -> bytes:
    """The untouched payload, byte by byte. Raises the subclass of ``VaultError`` that says why it cannot be read."""
    from monitor.vault.codec import Sealed, unseal

    bound = record.bound
    if record.master_id is None:
        raise ErasedError(f"erased: the key of mention {bound.mention_id}, revision {bound.revision} was deleted")
    if master is None:
        raise MasterKeyError(f"{VARIABLE} is not set: put back the key that the evidence was kept with")
    if master.id != record.master_id:
        raise MasterKeyError(f"kept under another master key ({record.master_id}): put that {VARIABLE} back")
    here = (evidence.c.mention_id == bound.mention_id, evidence.c.revision == bound.revision)
    blob = connection.scalar(select(evidence.c.blob).where(*here))
    wrapped = connection.scalar(
        select(evidence_key.c.wrapped).where(
            evidence_key.c.mention_id == bound.mention_id, evidence_key.c.revision == bound.revision
        )
    )
    if blob is None or wrapped is None:
        raise ErasedError(f"erased: mention {bound.mention_id}, revision {bound.revision} was deleted meanwhile")
    return unseal(Sealed(bytes(blob), bytes(wrapped)), bound, master)


def master_ids(connection: Connection) -> list[str]:
    """Ids of the master keys that the oldest and the newest item's key are wrapped under, each once."""
    column, order = evidence_key.c.master_id, evidence_key.c.mention_id
    ends = [connection.scalar(select(column).order_by(by).limit(1)) for by in (order, order.desc())]
    return sorted({name for name in ends if name is not None})
