"""The evidence vault: one sealed payload a stored revision, and its key in a table of its own."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, LargeBinary, String, Table, Text

from monitor.store.metadata import Key, UtcDateTime, metadata

evidence = Table(
    "evidence",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True, comment="the revision of the mention that was made of it"),
    Column("source_id", String(63), nullable=False),
    Column("external_id", String(300), nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the untouched payload"),
    Column("size", Integer, nullable=False, comment="bytes of the untouched payload"),
    Column("captured_at", UtcDateTime, nullable=False, index=True),
    Column("url", Text),
    Column("collector", String(100), nullable=False, comment="version of the program and kind of the source"),
    Column("blob", LargeBinary, nullable=False, comment="nonce and AES-GCM ciphertext; empty once erased"),
)

evidence_key = Table(
    "evidence_key",
    metadata,
    Column("mention_id", Key, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("master_id", String(16), nullable=False, comment="which master key it is wrapped under"),
    Column("wrapped", LargeBinary, nullable=False, comment="nonce and AES-GCM ciphertext of the item's key"),
    ForeignKeyConstraint(
        ["mention_id", "revision"],
        ["evidence.mention_id", "evidence.revision"],
        name="fk_evidence_key_evidence",
        ondelete="CASCADE",
    ),
)
