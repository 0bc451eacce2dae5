"""The page on which a source looked changed: one a source, sealed as the vault seals what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, delete, select

from monitor.store.database import insert
from monitor.store.tables import source_health, source_page
from monitor.vault.binding import Binding
from monitor.vault.errors import MasterKeyError, NoEvidenceError
from monitor.vault.keys import VARIABLE, MasterKey

#: In place of an item's own id and number, which a page has not; the seal is bound to the source and the rest.
PAGE, NO_MENTION = "page", 0


@dataclass(frozen=True, slots=True)
class KeptPage:
    """``size`` in bytes; ``captured_at`` aware UTC."""

    source_id: str
    url: str
    sha256: str
    size: int
    captured_at: datetime
    master_id: str


def keep_page(
    connection: Connection, source_id: str, url: str, text: str, collector: str, now: datetime, master: MasterKey
) -> bool:
    """In place of the one that was kept before. While the source counts as changed that one stays: it is the page that
    the alert is about."""
    state = connection.scalar(select(source_health.c.state).where(source_health.c.source_id == source_id))
    if state == "changed" and page_of(connection, source_id) is not None:
        return False
    # A surrogate has no UTF-8; the text was bounded where it was found.
    payload = text.encode("utf-8", "replace")
    bound = binding(source_id, url, sha256(payload).hexdigest(), len(payload), now, collector[:100])
    from monitor.vault.codec import seal  # only who seals or opens loads the cipher

    sealed = seal(payload, bound, master)
    values = {
        "captured_at": now,
        "url": url,
        "sha256": bound.sha256,
        "size": bound.size,
        "collector": bound.collector,
        "master_id": master.id,
        "blob": sealed.blob,
        "wrapped": sealed.wrapped,
    }
    statement = insert(connection, source_page).values(source_id=source_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values))
    return True


def binding(source_id: str, url: str, digest: str, size: int, captured_at: datetime, collector: str) -> Binding:
    return Binding(
        mention_id=NO_MENTION,
        revision=NO_MENTION,
        source_id=source_id,
        external_id=PAGE,
        sha256=digest,
        size=size,
        captured_at=captured_at,
        url=url,
        collector=collector,
    )


def page_of(connection: Connection, source_id: str) -> KeptPage | None:
    table = source_page.c
    columns = (table.source_id, table.url, table.sha256, table.size, table.captured_at, table.master_id)
    row = connection.execute(select(*columns).where(table.source_id == source_id)).one_or_none()
    return None if row is None else KeptPage(*row)


def open_page(connection: Connection, source_id: str, master: MasterKey | None) -> tuple[KeptPage, bytes]:
    """The page as it came. Raises the subclass of ``VaultError`` that says why it cannot be read."""
    row: Row[tuple[object, ...]] | None = connection.execute(
        select(source_page).where(source_page.c.source_id == source_id)
    ).one_or_none()
    if row is None:
        raise NoEvidenceError(f"no page of {source_id} is kept")
    if master is None or master.id != row.master_id:
        raise MasterKeyError(f"kept under the master key {row.master_id}: put that {VARIABLE} back")
    from monitor.vault.codec import Sealed, unseal

    bound = binding(source_id, row.url, row.sha256, row.size, row.captured_at, row.collector)
    payload = unseal(Sealed(bytes(row.blob), bytes(row.wrapped)), bound, master)
    return KeptPage(source_id, row.url, row.sha256, row.size, row.captured_at, row.master_id), payload


def expire_pages(connection: Connection, before: datetime) -> int:
    """Deletes the pages captured before that moment; how many."""
    return connection.execute(delete(source_page).where(source_page.c.captured_at < before)).rowcount
