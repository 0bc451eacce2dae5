"""The evidence vault: one sealed payload a stored revision, and its key in a table of its own; and what people enclosed
with what they wrote to us: files, how to reach them, and what they consented to. Those come before their mention is
stored, so that they go by its key."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

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

attachment = Table(
    "attachment",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("external_id", String(300), primary_key=True, comment="of the mention that it belongs to"),
    Column("number", Integer, primary_key=True, comment="from 1"),
    Column("media_type", String(40), nullable=False, comment="by its content, never as stated"),
    Column("sha256", String(64), nullable=False, comment="of the file as it is kept: without its metadata"),
    Column("size", Integer, nullable=False, comment="bytes of the file as it is kept"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("master_id", String(16), comment="which master key its key is wrapped under; null once erased"),
    Column("blob", LargeBinary, nullable=False, comment="nonce and AES-GCM ciphertext; empty once erased"),
    Column("wrapped", LargeBinary, comment="nonce and AES-GCM ciphertext of its key; null once erased"),
)

contact = Table(
    "contact",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("external_id", String(300), primary_key=True, comment="of the mention that it belongs to"),
    Column("sha256", String(64), nullable=False, comment="of the payload, which is salted: a number cannot be guessed"),
    Column("size", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("master_id", String(16), comment="null once erased"),
    Column("blob", LargeBinary, nullable=False, comment="sealed JSON: phone, email, wechat, order"),
    Column("wrapped", LargeBinary, comment="null once erased"),
)

consent = Table(
    "consent",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("external_id", String(300), primary_key=True),
    Column("given_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True, comment="what is not anonymous must be gone by then"),
    Column("notice", String(16), nullable=False, comment="version of the words that were agreed to"),
    Column("may_contact", Boolean, nullable=False, comment="agreed to be contacted, too"),
    Index("ix_consent_source_given", "source_id", "given_at"),
)

consent_notice = Table(
    "consent_notice",
    metadata,
    Column("version", String(16), primary_key=True, comment="begin of the SHA-256 of the text"),
    Column("lang", String(5), nullable=False),
    Column("text", Text, nullable=False, comment="exactly as it was shown"),
    Column("first_at", UtcDateTime, nullable=False),
)
