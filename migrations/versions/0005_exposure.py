"""Units sold or orders per product and day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exposure",
        sa.Column(
            "product",
            sa.String(length=200),
            nullable=False,
            comment="its configured name, else as the source writes it",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="in the installation's time zone"),
        sa.Column(
            "source_id", sa.String(length=63), nullable=False, comment="who states it; a later statement replaces it"
        ),
        sa.Column("units", Key, nullable=True, comment="sold; null where only orders are known"),
        sa.Column("orders", Key, nullable=True),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("product", "day", "source_id", name=op.f("pk_exposure")),
    )
    op.create_index("ix_exposure_day", "exposure", ["day", "product"], unique=False)


def downgrade() -> None:
    op.drop_table("exposure")
