"""Re-scores of what is stored: asked for, carried out in batches, resumed where their process went away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rescore_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False, comment="open, done"),
        sa.Column("source_id", sa.String(length=63), nullable=True, comment="null: all sources"),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("engine", sa.String(length=40), nullable=True, comment="that it scores with; null: not begun"),
        sa.Column("engine_version", sa.String(length=40), nullable=True),
        sa.Column("position", Key, nullable=False, comment="mentions up to this id are done"),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False, comment="of those, with another label in force"),
        sa.Column(
            "first_epoch", Key, nullable=True, comment="of what was scored: its steps are counted anew at the end"
        ),
        sa.Column("last_epoch", Key, nullable=True),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescore_run")),
    )
    op.create_index(
        "uq_rescore_run_open",
        "rescore_run",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("rescore_run")
