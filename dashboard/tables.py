"""Tables of who may see what, who did, and which reports were made."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from monitor.store.metadata import Json, Key, UtcDateTime, metadata

user = Table(
    "user",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False, comment="Argon2id"),
    Column("role", String(20), nullable=False, comment="viewer, agent, analyst, admin"),
    Column("language", String(5), nullable=False, comment="zh-CN or en"),
    Column("created_at", UtcDateTime, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the cookie's token"),
    Column("user_id", Key, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("source_id", String(63), nullable=False, comment="the source that it may write"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(40), nullable=False, comment="sign_in, sign_in_failed, evidence_view, export, ticket…"),
    Column("detail", Json, nullable=False),
    Index("ix_audit_event_at", "at"),
)

report_run = Table(
    "report_run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("week", String(8), nullable=False, comment="ISO week, 2026-W47"),
    Column("format", String(5), nullable=False),
    Column("language", String(5), nullable=False),
    Column("state", String(8), nullable=False, comment="done, failed"),
    Column("path", Text, nullable=False, comment="relative to the data folder"),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("week", "format", "language"),
)
