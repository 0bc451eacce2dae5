"""Labels that people gave to mentions, which stand before the engine's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column(
            "words",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of title and text: the label is about these words",
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the mention when the label was given"),
        sa.Column("label", sa.String(length=8), nullable=False, comment="a person's: negative, neutral, positive"),
        sa.Column(
            "engine_label",
            sa.String(length=8),
            nullable=False,
            comment="what the engine says, as of its newest scoring",
        ),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_label_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "words", name=op.f("pk_label")),
    )
    op.create_index("ix_label_given_at", "label", ["given_at"], unique=False)


def downgrade() -> None:
    op.drop_table("label")
