"""The inbox of what others send, what was answered to it, and the tokens of those who may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Json, Key, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", Key, nullable=False),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column(
            "payload", sa.LargeBinary(), nullable=False, comment="nonce and AES-GCM ciphertext of the raw mention"
        ),
        sa.Column("state", sa.String(length=8), nullable=False, comment="waiting, dead"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=False, comment="not tried before"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why the last attempt failed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["state", "source_id", "id"], unique=False)
    op.create_table(
        "inbound_receipt",
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="SHA-256 of the sender's own name for the request"
        ),
        sa.Column(
            "body_hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256: the same name for another body is refused",
        ),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_inbound_receipt")),
    )
    op.create_index(op.f("ix_inbound_receipt_received_at"), "inbound_receipt", ["received_at"], unique=False)
    op.create_table(
        "inbound_refusal",
        sa.Column(
            "source_id",
            sa.String(length=63),
            nullable=False,
            comment="'-' where the sender did not say or is not known",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="UTC"),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "day", "reason", name=op.f("pk_inbound_refusal")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("source_id", sa.String(length=63), nullable=False, comment="the source that it may write"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("name", name=op.f("uq_api_token_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )


def downgrade() -> None:
    for table in ("api_token", "inbound_refusal", "inbound_receipt", "inbox"):
        op.drop_table(table)
