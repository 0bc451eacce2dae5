"""The inbox: what was sent to us and is not stored yet; and what was answered to it."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, Text

from monitor.store.metadata import Json, Key, UtcDateTime, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("external_id", String(300), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("payload", LargeBinary, nullable=False, comment="nonce and AES-GCM ciphertext of the raw mention"),
    Column("state", String(8), nullable=False, comment="waiting, dead"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", UtcDateTime, nullable=False, comment="not tried before"),
    Column("reason", Text, nullable=False, default="", comment="why the last attempt failed"),
    Index("ix_inbox_waiting", "state", "source_id", "id"),
)

inbound_receipt = Table(
    "inbound_receipt",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("key", String(64), primary_key=True, comment="SHA-256 of the sender's own name for the request"),
    Column("body_hash", String(64), nullable=False, comment="SHA-256: the same name for another body is refused"),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("answer", Json, nullable=False),
)

inbound_refusal = Table(
    "inbound_refusal",
    metadata,
    Column("source_id", String(63), primary_key=True, comment="'-' where the sender did not say or is not known"),
    Column("day", Date, primary_key=True, comment="UTC"),
    Column("reason", String(60), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
