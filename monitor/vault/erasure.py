"""Erasing evidence: deleting the key of an item makes every copy of its payload unreadable, in backups too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, exists, update

from monitor.store.chunks import in_chunks
from monitor.store.tables import mention
from monitor.vault.tables import attachment, consent, contact, evidence, evidence_key

#: What goes by a mention's key (source, external id) instead of its number, and has its wrapped key in the row.
ENCLOSED = (attachment, contact)


def erase(connection: Connection, mention_id: int) -> int:
    """Deletes the keys of a mention's evidence and of what was enclosed with it (files, contact), and empties their
    payloads; answers how many keys there were.

    The rows stay with their time and SHA-256: they say that something was kept, and when. Call it in a write
    transaction.
    """
    with overwriting(connection):
        deleted = connection.execute(delete(evidence_key).where(evidence_key.c.mention_id == mention_id)).rowcount
        connection.execute(update(evidence).where(evidence.c.mention_id == mention_id).values(blob=b""))
        for table in ENCLOSED:
            kept = and_(table.c.master_id.is_not(None), belongs(table, mention.c.id == mention_id))
            emptied = update(table).where(kept).values(blob=b"", wrapped=None, master_id=None)
            deleted += connection.execute(emptied).rowcount
    return deleted


def belongs(table: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rows of ``table`` that go by the key of such a mention."""
    same = (mention.c.source_id == table.c.source_id, mention.c.external_id == table.c.external_id)
    return exists().where(*same, which)


def forget(connection: Connection, mention_ids: Sequence[int]) -> None:
    """Deletes keys and rows of mentions that were taken away at their source, while those still stand."""
    with overwriting(connection):
        for chunk in in_chunks(mention_ids):
            for enclosed in (*ENCLOSED, consent):
                connection.execute(delete(enclosed).where(belongs(enclosed, mention.c.id.in_(chunk))))
            for table in (evidence_key, evidence):
                connection.execute(delete(table).where(table.c.mention_id.in_(chunk)))


def discard(connection: Connection, revisions: Sequence[tuple[int, int]]) -> None:
    """Deletes keys and rows of these (mention id, revision)."""
    rows = [{"of_mention": mention_id, "of_revision": revision} for mention_id, revision in revisions]
    with overwriting(connection):
        for table in (evidence_key, evidence):
            here = and_(table.c.mention_id == bindparam("of_mention"), table.c.revision == bindparam("of_revision"))
            connection.execute(delete(table).where(here), rows)


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """SQLite leaves what is deleted in the free parts of its file unless it is told to overwrite it. PostgreSQL has
    no such setting: its vacuum frees the space."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA secure_delete={'FAST' if before == 2 else before}")
