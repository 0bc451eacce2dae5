"""When a series fired last: its rule may ask for quiet after that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "evaluation that fired last, of a rule with a cooldown"
    op.add_column("series_state", sa.Column("fired_at", UtcDateTime(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("series_state", "fired_at")
