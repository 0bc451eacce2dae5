"""The evidence vault: untouched payloads, sealed, and the key of each in a table of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="the revision of the mention that was made of it"),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the untouched payload"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the untouched payload"),
        sa.Column("captured_at", UtcDateTime(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column(
            "collector",
            sa.String(length=100),
            nullable=False,
            comment="version of the program and kind of the source",
        ),
        sa.Column("blob", sa.LargeBinary(), nullable=False, comment="nonce and AES-GCM ciphertext; empty once erased"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_evidence_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "revision", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_captured_at"), "evidence", ["captured_at"], unique=False)
    op.create_table(
        "evidence_key",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("master_id", sa.String(length=16), nullable=False, comment="which master key it is wrapped under"),
        sa.Column(
            "wrapped", sa.LargeBinary(), nullable=False, comment="nonce and AES-GCM ciphertext of the item's key"
        ),
        sa.ForeignKeyConstraint(
            ["mention_id", "revision"],
            ["evidence.mention_id", "evidence.revision"],
            name="fk_evidence_key_evidence",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mention_id", "revision", name=op.f("pk_evidence_key")),
    )


def downgrade() -> None:
    for table in ("evidence_key", "evidence"):
        op.drop_table(table)
