"""Clusters of near-duplicates: whom a mention repeats, the keys by which copies meet, counts of each cluster once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mention",
        sa.Column(
            "duplicate_of", Key, comment="first mention of its cluster of near-duplicates; null: it is first, or alone"
        ),
    )
    op.create_index("ix_mention_duplicate_of", "mention", ["duplicate_of"], unique=False)
    op.create_table(
        "duplicate_key",
        sa.Column(
            "key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="of one LSH band of the text's MinHash",
        ),
        sa.Column("mention_id", Key, nullable=False, comment="first of its cluster"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_duplicate_key_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "mention_id", name=op.f("pk_duplicate_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_duplicate_key_mention_id", "duplicate_key", ["mention_id"], unique=False)
    # Nothing that is stored is known to repeat anything, so that each mention counts once.
    zero = sa.text("0")
    with op.batch_alter_table("rollup") as batch:
        batch.add_column(
            sa.Column(
                "n_once",
                sa.Integer(),
                nullable=False,
                server_default=zero,
                comment="a cluster of near-duplicates taken once: its first",
            )
        )
        batch.add_column(sa.Column("negative_once", sa.Integer(), nullable=False, server_default=zero))
    op.execute("UPDATE rollup SET n_once = n, negative_once = negative")
    with op.batch_alter_table("rollup") as batch:
        batch.alter_column("n_once", server_default=None)
        batch.alter_column("negative_once", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("rollup") as batch:
        batch.drop_column("negative_once")
        batch.drop_column("n_once")
    op.drop_index("ix_duplicate_key_mention_id", "duplicate_key")
    op.drop_table("duplicate_key")
    op.drop_index("ix_mention_duplicate_of", "mention")
    with op.batch_alter_table("mention") as batch:
        batch.drop_column("duplicate_of")
